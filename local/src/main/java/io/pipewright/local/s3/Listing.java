package io.pipewright.local.s3;

import io.pipewright.local.database.Database.Session;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * Lists keys in the order of their UTF-8 bytes, rolling up those that share a prefix up to a delimiter. A common prefix
 * costs one index seek, however many keys are below it.
 */
final class Listing {

    /**
     * One page.
     *
     * @param last the key or common prefix that ends the page; the next one follows it
     */
    record Page<T>(List<T> entries, List<String> commonPrefixes, boolean truncated, Optional<String> last) {
        int count() {
            return entries.size() + commonPrefixes.size();
        }

        /** Whether the last one is an entry rather than a common prefix. */
        boolean endsWithEntry() {
            return !entries.isEmpty()
                    && (commonPrefixes.isEmpty() || !commonPrefixes.get(commonPrefixes.size() - 1).equals(last.orElse("")));
        }
    }

    /**
     * @param delimiter empty for none
     * @param max most entries and common prefixes together
     */
    record Query(String bucket, String prefix, String delimiter, int max) {
    }

    /**
     * Rows from {@code key} on.
     *
     * @param seen the last row of that very key that was already listed: a version's sequence, an upload's id; null if
     *        none was
     */
    record Position(byte[] key, Object seen) {
        static Position at(byte[] key) {
            return new Position(key, null);
        }

        /** Behind a key and all of its versions. */
        static Position after(String key) {
            return at(append(Versions.utf8(key), 0));
        }

        /** Behind all keys that begin with the prefix: no UTF-8 text has a byte 0xFF. */
        static Position afterAll(String prefix) {
            return at(append(Versions.utf8(prefix), 0xff));
        }

        private static byte[] append(byte[] bytes, int last) {
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            longer[bytes.length] = (byte) last;
            return longer;
        }

        private Position orLater(byte[] other) {
            return Arrays.compareUnsigned(key, other) >= 0 ? this : at(other);
        }
    }

    @FunctionalInterface
    interface Rows<T> {
        List<T> from(Position position, byte[] end, int limit) throws SQLException;
    }

    private static final int BATCH_WITH_DELIMITER = 64;

    private Listing() {
    }

    /** Where a page begins that follows {@code marker}: behind the whole group if the marker is a common prefix. */
    static Position start(Query query, String marker) {
        if (marker.isEmpty()) {
            return Position.at(new byte[0]);
        }
        boolean group = group(query, marker).filter(marker::equals).isPresent();
        return group ? Position.afterAll(marker) : Position.after(marker);
    }

    /** Where a page of versions begins: behind the key's version of this id, or behind all of them without one. */
    static Position versionsStart(Session session, Query query, String key, String versionId) throws SQLException {
        if (versionId.isEmpty()) {
            return start(query, key);
        }
        if (key.isEmpty()) {
            throw Refusal.invalidArgument("A version-id marker cannot be specified without a key marker.",
                    "version-id-marker", versionId);
        }
        if (!Version.isId(versionId)) {
            throw Refusal.invalidArgument("Invalid version id specified", "version-id-marker", versionId);
        }
        Optional<Version> version = Versions.byId(session, query.bucket(), key, versionId);
        OptionalLong sequence = version.isPresent()
                ? OptionalLong.of(version.get().sequence()) : Version.sequenceOf(versionId);
        // A null version that is gone has left no trace of its place: rather list the key's versions again than miss one.
        return new Position(Versions.utf8(key), sequence.isPresent() ? sequence.getAsLong() : null);
    }

    /** Where a page of uploads begins; the id counts only with a key. */
    static Position uploadsStart(Query query, String key, String uploadId) {
        return key.isEmpty() || uploadId.isEmpty() ? start(query, key) : new Position(Versions.utf8(key), uploadId);
    }

    static Page<Version> objects(Session session, Query query, Position start) throws SQLException {
        return page(query, start, Version::key, version -> Position.after(version.key()),
                (position, end, limit) -> versions(session, "SELECT " + Versions.COLUMNS + " FROM s3_version WHERE bucket = ?"
                        + " AND key >= ? AND key < ? AND latest = 1 AND marker = 0 ORDER BY key LIMIT ?",
                        query.bucket(), position.key(), end, limit));
    }

    static Page<Version> versions(Session session, Query query, Position start) throws SQLException {
        return page(query, start, Version::key, version -> new Position(Versions.utf8(version.key()), version.sequence()),
                (position, end, limit) -> versions(session, "SELECT " + Versions.COLUMNS + " FROM s3_version WHERE bucket = ?"
                        + " AND key >= ? AND key < ? AND NOT (key = ? AND seq >= ?) ORDER BY key, seq DESC LIMIT ?",
                        query.bucket(), position.key(), end, position.key(),
                        position.seen() == null ? Long.MAX_VALUE : position.seen(), limit));
    }

    static Page<Upload> uploads(Session session, Query query, Position start) throws SQLException {
        return page(query, start, Upload::key, upload -> new Position(Versions.utf8(upload.key()), upload.id()),
                (position, end, limit) -> Uploads.list(session, query.bucket(), position.key(),
                        position.seen() == null ? "" : position.seen().toString(), end, limit));
    }

    private static List<Version> versions(Session session, String sql, Object... parameters) throws SQLException {
        List<Version> versions = new ArrayList<>();
        try (ResultSet rows = session.prepare(sql, parameters).executeQuery()) {
            while (rows.next()) {
                versions.add(Versions.read(rows));
            }
        }
        return versions;
    }

    /**
     * Fills a page.
     *
     * @param behind the position that follows an entry
     */
    static <T> Page<T> page(Query query, Position start, Function<T, String> keyOf, Function<T, Position> behind, Rows<T> source)
            throws SQLException {
        byte[] end = Position.afterAll(query.prefix()).key();
        Position position = start.orLater(Versions.utf8(query.prefix()));
        List<T> entries = new ArrayList<>();
        List<String> prefixes = new ArrayList<>();
        String last = null;
        int room = query.max();
        int batch = query.delimiter().isEmpty() ? query.max() + 1 : Math.min(query.max() + 1, BATCH_WITH_DELIMITER);
        boolean more = query.max() > 0;
        while (more) {
            List<T> rows = source.from(position, end, batch);
            more = rows.size() == batch;
            for (T row : rows) {
                if (room == 0) {
                    return new Page<>(entries, prefixes, true, Optional.of(last));
                }
                room--;
                Optional<String> group = group(query, keyOf.apply(row));
                if (group.isPresent()) {
                    last = group.get();
                    prefixes.add(last);
                    position = Position.afterAll(last);
                    more = true;
                    break;
                }
                last = keyOf.apply(row);
                entries.add(row);
                position = behind.apply(row);
            }
        }
        return new Page<>(entries, prefixes, false, Optional.ofNullable(last));
    }

    private static Optional<String> group(Query query, String key) {
        if (query.delimiter().isEmpty() || !key.startsWith(query.prefix())) {
            return Optional.empty();
        }
        int found = key.indexOf(query.delimiter(), query.prefix().length());
        return found < 0 ? Optional.empty() : Optional.of(key.substring(0, found + query.delimiter().length()));
    }

    /** An opaque continuation token for the last key or prefix of a page, and back. */
    static String token(String last) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(last.getBytes(StandardCharsets.UTF_8));
    }

    static String fromToken(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalidArgument("The continuation token provided is incorrect", "continuation-token", token);
        }
    }
}
