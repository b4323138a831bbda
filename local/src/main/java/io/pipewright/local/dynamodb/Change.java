package io.pipewright.local.dynamodb;

import io.pipewright.local.database.Database.Session;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * What a request does to one item, validated and encoded before the database's write begins.
 *
 * @param table the table as it was then
 */
record Change(Table table, PrimaryKey key, Action action, Guard guard) {
    /** "Quotas in Amazon DynamoDB". */
    private static final int MAX_ITEM_BYTES = 400 * 1024;

    sealed interface Action {
    }

    record Put(Map<String, AttributeValue> item, byte[] encoded) implements Action {
    }

    record Delete() implements Action {
    }

    /** Changes nothing: the condition is all. */
    record Check() implements Action {
    }

    /**
     * The condition under which a change is made, with the request's names and values.
     *
     * @param showsItem whether the error about a condition that does not hold carries the item
     */
    record Guard(Optional<Condition> condition, Scope scope, boolean showsItem) {

        /** @param text the condition expression, null for none */
        static Guard of(Store store, String text, Map<String, String> names, Map<String, AttributeValue> values,
                        ReturnValuesOnConditionCheckFailure shown) {
            Scope scope = Scope.of(names, values, text != null);
            Optional<Condition> condition = Optional.ofNullable(text)
                    .map(given -> scope.check(store.expressions().condition(Expression.Kind.CONDITION, given)));
            scope.requireAllUsed();
            return new Guard(condition, scope, shown == ReturnValuesOnConditionCheckFailure.ALL_OLD);
        }

        static Guard none() {
            return new Guard(Optional.empty(), Scope.of(Map.of(), Map.of(), false), false);
        }

        boolean holds(Map<String, AttributeValue> before) {
            return condition.isEmpty() || condition.get().holds(before, scope);
        }
    }

    static Change put(Table table, Map<String, AttributeValue> item, Guard guard) {
        Map<String, AttributeValue> normal = AttributeValues.normalise(item);
        PrimaryKey key = table.keyOfItem(normal);
        if (AttributeValues.size(normal) > MAX_ITEM_BYTES) {
            throw Errors.validation("Item size has exceeded the maximum allowed size");
        }
        return new Change(table, key, new Put(normal, ItemCodec.encode(normal)), guard);
    }

    static Change delete(Table table, Map<String, AttributeValue> key, Guard guard) {
        return new Change(table, table.keyOfRequest(key), new Delete(), guard);
    }

    static Change check(Table table, Map<String, AttributeValue> key, Guard guard) {
        return new Change(table, table.keyOfRequest(key), new Check(), guard);
    }

    /** What the change weighs against a request's limit, in bytes. */
    int size() {
        return action instanceof Put put ? AttributeValues.size(put.item()) : 0;
    }

    /** The item before the change, empty if there is none. */
    Map<String, AttributeValue> before(Session session, Store store) throws SQLException {
        return store.items().get(session, store.tables().current(table), key);
    }

    /** Makes the change, whatever its condition says. */
    void carryOut(Session session, Store store) throws SQLException {
        Table current = store.tables().current(table);
        if (action instanceof Put put) {
            store.items().put(session, current, key, put.encoded(), current.expiry(put.item()));
        } else if (action instanceof Delete) {
            store.items().delete(session, current, key);
        }
    }

    /**
     * Makes the change if its condition holds, else throws ConditionalCheckFailedException.
     *
     * @param returnsBefore whether the caller needs the item as it was
     * @return the item as it was; empty if there was none or nobody needed it
     */
    Map<String, AttributeValue> apply(Session session, Store store, boolean returnsBefore) throws SQLException {
        boolean needed = returnsBefore || guard.condition().isPresent();
        Map<String, AttributeValue> before = needed ? before(session, store) : Map.of();
        if (!guard.holds(before)) {
            throw Errors.conditionFailed(guard.showsItem() ? before : Map.of());
        }
        carryOut(session, store);
        return before;
    }
}
