package io.pipewright.local.s3;

import io.pipewright.local.database.Database.Session;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of buckets; everything here runs inside a caller's transaction. */
final class Buckets {
    static final String TABLE = "CREATE TABLE IF NOT EXISTS s3_bucket (name TEXT PRIMARY KEY, region TEXT NOT NULL,"
            + " created INTEGER NOT NULL, versioning TEXT NOT NULL, eventbridge INTEGER NOT NULL) WITHOUT ROWID";
    private static final String COLUMNS = "name, region, created, versioning, eventbridge";

    private Buckets() {
    }

    private static Bucket read(ResultSet row) throws SQLException {
        return new Bucket(row.getString(1), row.getString(2), Instant.ofEpochSecond(row.getLong(3)),
                Bucket.Versioning.valueOf(row.getString(4)), row.getInt(5) != 0);
    }

    static Optional<Bucket> find(Session session, String name) throws SQLException {
        try (ResultSet rows = session.prepare("SELECT " + COLUMNS + " FROM s3_bucket WHERE name = ?", name).executeQuery()) {
            return rows.next() ? Optional.of(read(rows)) : Optional.empty();
        }
    }

    static Bucket get(Session session, String name) throws SQLException {
        return find(session, name).orElseThrow(() -> Refusal.noSuchBucket(name));
    }

    /** Those that begin with {@code prefix} and come after {@code after}, in order of name. */
    static List<Bucket> list(Session session, String prefix, String after, int limit) throws SQLException {
        List<Bucket> buckets = new ArrayList<>();
        try (ResultSet rows = session.prepare("SELECT " + COLUMNS
                + " FROM s3_bucket WHERE substr(name, 1, length(?1)) = ?1 AND name > ?2 ORDER BY name LIMIT ?3",
                prefix, after, limit).executeQuery()) {
            while (rows.next()) {
                buckets.add(read(rows));
            }
        }
        return buckets;
    }

    static void insert(Session session, Bucket bucket) throws SQLException {
        session.update("INSERT INTO s3_bucket (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?)", bucket.name(), bucket.region(),
                bucket.created().getEpochSecond(), bucket.versioning().name(), bucket.eventBridge() ? 1 : 0);
    }

    static void setVersioning(Session session, String name, Bucket.Versioning versioning) throws SQLException {
        session.update("UPDATE s3_bucket SET versioning = ? WHERE name = ?", versioning.name(), name);
    }

    static void setEventBridge(Session session, String name, boolean enabled) throws SQLException {
        session.update("UPDATE s3_bucket SET eventbridge = ? WHERE name = ?", enabled ? 1 : 0, name);
    }

    static void delete(Session session, String name) throws SQLException {
        session.update("DELETE FROM s3_bucket WHERE name = ?", name);
    }

    /** The rules for general purpose buckets (Amazon S3 User Guide, "Bucket naming rules"). */
    static boolean isValidName(String name) {
        return name.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]") && !name.contains("..")
                && !name.matches("\\d+\\.\\d+\\.\\d+\\.\\d+") && !name.startsWith("xn--") && !name.startsWith("sthree-")
                && !name.endsWith("-s3alias") && !name.endsWith("--ol-s3");
    }
}
