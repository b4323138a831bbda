package io.pipewright.local.dynamodb;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The partition and the stretch of sort keys that a query's key condition names.
 *
 * @param hash the partition key's bytes
 */
record KeyCondition(byte[] hash, KeyRange range) {

    static KeyCondition of(Table table, Condition condition, Scope scope) {
        Map<String, Condition.OnKey> terms = new HashMap<>();
        collect(condition, scope, terms);
        Condition.OnKey onHash = terms.remove(table.hash().name());
        if (onHash == null) {
            throw missing(table.hash());
        }
        if (!(onHash instanceof Condition.Equal equal)) {
            throw unsupported();
        }
        byte[] hash = encode(table.hash(), equal.right(), scope);
        if (terms.isEmpty()) {
            return new KeyCondition(hash, KeyRange.ALL);
        }
        KeyAttribute range = table.range().orElseThrow(KeyCondition::unsupported);
        Condition.OnKey onRange = terms.remove(range.name());
        if (onRange == null || !terms.isEmpty()) {
            throw missing(range);
        }
        return new KeyCondition(hash, onRange.range(operand -> encode(range, operand, scope)));
    }

    private static RuntimeException missing(KeyAttribute key) {
        return Errors.validation("Query condition missed key schema element: " + key.name());
    }

    private static RuntimeException unsupported() {
        return Errors.validation("Query key condition not supported");
    }

    private static void collect(Condition condition, Scope scope, Map<String, Condition.OnKey> terms) {
        if (condition instanceof Condition.And and) {
            collect(and.left(), scope, terms);
            collect(and.right(), scope, terms);
            return;
        }
        if (!(condition instanceof Condition.OnKey term)) {
            throw Errors.validation("Invalid operator used in KeyConditionExpression: " + condition.operator());
        }
        if (!(term.subject() instanceof Path path)) {
            throw Errors.unsupported("key conditions that do not begin with the key attribute's name");
        }
        if (terms.put(path.topLevelName(scope, Expression.Kind.KEY_CONDITION.parameter()), term) != null) {
            throw Errors.validation("KeyConditionExpressions must only contain one condition per key");
        }
    }

    private static byte[] encode(KeyAttribute key, Operand operand, Scope scope) {
        if (!(operand instanceof Operand.Value reference)) {
            throw Expression.Kind.KEY_CONDITION.invalid(
                    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
        }
        AttributeValue value = scope.value(reference.placeholder());
        if (!key.accepts(value)) {
            throw Errors.invalidParameter("Condition parameter type does not match schema type");
        }
        return key.encode(value);
    }
}
