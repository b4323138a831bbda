package io.pipewright.local.dynamodb;

import io.pipewright.local.database.Database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** BatchGetItem and BatchWriteItem. A batch is written as one transaction, which the service does not promise. */
record BatchOperations(Store store) {
    private static final int MAX_KEYS = 100;
    private static final int MAX_WRITES = 25;
    /** What a BatchGetItem returns at most; the rest of its keys are left unprocessed. */
    private static final int MAX_RESPONSE_BYTES = 16 * 1024 * 1024;

    /** A table's part of a BatchGetItem. */
    private record Lookup(Table table, KeysAndAttributes request, List<PrimaryKey> keys,
                          UnaryOperator<Map<String, AttributeValue>> projection) {
    }

    BatchGetItemResponse get(BatchGetItemRequest request) {
        Refusals.consumption(request.returnConsumedCapacity(), null);
        requireSize(request.requestItems(), request.requestItems().values().stream()
                .mapToInt(part -> part.keys().size()).sum(), MAX_KEYS, "BatchGetItem");
        List<Lookup> lookups = request.requestItems().entrySet().stream()
                .map(part -> lookup(part.getKey(), part.getValue())).toList();
        return store.database().read(session -> read(session, lookups));
    }

    private Lookup lookup(String tableName, KeysAndAttributes request) {
        Errors.refuse(request.hasAttributesToGet(), "AttributesToGet");
        Table table = store.tables().get(tableName);
        Scope scope = Scope.of(request.expressionAttributeNames(), Map.of(), request.projectionExpression() != null);
        UnaryOperator<Map<String, AttributeValue>> projection =
                Projection.of(store, request.projectionExpression(), scope);
        scope.requireAllUsed();
        List<PrimaryKey> keys = request.keys().stream().map(table::keyOfRequest).toList();
        requireDistinct(keys);
        return new Lookup(table, request, keys, projection);
    }

    private BatchGetItemResponse read(Session session, List<Lookup> lookups) throws SQLException {
        Map<String, List<Map<String, AttributeValue>>> found = new LinkedHashMap<>();
        Map<String, KeysAndAttributes> unprocessed = new LinkedHashMap<>();
        int bytes = 0;
        for (Lookup lookup : lookups) {
            List<Map<String, AttributeValue>> items = new ArrayList<>();
            List<Map<String, AttributeValue>> left = new ArrayList<>();
            for (int i = 0; i < lookup.keys().size(); i++) {
                Map<String, AttributeValue> item = bytes < MAX_RESPONSE_BYTES
                        ? store.items().get(session, lookup.table(), lookup.keys().get(i))
                        : Map.of();
                bytes += AttributeValues.size(item);
                if (bytes >= MAX_RESPONSE_BYTES) {
                    left.add(lookup.request().keys().get(i));
                } else if (!item.isEmpty()) {
                    items.add(lookup.projection().apply(item));
                }
            }
            found.put(lookup.table().name(), items);
            if (!left.isEmpty()) {
                unprocessed.put(lookup.table().name(), lookup.request().toBuilder().keys(left).build());
            }
        }
        return BatchGetItemResponse.builder().responses(found).unprocessedKeys(unprocessed).build();
    }

    BatchWriteItemResponse write(BatchWriteItemRequest request) {
        Refusals.consumption(request.returnConsumedCapacity(), request.returnItemCollectionMetrics());
        requireSize(request.requestItems(), request.requestItems().values().stream().mapToInt(List::size).sum(),
                MAX_WRITES, "BatchWriteItem");
        List<Change> changes = new ArrayList<>();
        request.requestItems().forEach((tableName, writes) -> {
            Table table = store.tables().get(tableName);
            List<Change> ofTable = writes.stream().map(write -> change(table, write)).toList();
            requireDistinct(ofTable.stream().map(Change::key).toList());
            changes.addAll(ofTable);
        });
        store.database().write(session -> {
            for (Change change : changes) {
                change.carryOut(session, store);
            }
            return null;
        });
        return BatchWriteItemResponse.builder().unprocessedItems(Map.of()).build();
    }

    private static Change change(Table table, WriteRequest write) {
        if ((write.putRequest() == null) == (write.deleteRequest() == null)) {
            throw Errors.validation("Supplied AttributeValue has more than one datatypes set, "
                    + "must contain exactly one of the supported datatypes");
        }
        return write.putRequest() != null
                ? Change.put(table, write.putRequest().item(), Change.Guard.none())
                : Change.delete(table, write.deleteRequest().key(), Change.Guard.none());
    }

    private static void requireSize(Map<?, ?> requestItems, int size, int max, String operation) {
        if (requestItems.isEmpty()) {
            throw Errors.validation("1 validation error detected: Value '{}' at 'requestItems' failed to satisfy "
                    + "constraint: Member must have length greater than or equal to 1");
        }
        if (size > max) {
            throw Errors.validation("Too many items requested for the " + operation + " call");
        }
    }

    private static void requireDistinct(List<PrimaryKey> keys) {
        Set<PrimaryKey> distinct = new HashSet<>(keys);
        if (distinct.size() < keys.size()) {
            throw Errors.validation("Provided list of item keys contains duplicates");
        }
    }
}
