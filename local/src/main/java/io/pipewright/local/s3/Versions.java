package io.pipewright.local.s3;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.local.database.Database.Session;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The rows of object versions and of the parts that hold their bytes. Everything here runs inside a caller's
 * transaction. Keys are blobs of UTF-8, so that they sort by bytes as S3 lists them.
 */
final class Versions {
    static final String[] TABLES = {
        "CREATE TABLE IF NOT EXISTS s3_version (bucket TEXT NOT NULL, key BLOB NOT NULL, seq INTEGER NOT NULL,"
                + " version TEXT NOT NULL, latest INTEGER NOT NULL, marker INTEGER NOT NULL, data TEXT NOT NULL,"
                + " size INTEGER NOT NULL, etag TEXT NOT NULL, modified INTEGER NOT NULL, attributes TEXT NOT NULL,"
                + " tags TEXT NOT NULL, sum_kind TEXT, sum_type TEXT, sum_value TEXT, parts INTEGER NOT NULL,"
                + " PRIMARY KEY (bucket, key, seq DESC)) WITHOUT ROWID",
        "CREATE UNIQUE INDEX IF NOT EXISTS s3_version_id ON s3_version (bucket, key, version)",
        "CREATE INDEX IF NOT EXISTS s3_version_listed ON s3_version (bucket, key) WHERE latest = 1 AND marker = 0",
        "CREATE TABLE IF NOT EXISTS s3_part (owner TEXT NOT NULL, number INTEGER NOT NULL, blob TEXT NOT NULL,"
                + " size INTEGER NOT NULL, md5 TEXT NOT NULL, checksum TEXT NOT NULL, modified INTEGER NOT NULL,"
                + " PRIMARY KEY (owner, number)) WITHOUT ROWID",
        "CREATE INDEX IF NOT EXISTS s3_part_blob ON s3_part (blob)",
        "CREATE TABLE IF NOT EXISTS s3_garbage (blob TEXT PRIMARY KEY) WITHOUT ROWID",
    };

    static final String COLUMNS = "bucket, key, seq, version, latest, marker, data, size, etag, modified, attributes, tags,"
            + " sum_kind, sum_type, sum_value, parts";

    private static final String PART_COLUMNS = "number, blob, size, md5, checksum, modified";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<LinkedHashMap<String, String>> STRINGS = new TypeReference<>() { };

    private Versions() {
    }

    static byte[] utf8(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    static Version read(ResultSet row) throws SQLException {
        Optional<Sum> sum = row.getString(13) == null ? Optional.empty() : Optional.of(new Sum(
                ChecksumKind.valueOf(row.getString(13)), Sum.Type.valueOf(row.getString(14)), row.getString(15)));
        return new Version(row.getString(1), new String(row.getBytes(2), StandardCharsets.UTF_8), row.getLong(3),
                row.getString(4), row.getInt(5) != 0, row.getInt(6) != 0, row.getString(7), row.getLong(8), row.getString(9),
                Instant.ofEpochSecond(row.getLong(10)), strings(row.getString(11)), strings(row.getString(12)), sum,
                row.getInt(16));
    }

    static String json(Map<String, String> strings) {
        try {
            return strings.isEmpty() ? "{}" : JSON.writeValueAsString(strings);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A map of strings is always JSON", e);
        }
    }

    static Map<String, String> strings(String json) {
        try {
            return json.equals("{}") ? Map.of() : JSON.readValue(json, STRINGS);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A column that this store wrote is not a map: " + json, e);
        }
    }

    private static Optional<Version> one(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(read(rows)) : Optional.empty();
        }
    }

    /** The newest version or marker of the key. */
    static Optional<Version> current(Session session, String bucket, String key) throws SQLException {
        return one(session.prepare("SELECT " + COLUMNS + " FROM s3_version WHERE bucket = ? AND key = ? ORDER BY seq DESC LIMIT 1",
                bucket, utf8(key)));
    }

    static Optional<Version> byId(Session session, String bucket, String key, String versionId) throws SQLException {
        return one(session.prepare("SELECT " + COLUMNS + " FROM s3_version WHERE bucket = ? AND key = ? AND version = ?",
                bucket, utf8(key), versionId));
    }

    static boolean exist(Session session, String bucket) throws SQLException {
        try (ResultSet rows = session.prepare("SELECT 1 FROM s3_version WHERE bucket = ? LIMIT 1", bucket).executeQuery()) {
            return rows.next();
        }
    }

