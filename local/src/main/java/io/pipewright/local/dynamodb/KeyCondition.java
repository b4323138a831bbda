package io.pipewright.local.dynamodb;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * The partition and the stretch of sort keys that a query's key condition names.
 *
 * @param hash the partition key's bytes
 */
record KeyCondition(byte[] hash, KeyRange range) {

    static KeyCondition of(Table table, Condition condition, Scope scope) {
        Map<String, Condition> terms = new HashMap<>();
        collect(condition, scope, terms);
        Condition onHash = terms.remove(table.hash().name());
        if (onHash == null) {
            throw missing(table.hash());
        }
        if (!(onHash instanceof Condition.Equal equal)) {
            throw Errors.validation("Query key condition not supported");
        }
        byte[] hash = encode(table.hash(), equal.right(), scope);
        if (terms.isEmpty()) {
            return new KeyCondition(hash, KeyRange.ALL);
        }
        KeyAttribute range = table.range().orElseThrow(
                () -> Errors.validation("Query key condition not supported"));
        Condition onRange = terms.remove(range.name());
        if (onRange == null || !terms.isEmpty()) {
            throw missing(range);
        }
        return new KeyCondition(hash, range(range, onRange, scope));
    }

    private static RuntimeException missing(KeyAttribute key) {
        return Errors.validation("Query condition missed key schema element: " + key.name());
    }

    private static void collect(Condition condition, Scope scope, Map<String, Condition> terms) {
        if (condition instanceof Condition.And and) {
            collect(and.left(), scope, terms);
            collect(and.right(), scope, terms);
        } else if (terms.put(path(condition).topLevelName(scope, "KeyConditionExpression"), condition) != null) {
            throw Errors.validation("KeyConditionExpressions must only contain one condition per key");
        }
    }

    private static RuntimeException invalid(String message) {
        return Expression.Kind.KEY_CONDITION.invalid(message);
    }

    /** The path that a term restricts; refuses terms that no key condition may have. */
    private static Path path(Condition term) {
        Operand restricted;
        if (term instanceof Condition.Equal equal && !equal.negated()) {
            restricted = equal.left();
        } else if (term instanceof Condition.Ordered ordered) {
            restricted = ordered.left();
        } else if (term instanceof Condition.Between between) {
            restricted = between.operand();
        } else if (term instanceof Condition.BeginsWith begins) {
            restricted = begins.operand();
        } else {
            throw Errors.validation("Invalid operator used in KeyConditionExpression: " + term.operator());
        }
        if (restricted instanceof Path path) {
            return path;
        }
        throw Errors.unsupported("key conditions that do not begin with the key attribute's name");
    }

    private static KeyRange range(KeyAttribute key, Condition term, Scope scope) {
        if (term instanceof Condition.Equal equal) {
            return KeyRange.only(encode(key, equal.right(), scope));
        }
        if (term instanceof Condition.Between between) {
            return new KeyRange(encode(key, between.low(), scope),
                    KeyEncoding.after(encode(key, between.high(), scope)));
        }
        if (term instanceof Condition.BeginsWith begins) {
            if (key.type() == ScalarAttributeType.N) {
                throw invalid("Incorrect operand type for operator or function; "
                        + "operator or function: begins_with, operand type: N");
            }
            return KeyRange.withPrefix(encode(key, begins.prefix(), scope));
        }
        Condition.Ordered ordered = (Condition.Ordered) term;
        byte[] bound = encode(key, ordered.right(), scope);
        return switch (ordered.order()) {
            case LESS -> KeyRange.before(bound);
            case LESS_OR_EQUAL -> KeyRange.before(KeyEncoding.after(bound));
            case GREATER -> KeyRange.startingAt(KeyEncoding.after(bound));
            case GREATER_OR_EQUAL -> KeyRange.startingAt(bound);
        };
    }

    private static byte[] encode(KeyAttribute key, Operand operand, Scope scope) {
        if (!(operand instanceof Operand.Value reference)) {
            throw invalid("Invalid condition in KeyConditionExpression: "
                    + "Multiple attribute names used in one condition");
        }
        AttributeValue value = scope.value(reference.placeholder());
        if (!key.accepts(value)) {
            throw Errors.invalidParameter("Condition parameter type does not match schema type");
        }
        return key.encode(value);
    }
}
