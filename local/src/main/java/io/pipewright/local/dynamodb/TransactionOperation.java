package io.pipewright.local.dynamodb;

import io.pipewright.local.database.Database.Session;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionCheck;
import software.amazon.awssdk.services.dynamodb.model.Delete;
import software.amazon.awssdk.services.dynamodb.model.Put;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;

/** TransactWriteItems: all conditions are judged on the items as they were, then all changes are made or none. */
record TransactionOperation(Store store) {
    private static final int MAX_ITEMS = 100;
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    /** An item of a table, for the rule that a transaction touches each only once. */
    private record Target(long tableId, PrimaryKey key) {
    }

    TransactWriteItemsResponse write(TransactWriteItemsRequest request) {
        Refusals.consumption(request.returnConsumedCapacity(), request.returnItemCollectionMetrics());
        Errors.refuse(request.clientRequestToken() != null, "ClientRequestToken");
        int size = request.transactItems().size();
        if (size < 1 || size > MAX_ITEMS) {
            throw Errors.validation("1 validation error detected: Value at 'transactItems' failed to satisfy "
                    + "constraint: Member must have length " + (size < 1 ? "greater than or equal to 1"
                    : "less than or equal to " + MAX_ITEMS));
        }
        List<Change> changes = request.transactItems().stream().map(this::change).toList();
        Set<Target> targets = new HashSet<>();
        changes.forEach(change -> targets.add(new Target(change.table().id(), change.key())));
        if (targets.size() < changes.size()) {
            throw Errors.validation("Transaction request cannot include multiple operations on one item");
        }
        if (changes.stream().mapToInt(Change::size).sum() > MAX_BYTES) {
            throw Errors.validation("The aggregate size of the items in the transaction exceeds 4 MB");
        }
        store.database().write(session -> {
            requireConditions(session, changes);
            for (Change change : changes) {
                change.carryOut(session, store);
            }
            return null;
        });
        return TransactWriteItemsResponse.builder().build();
    }

    private Change change(TransactWriteItem item) {
        Errors.refuse(item.update() != null, "Update in TransactWriteItems");
        if (Stream.of(item.put(), item.delete(), item.conditionCheck()).filter(Objects::nonNull).count() != 1) {
            throw Errors.validation("TransactItems can only contain one of Check, Put, Update or Delete");
        }
        if (item.put() != null) {
            Put put = item.put();
            return Change.put(store.tables().get(put.tableName()), put.item(), Change.Guard.of(store,
                    put.conditionExpression(), put.expressionAttributeNames(), put.expressionAttributeValues(),
                    put.returnValuesOnConditionCheckFailure()));
        }
        if (item.delete() != null) {
            Delete delete = item.delete();
            return Change.delete(store.tables().get(delete.tableName()), delete.key(), Change.Guard.of(store,
                    delete.conditionExpression(), delete.expressionAttributeNames(),
                    delete.expressionAttributeValues(), delete.returnValuesOnConditionCheckFailure()));
        }
        ConditionCheck check = item.conditionCheck();
        Errors.require(check.conditionExpression(), "ConditionExpression");
        return Change.check(store.tables().get(check.tableName()), check.key(), Change.Guard.of(store,
                check.conditionExpression(), check.expressionAttributeNames(), check.expressionAttributeValues(),
                check.returnValuesOnConditionCheckFailure()));
    }

    private void requireConditions(Session session, List<Change> changes) throws SQLException {
        List<CancellationReason> reasons = new ArrayList<>();
        boolean cancelled = false;
        for (Change change : changes) {
            Map<String, AttributeValue> before =
                    change.guard().condition().isPresent() ? change.before(session, store) : Map.of();
            boolean holds = change.guard().holds(before);
            cancelled |= !holds;
            reasons.add(holds ? CancellationReason.builder().code("None").build()
                    : failed(change.guard().showsItem() ? before : Map.of()));
        }
        if (cancelled) {
            throw Errors.transactionCancelled(reasons);
        }
    }

    private static CancellationReason failed(Map<String, AttributeValue> shown) {
        CancellationReason.Builder reason = CancellationReason.builder()
                .code("ConditionalCheckFailed").message(Errors.CONDITION_FAILED);
        return (shown.isEmpty() ? reason : reason.item(shown)).build();
    }
}
