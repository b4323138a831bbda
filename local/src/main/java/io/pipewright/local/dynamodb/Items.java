package io.pipewright.local.dynamodb;

import io.pipewright.local.database.Database;
import io.pipewright.local.database.Database.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The rows of all tables' items, in key order. */
final class Items {

    // A table with rowids: without them a row of more than a quarter page spills, and a 2 KB item takes twice as long.
    Items(Database database) {
        database.define("""
                CREATE TABLE IF NOT EXISTS dynamodb_item (
                    table_id INTEGER NOT NULL, hash BLOB NOT NULL, range BLOB NOT NULL, item BLOB NOT NULL,
                    expires_at_seconds INTEGER, PRIMARY KEY (table_id, hash, range))""", """
                CREATE INDEX IF NOT EXISTS dynamodb_item_expiry ON dynamodb_item (table_id, expires_at_seconds)
                    WHERE expires_at_seconds IS NOT NULL""");
    }

    /** The item; empty if there is none. */
    Map<String, AttributeValue> get(Session session, Table table, PrimaryKey key) throws SQLException {
        try (ResultSet row = session.prepare(
                "SELECT item FROM dynamodb_item WHERE table_id = ? AND hash = ? AND range = ?",
                table.id(), key.hash(), key.range()).executeQuery()) {
            return row.next() ? ItemCodec.decode(row.getBytes(1)) : Map.of();
        }
    }

    /** @param expiresAt epoch seconds, null for never */
    void put(Session session, Table table, PrimaryKey key, byte[] item, Long expiresAt) throws SQLException {
        session.update("""
                        INSERT INTO dynamodb_item (table_id, hash, range, item, expires_at_seconds)
                        VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE
                        SET item = excluded.item, expires_at_seconds = excluded.expires_at_seconds""",
                table.id(), key.hash(), key.range(), item, expiresAt);
    }

    void delete(Session session, Table table, PrimaryKey key) throws SQLException {
        session.update("DELETE FROM dynamodb_item WHERE table_id = ? AND hash = ? AND range = ?",
                table.id(), key.hash(), key.range());
    }

    void deleteAll(Session session, Table table) throws SQLException {
        session.update("DELETE FROM dynamodb_item WHERE table_id = ?", table.id());
    }

    /** Shows the items of one partition in order of their sort keys until {@code wantsMore} is false. */
    void each(Session session, Table table, byte[] hash, KeyRange range, boolean ascending,
              Predicate<Map<String, AttributeValue>> wantsMore) throws SQLException {
        String order = ascending ? " ORDER BY range" : " ORDER BY range DESC";
        String select = "SELECT item FROM dynamodb_item WHERE table_id = ? AND hash = ? AND range >= ?";
        PreparedStatement statement = range.to() == null
                ? session.prepare(select + order, table.id(), hash, range.from())
                : session.prepare(select + " AND range < ?" + order, table.id(), hash, range.from(), range.to());
        try (ResultSet rows = statement.executeQuery()) {
            boolean more = true;
            while (more && rows.next()) {
                more = wantsMore.test(ItemCodec.decode(rows.getBytes(1)));
            }
        }
    }

    /** Brings every row in line with the table's time to live. */
    void recomputeExpiry(Session session, Table table) throws SQLException {
        try (ResultSet rows = session.prepare(
                "SELECT hash, range, item FROM dynamodb_item WHERE table_id = ?", table.id()).executeQuery()) {
            while (rows.next()) {
                session.update("UPDATE dynamodb_item SET expires_at_seconds = ? "
                                + "WHERE table_id = ? AND hash = ? AND range = ?",
                        table.expiry(ItemCodec.decode(rows.getBytes(3))), table.id(),
                        rows.getBytes(1), rows.getBytes(2));
            }
        }
    }

    /**
     * Deletes up to {@code limit} items of the table that expired between two times, in epoch seconds.
     *
     * @return how many it deleted
     */
    int deleteExpired(Session session, Table table, long notBefore, long before, int limit) throws SQLException {
        return session.update("""
                        DELETE FROM dynamodb_item WHERE rowid IN (
                            SELECT rowid FROM dynamodb_item
                            WHERE table_id = ? AND expires_at_seconds >= ? AND expires_at_seconds < ? LIMIT ?)""",
                table.id(), notBefore, before, limit);
    }
}
