package io.pipewright.local.s3;

import io.pipewright.local.database.Database.Session;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of multipart uploads; everything here runs inside a caller's transaction. Parts are owned by the upload's id. */
final class Uploads {
    static final String[] TABLES = {
        "CREATE TABLE IF NOT EXISTS s3_upload (id TEXT PRIMARY KEY, bucket TEXT NOT NULL, key BLOB NOT NULL,"
                + " created INTEGER NOT NULL, attributes TEXT NOT NULL, tags TEXT NOT NULL, sum_kind TEXT, sum_type TEXT NOT NULL)"
                + " WITHOUT ROWID",
        "CREATE INDEX IF NOT EXISTS s3_upload_key ON s3_upload (bucket, key, id)",
    };
    private static final String COLUMNS = "id, bucket, key, created, attributes, tags, sum_kind, sum_type";

    private Uploads() {
    }

    private static Upload read(ResultSet row) throws SQLException {
        return new Upload(row.getString(1), row.getString(2), new String(row.getBytes(3), StandardCharsets.UTF_8),
                Instant.ofEpochSecond(row.getLong(4)), Versions.strings(row.getString(5)), Versions.strings(row.getString(6)),
                Optional.ofNullable(row.getString(7)).map(ChecksumKind::valueOf), Sum.Type.valueOf(row.getString(8)));
    }

    static void insert(Session session, Upload upload) throws SQLException {
        session.update("INSERT INTO s3_upload (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?)", upload.id(), upload.bucket(),
                Versions.utf8(upload.key()), upload.created().getEpochSecond(), Versions.json(upload.attributes()),
                Versions.json(upload.tags()), upload.kind().map(Enum::name).orElse(null), upload.type().name());
    }

    /** An upload is known under its own bucket and key only. */
    static Upload get(Session session, String bucket, String key, String id) throws SQLException {
        Buckets.get(session, bucket);
        try (ResultSet rows = session.prepare("SELECT " + COLUMNS + " FROM s3_upload WHERE id = ? AND bucket = ? AND key = ?",
                id, bucket, Versions.utf8(key)).executeQuery()) {
            if (!rows.next()) {
                throw Refusal.noSuchUpload(id);
            }
            return read(rows);
        }
    }

    /** Those with keys from {@code from} up to {@code end}, of the key {@code from} itself only ids after {@code afterId}. */
    static List<Upload> list(Session session, String bucket, byte[] from, String afterId, byte[] end, int limit)
            throws SQLException {
        List<Upload> uploads = new ArrayList<>();
        try (ResultSet rows = session.prepare("SELECT " + COLUMNS + " FROM s3_upload WHERE bucket = ? AND key >= ? AND key < ?"
                + " AND NOT (key = ? AND id <= ?) ORDER BY key, id LIMIT ?", bucket, from, end, from, afterId, limit)
                .executeQuery()) {
            while (rows.next()) {
                uploads.add(read(rows));
            }
        }
        return uploads;
    }

    /** Forgets all uploads to a bucket; returns the files of their parts. */
    static List<String> removeAll(Session session, String bucket) throws SQLException {
        List<String> ids = new ArrayList<>();
        try (ResultSet rows = session.prepare("SELECT id FROM s3_upload WHERE bucket = ?", bucket).executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        List<String> blobs = new ArrayList<>();
        for (String id : ids) {
            blobs.addAll(remove(session, id));
        }
        return blobs;
    }

    /** Forgets an upload and the parts that it still owns. */
    static List<String> remove(Session session, String id) throws SQLException {
        session.update("DELETE FROM s3_upload WHERE id = ?", id);
        return Versions.removeParts(session, id);
    }
}
