package io.pipewright.local.dynamodb;

import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue.Type;

/** The rules for operands that DynamoDB applies to an expression before it looks at any item. */
final class OperandChecks {
    private static final int MAX_CANDIDATES = 100;

    private OperandChecks() {
    }

    static void distinct(String operator, Operand left, Operand right, Scope scope) {
        if (left instanceof Path one && right instanceof Path other
                && one.describe(scope).equals(other.describe(scope))) {
            throw Errors.validation("The first operand must be distinct from the remaining operands for this operator "
                    + "or function; operator: " + operator + ", first operand: " + one.describe(scope));
        }
    }

    static void ordered(String operator, Operand operand, Scope scope) {
        type(operator, operand, AttributeValues::isOrdered, scope);
    }

    static void prefix(Operand operand, Scope scope) {
        type("begins_with", operand, value -> value.type() == Type.S || value.type() == Type.B, scope);
    }

    private static void type(String operator, Operand operand, Predicate<AttributeValue> allowed, Scope scope) {
        if (operand instanceof Operand.Value value && !allowed.test(scope.value(value.placeholder()))) {
            throw incorrectType(operator, AttributeValues.typeName(scope.value(value.placeholder())));
        }
    }

    private static RuntimeException incorrectType(String operator, String type) {
        return Errors.validation("Incorrect operand type for operator or function; operator or function: "
                + operator + ", operand type: " + type);
    }

    static void bounds(Operand low, Operand high, Scope scope) {
        if (low instanceof Operand.Value lowest && high instanceof Operand.Value highest) {
            AttributeValue from = scope.value(lowest.placeholder());
            AttributeValue to = scope.value(highest.placeholder());
            if (from.type() != to.type()) {
                throw Errors.validation("The BETWEEN operator requires same data type for lower and upper bounds; "
                        + bounds(from, to));
            }
            if (AttributeValues.compare(from, to) > 0) {
                throw Errors.validation("The BETWEEN operator requires upper bound to be greater than or equal to "
                        + "lower bound; " + bounds(from, to));
            }
        }
    }

    private static String bounds(AttributeValue from, AttributeValue to) {
        return "lower bound operand: " + describe(from) + ", upper bound operand: " + describe(to);
    }

    private static String describe(AttributeValue value) {
        Object content = switch (value.type()) {
            case S -> value.s();
            case N -> value.n();
            default -> value.b();
        };
        return "AttributeValue: {" + AttributeValues.typeName(value) + ":" + content + "}";
    }

    static void attributeType(Operand operand, Scope scope) {
        if (!(operand instanceof Operand.Value value)) {
            throw incorrectType("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
        }
        AttributeValue type = scope.value(value.placeholder());
        if (type.type() != Type.S) {
            throw incorrectType("attribute_type", AttributeValues.typeName(type));
        }
        if (!Condition.HasType.TYPES.contains(type.s())) {
            throw Errors.validation("Invalid attribute type name found; type: " + type.s()
                    + ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
        }
    }

    static void candidates(int count) {
        if (count > MAX_CANDIDATES) {
            throw Errors.validation("The IN operator is provided with more than " + MAX_CANDIDATES + " operands; "
                    + "number of operands: " + count);
        }
    }
}
