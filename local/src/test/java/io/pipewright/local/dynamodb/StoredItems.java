package io.pipewright.local.dynamodb;

import io.pipewright.local.database.Database;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** All items of a database that nobody has open, whatever their keys: what no client can ask for. */
public final class StoredItems {
    private StoredItems() { }

    /** Puts in place of each item what {@code change} makes of it, under its old key. */
    public static void replaceAll(Path file, UnaryOperator<Map<String, AttributeValue>> change) {
        try (Database database = Database.open(file, Database.Durability.NORMAL)) {
            database.write(session -> {
                Map<Long, byte[]> changed = new HashMap<>();
                try (ResultSet rows = session.prepare("SELECT rowid, item FROM dynamodb_item").executeQuery()) {
                    while (rows.next()) {
                        changed.put(rows.getLong(1), ItemCodec.encode(change.apply(ItemCodec.decode(rows.getBytes(2)))));
                    }
                }
                for (Map.Entry<Long, byte[]> one : changed.entrySet()) {
                    session.update("UPDATE dynamodb_item SET item = ? WHERE rowid = ?", one.getValue(), one.getKey());
                }
                return changed.size();
            });
        }
    }
}