    /** Writes a version as the newest of its key. */
    static void insert(Session session, Version version) throws SQLException {
        session.update("UPDATE s3_version SET latest = 0 WHERE bucket = ? AND key = ? AND latest = 1",
                version.bucket(), utf8(version.key()));
        session.update("INSERT INTO s3_version (" + COLUMNS + ") VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                version.bucket(), utf8(version.key()), version.sequence(), version.id(), version.marker() ? 1 : 0,
                version.data(), version.size(), version.etag(), version.modified().getEpochSecond(),
                json(version.attributes()), json(version.tags()),
                version.sum().map(sum -> sum.kind().name()).orElse(null),
                version.sum().map(sum -> sum.type().name()).orElse(null),
                version.sum().map(Sum::value).orElse(null), version.partCount());
    }

    /** Deletes a version, makes the next older one the newest, and returns the files of its parts. */
    static List<String> remove(Session session, Version version) throws SQLException {
        session.update("DELETE FROM s3_version WHERE bucket = ? AND key = ? AND seq = ?",
                version.bucket(), utf8(version.key()), version.sequence());
        if (version.latest()) {
            session.update("UPDATE s3_version SET latest = 1 WHERE bucket = ?1 AND key = ?2 AND seq ="
                    + " (SELECT max(seq) FROM s3_version WHERE bucket = ?1 AND key = ?2)",
                    version.bucket(), utf8(version.key()));
        }
        return removeParts(session, version.data());
    }

    static void retag(Session session, Version version, Map<String, String> tags) throws SQLException {
        session.update("UPDATE s3_version SET tags = ? WHERE bucket = ? AND key = ? AND seq = ?",
                json(tags), version.bucket(), utf8(version.key()), version.sequence());
    }

    static List<Part> parts(Session session, String owner) throws SQLException {
        return parts(session.prepare("SELECT " + PART_COLUMNS + " FROM s3_part WHERE owner = ? ORDER BY number", owner));
    }

    private static List<Part> parts(PreparedStatement statement) throws SQLException {
        List<Part> parts = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                parts.add(new Part(rows.getInt(1), rows.getString(2), rows.getLong(3), rows.getString(4), rows.getString(5),
                        Instant.ofEpochSecond(rows.getLong(6))));
            }
        }
        return parts;
    }

    static void insertPart(Session session, String owner, Part part) throws SQLException {
        session.update("INSERT INTO s3_part (owner, " + PART_COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?)",
                owner, part.number(), part.blob(), part.size(), part.md5(), part.checksum(), part.modified().getEpochSecond());
    }

    /** Deletes the parts and returns their files, which other rows may still name. */
    static List<String> removeParts(Session session, String owner) throws SQLException {
        List<Part> parts = parts(session, owner);
        session.update("DELETE FROM s3_part WHERE owner = ?", owner);
        return parts.stream().map(Part::blob).toList();
    }

    /** As {@link #removeParts} for the part of this number, if there is one. */
    static List<String> removePart(Session session, String owner, int number) throws SQLException {
        List<Part> part = parts(session.prepare(
                "SELECT " + PART_COLUMNS + " FROM s3_part WHERE owner = ? AND number = ?", owner, number));
        session.update("DELETE FROM s3_part WHERE owner = ? AND number = ?", owner, number);
        return part.stream().map(Part::blob).toList();
    }

    /** Of these files the ones that no row names, noted for deletion: copies share files. */
    static List<String> doom(Session session, List<String> blobs) throws SQLException {
        List<String> doomed = new ArrayList<>();
        for (String blob : blobs) {
            if (!isNamed(session, blob)) {
                session.update("INSERT OR IGNORE INTO s3_garbage (blob) VALUES (?)", blob);
                doomed.add(blob);
            }
        }
        return doomed;
    }

    /** The files noted for deletion. */
    static List<String> doomed(Session session) throws SQLException {
        List<String> blobs = new ArrayList<>();
        try (ResultSet rows = session.prepare("SELECT blob FROM s3_garbage").executeQuery()) {
            while (rows.next()) {
                blobs.add(rows.getString(1));
            }
        }
        return blobs;
    }

    /** Takes back the note of files that are deleted. */
    static void forgetDoomed(Session session, List<String> blobs) throws SQLException {
        for (String blob : blobs) {
            session.update("DELETE FROM s3_garbage WHERE blob = ?", blob);
        }
    }

    static boolean isNamed(Session session, String blob) throws SQLException {
        try (ResultSet rows = session.prepare("SELECT 1 FROM s3_part WHERE blob = ? LIMIT 1", blob).executeQuery()) {
            return rows.next();
        }
    }
}
