package io.pipewright.local.dynamodb;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntPredicate;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue.Type;

/**
 * A condition or filter expression ("Condition and filter expressions, operators, and functions", DynamoDB Developer
 * Guide). A comparison with a missing attribute is false, except {@code <>}, which is true.
 */
sealed interface Condition {

    /** Whether the item fulfils the condition; a missing item is an empty one. */
    boolean holds(Map<String, AttributeValue> item, Scope scope);

    /** Refuses operands that DynamoDB refuses before it looks at any item, as a ValidationException without prefix. */
    void check(Scope scope);

    /** The operator's or function's name, as messages print it. */
    String operator();

    /** A condition that a query can put on a key, if its subject is the key and the rest are values. */
    sealed interface OnKey extends Condition {

        /** What the condition restricts. */
        Operand subject();

        /** @param key the bytes of a value under the key's encoding */
        KeyRange range(Function<Operand, byte[]> key);
    }

    record And(Condition left, Condition right) implements Condition {
        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            return left.holds(item, scope) && right.holds(item, scope);
        }

        @Override
        public void check(Scope scope) {
            left.check(scope);
            right.check(scope);
        }

        @Override
        public String operator() {
            return "AND";
        }
    }

    record Or(Condition left, Condition right) implements Condition {
        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            return left.holds(item, scope) || right.holds(item, scope);
        }

        @Override
        public void check(Scope scope) {
            left.check(scope);
            right.check(scope);
        }

        @Override
        public String operator() {
            return "OR";
        }
    }

    record Not(Condition condition) implements Condition {
        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            return !condition.holds(item, scope);
        }

        @Override
        public void check(Scope scope) {
            condition.check(scope);
        }

        @Override
        public String operator() {
            return "NOT";
        }
    }

    /** Comparisons by order; equality is separate because it is defined for every type. */
    enum Order {
        LESS("<", order -> order < 0),
        LESS_OR_EQUAL("<=", order -> order <= 0),
        GREATER(">", order -> order > 0),
        GREATER_OR_EQUAL(">=", order -> order >= 0);

        private final String symbol;
        private final IntPredicate accepts;

        Order(String symbol, IntPredicate accepts) {
            this.symbol = symbol;
            this.accepts = accepts;
        }

        String symbol() {
            return symbol;
        }

        boolean holds(AttributeValue left, AttributeValue right) {
            return left != null && right != null && left.type() == right.type() && AttributeValues.isOrdered(left)
                    && accepts.test(AttributeValues.compare(left, right));
        }
    }

    record Ordered(Operand left, Order order, Operand right) implements OnKey {
        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            return order.holds(left.in(item, scope), right.in(item, scope));
        }

        @Override
        public void check(Scope scope) {
            OperandChecks.distinct(operator(), left, right, scope);
            OperandChecks.ordered(operator(), left, scope);
            OperandChecks.ordered(operator(), right, scope);
        }

        @Override
        public String operator() {
            return order.symbol();
        }

        @Override
        public Operand subject() {
            return left;
        }

        @Override
        public KeyRange range(Function<Operand, byte[]> key) {
            byte[] bound = key.apply(right);
            return switch (order) {
                case LESS -> KeyRange.before(bound);
                case LESS_OR_EQUAL -> KeyRange.before(KeyEncoding.after(bound));
                case GREATER -> KeyRange.startingAt(KeyEncoding.after(bound));
                case GREATER_OR_EQUAL -> KeyRange.startingAt(bound);
            };
        }
    }

    record Equal(Operand left, Operand right) implements OnKey {
        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            AttributeValue one = left.in(item, scope);
            AttributeValue other = right.in(item, scope);
            return one != null && other != null && AttributeValues.equal(one, other);
        }

        @Override
        public void check(Scope scope) {
            OperandChecks.distinct(operator(), left, right, scope);
        }

        @Override
        public String operator() {
            return "=";
        }

        @Override
        public Operand subject() {
            return left;
        }

        @Override
        public KeyRange range(Function<Operand, byte[]> key) {
            return KeyRange.only(key.apply(right));
        }
    }

    record NotEqual(Equal equal) implements Condition {
        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            return !equal.holds(item, scope);
        }

        @Override
        public void check(Scope scope) {
            OperandChecks.distinct(operator(), equal.left(), equal.right(), scope);
        }

        @Override
        public String operator() {
            return "<>";
        }
    }

    record Between(Operand subject, Operand low, Operand high) implements OnKey {
        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            AttributeValue value = subject.in(item, scope);
            return Order.GREATER_OR_EQUAL.holds(value, low.in(item, scope))
                    && Order.LESS_OR_EQUAL.holds(value, high.in(item, scope));
        }

        @Override
        public void check(Scope scope) {
            List.of(subject, low, high).forEach(each -> OperandChecks.ordered(operator(), each, scope));
            OperandChecks.bounds(low, high, scope);
        }

        @Override
        public String operator() {
            return "BETWEEN";
        }

        @Override
        public KeyRange range(Function<Operand, byte[]> key) {
            return new KeyRange(key.apply(low), KeyEncoding.after(key.apply(high)));
        }
    }

    record In(Operand operand, List<Operand> candidates) implements Condition {
        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            AttributeValue value = operand.in(item, scope);
            return value != null && candidates.stream()
                    .map(candidate -> candidate.in(item, scope))
                    .anyMatch(candidate -> candidate != null && AttributeValues.equal(value, candidate));
        }

        @Override
        public void check(Scope scope) {
            OperandChecks.candidates(candidates.size());
        }

        @Override
        public String operator() {
            return "IN";
        }
    }

    /** @param negated {@code attribute_not_exists} */
    record Exists(Path path, boolean negated) implements Condition {
        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            return (path.in(item, scope) == null) == negated;
        }

        @Override
        public void check(Scope scope) {
            // A path is all that the parser lets through.
        }

        @Override
        public String operator() {
            return negated ? "attribute_not_exists" : "attribute_exists";
        }
    }

    record HasType(Path path, Operand type) implements Condition {
        static final Set<String> TYPES = Set.of("S", "N", "B", "SS", "NS", "BS", "L", "M", "BOOL", "NULL");

        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            AttributeValue value = path.in(item, scope);
            return value != null && AttributeValues.typeName(value).equals(type.in(item, scope).s());
        }

        @Override
        public void check(Scope scope) {
            OperandChecks.attributeType(type, scope);
        }

        @Override
        public String operator() {
            return "attribute_type";
        }
    }

    record BeginsWith(Operand subject, Operand prefix) implements OnKey {
        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            AttributeValue value = subject.in(item, scope);
            AttributeValue start = prefix.in(item, scope);
            return value != null && start != null && value.type() == start.type() && switch (value.type()) {
                case S -> value.s().startsWith(start.s());
                case B -> indexOf(value, start) == 0;
                default -> false;
            };
        }

        @Override
        public void check(Scope scope) {
            OperandChecks.prefix(subject, scope);
            OperandChecks.prefix(prefix, scope);
        }

        @Override
        public String operator() {
            return "begins_with";
        }

        @Override
        public KeyRange range(Function<Operand, byte[]> key) {
            return KeyRange.withPrefix(key.apply(prefix));
        }
    }

    /** A part of a text or binary, or a member of a set or list. */
    record Contains(Operand operand, Operand part) implements Condition {
        @Override
        public boolean holds(Map<String, AttributeValue> item, Scope scope) {
            AttributeValue value = operand.in(item, scope);
            AttributeValue sought = part.in(item, scope);
            return value != null && sought != null && contains(value, sought);
        }

        private static boolean contains(AttributeValue value, AttributeValue sought) {
            return switch (value.type()) {
                case S -> sought.type() == Type.S && value.s().contains(sought.s());
                case B -> sought.type() == Type.B && indexOf(value, sought) >= 0;
                case SS -> sought.type() == Type.S && value.ss().contains(sought.s());
                case NS -> sought.type() == Type.N && value.ns().contains(sought.n());
                case BS -> sought.type() == Type.B && value.bs().contains(sought.b());
                case L -> value.l().stream().anyMatch(member -> AttributeValues.equal(member, sought));
                default -> false;
            };
        }

        @Override
        public void check(Scope scope) {
            OperandChecks.distinct("contains", operand, part, scope);
        }

        @Override
        public String operator() {
            return "contains";
        }
    }

    /** Where {@code sought} begins in {@code value}, -1 if nowhere. */
    private static int indexOf(AttributeValue value, AttributeValue sought) {
        byte[] bytes = AttributeValues.bytes(value);
        byte[] part = AttributeValues.bytes(sought);
        for (int start = 0; start + part.length <= bytes.length; start++) {
            if (Arrays.equals(bytes, start, start + part.length, part, 0, part.length)) {
                return start;
            }
        }
        return -1;
    }
}
