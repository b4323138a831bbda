package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A condition of a Choice state. A value of another type than the operator's makes it false, a missing one ends the execution. */
sealed interface Rule {

    boolean holds(JsonNode input, JsonNode context) throws PathFailure;

    /** {@code And}. */
    record All(List<Rule> rules) implements Rule {
        @Override
        public boolean holds(JsonNode input, JsonNode context) throws PathFailure {
            for (Rule rule : rules) {
                if (!rule.holds(input, context)) {
                    return false;
                }
            }
            return true;
        }
    }

    /** {@code Or}. */
    record Any(List<Rule> rules) implements Rule {
        @Override
        public boolean holds(JsonNode input, JsonNode context) throws PathFailure {
            for (Rule rule : rules) {
                if (rule.holds(input, context)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** {@code Not}. */
    record Not(Rule rule) implements Rule {
        @Override
        public boolean holds(JsonNode input, JsonNode context) throws PathFailure {
            return !rule.holds(input, context);
        }
    }

    /** {@code IsPresent}: a null is present. */
    record Presence(ReferencePath variable, boolean expected) implements Rule {
        @Override
        public boolean holds(JsonNode input, JsonNode context) {
            return variable.find(input, context).isPresent() == expected;
        }
    }

    /** {@code IsNull} and its like: with false, true for every other type. */
    record OfType(ReferencePath variable, ValueType type, boolean expected) implements Rule {
        @Override
        public boolean holds(JsonNode input, JsonNode context) throws PathFailure {
            return type.isTypeOf(value(variable, input, context)) == expected;
        }
    }

    /** A comparison with a constant or, when {@code path} is set, with another place of the input. */
    record Comparison(ReferencePath variable, ValueType type, Relation relation, JsonNode constant, ReferencePath path)
            implements Rule {
        @Override
        public boolean holds(JsonNode input, JsonNode context) throws PathFailure {
            JsonNode left = value(variable, input, context);
            JsonNode right = path == null ? constant : value(path, input, context);
            return type.isTypeOf(left) && type.isTypeOf(right) && relation.holds(type.compare(left, right));
        }
    }

    private static JsonNode value(ReferencePath path, JsonNode input, JsonNode context) throws PathFailure {
        return path.find(input, context).orElseThrow(() -> new PathFailure("Invalid path '" + path.text()
                + "': The choice state's condition path references an invalid value."));
    }

    /** The types that operators speak of. */
    enum ValueType {
        NULL("Null") {
            @Override
            boolean isTypeOf(JsonNode value) {
                return value.isNull();
            }

            @Override
            int compare(JsonNode left, JsonNode right) {
                return 0;
            }
        },
        STRING("String") {
            @Override
            boolean isTypeOf(JsonNode value) {
                return value.isTextual();
            }

            @Override
            int compare(JsonNode left, JsonNode right) {
                return left.textValue().compareTo(right.textValue());
            }
        },
        NUMERIC("Numeric") {
            @Override
            boolean isTypeOf(JsonNode value) {
                return value.isNumber();
            }

            /** As IEEE doubles: 0, 0.0 and -0.0 are equal. */
            @Override
            int compare(JsonNode left, JsonNode right) {
                double a = left.doubleValue();
                double b = right.doubleValue();
                return a < b ? -1 : a > b ? 1 : 0;
            }
        },
        BOOLEAN("Boolean") {
            @Override
            boolean isTypeOf(JsonNode value) {
                return value.isBoolean();
            }

            @Override
            int compare(JsonNode left, JsonNode right) {
                return Boolean.compare(left.booleanValue(), right.booleanValue());
            }
        };

        /** How the type is called in operators. */
        final String label;

        ValueType(String label) {
            this.label = label;
        }

        abstract boolean isTypeOf(JsonNode value);

        abstract int compare(JsonNode left, JsonNode right);
    }

    /** The last part of a comparing operator's name. */
    enum Relation {
        EQUALS("Equals", true, false, false),
        LESS_THAN("LessThan", false, true, false),
        LESS_THAN_EQUALS("LessThanEquals", true, true, false),
        GREATER_THAN("GreaterThan", false, false, true),
        GREATER_THAN_EQUALS("GreaterThanEquals", true, false, true);

        final String label;
        private final boolean onEqual;
        private final boolean onLess;
        private final boolean onGreater;

        Relation(String label, boolean onEqual, boolean onLess, boolean onGreater) {
            this.label = label;
            this.onEqual = onEqual;
            this.onLess = onLess;
            this.onGreater = onGreater;
        }

        boolean holds(int comparison) {
            return comparison == 0 ? onEqual : comparison < 0 ? onLess : onGreater;
        }
    }
}
