package io.pipewright.local.dynamodb;

import io.pipewright.local.database.Database;
import io.pipewright.local.database.DatabaseException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * The definitions of all tables, durable and at hand in memory. A definition changes inside a database write, so inside
 * a write what {@link #get} says holds until the write ends.
 */
final class Tables {
    private final Database database;
    private final NavigableMap<String, Table> byName = new ConcurrentSkipListMap<>();

    Tables(Database database) {
        this.database = database;
        database.define("""
                CREATE TABLE IF NOT EXISTS dynamodb_table (
                    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE,
                    hash_name TEXT NOT NULL, hash_type TEXT NOT NULL, range_name TEXT, range_type TEXT,
                    created_at_millis INTEGER NOT NULL, read_units INTEGER, write_units INTEGER,
                    expiry_attribute TEXT)""");
        load();
    }

    private void load() {
        byName.clear();
        database.read(session -> {
            try (ResultSet rows = session.prepare("SELECT * FROM dynamodb_table").executeQuery()) {
                while (rows.next()) {
                    Table table = table(rows);
                    byName.put(table.name(), table);
                }
            }
            return null;
        });
    }

    private static Table table(ResultSet row) throws SQLException {
        KeyAttribute hash = new KeyAttribute(row.getString("hash_name"),
                ScalarAttributeType.valueOf(row.getString("hash_type")), KeyAttribute.Role.HASH);
        Optional<KeyAttribute> range = row.getString("range_name") == null
                ? Optional.empty()
                : Optional.of(new KeyAttribute(row.getString("range_name"),
                        ScalarAttributeType.valueOf(row.getString("range_type")), KeyAttribute.Role.RANGE));
        Optional<Table.Throughput> throughput = row.getString("read_units") == null
                ? Optional.empty()
                : Optional.of(new Table.Throughput(row.getLong("read_units"), row.getLong("write_units")));
        return new Table(row.getLong("id"), row.getString("name"), hash, range,
                Instant.ofEpochMilli(row.getLong("created_at_millis")), throughput,
                Optional.ofNullable(row.getString("expiry_attribute")));
    }

    NavigableMap<String, Table> all() {
        return byName;
    }

    private Optional<Table> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /** The table that an item operation names. */
    Table get(String name) {
        Errors.require(name, "TableName");
        return find(name).orElseThrow(Errors::tableNotFound);
    }

    /** The table that a table operation names; the error about a missing one says which. */
    Table describe(String name) {
        Errors.require(name, "TableName");
        return find(name).orElseThrow(() -> Errors.tableNotFound(name));
    }

    /** The table of that name now, which a write requires to be the one for which it was prepared. */
    Table current(Table table) {
        return find(table.name()).filter(found -> found.id() == table.id()).orElseThrow(Errors::tableNotFound);
    }

    /** Stores the definition under a new id. */
    Table create(Table table) {
        return change(session -> {
            if (byName.containsKey(table.name())) {
                throw Errors.tableExists(table.name());
            }
            session.update("INSERT INTO dynamodb_table (name, hash_name, hash_type, range_name, range_type, "
                            + "created_at_millis, read_units, write_units) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    table.name(), table.hash().name(), table.hash().type().name(),
                    table.range().map(KeyAttribute::name).orElse(null),
                    table.range().map(range -> range.type().name()).orElse(null),
                    table.createdAt().toEpochMilli(),
                    table.throughput().map(Table.Throughput::readUnits).orElse(null),
                    table.throughput().map(Table.Throughput::writeUnits).orElse(null));
            try (ResultSet row = session.prepare("SELECT * FROM dynamodb_table WHERE name = ?", table.name())
                    .executeQuery()) {
                row.next();
                Table created = table(row);
                byName.put(created.name(), created);
                return created;
            }
        });
    }

    /** Removes the definition and, in the same write, the table's items. */
    Table delete(String name, Items items) {
        return change(session -> {
            Table table = describe(name);
            items.deleteAll(session, table);
            session.update("DELETE FROM dynamodb_table WHERE id = ?", table.id());
            byName.remove(name);
            return table;
        });
    }

    /** Sets or, if empty, removes the time to live's attribute. */
    Table setExpiryAttribute(Table table, Optional<String> attribute, Items items) {
        return change(session -> {
            Table before = current(table);
            Table after = new Table(before.id(), before.name(), before.hash(), before.range(), before.createdAt(),
                    before.throughput(), attribute);
            session.update("UPDATE dynamodb_table SET expiry_attribute = ? WHERE id = ?",
                    attribute.orElse(null), before.id());
            items.recomputeExpiry(session, after);
            byName.put(after.name(), after);
            return after;
        });
    }

    private <T> T change(Database.Work<T> work) {
        try {
            return database.write(work);
        } catch (DatabaseException e) {
            // The change may be in memory already, and the commit has failed.
            load();
            throw e;
        }
    }
}
