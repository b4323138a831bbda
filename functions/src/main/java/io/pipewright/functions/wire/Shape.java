package io.pipewright.functions.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The constraints of one shape of the service model. A value of another JSON type than the shape is passed over: {@link Codec} has
 * its own error for it.
 */
sealed interface Shape {
    /** Adds what is wrong with a value that is present and not null, in the model's order of members. */
    void check(JsonNode value, Path path, Violations violations);

    /** Inclusive; the ends of the int range mean that the model sets no bound. */
    record Bounds(int least, int most) {
        List<String> rules(String quantity) {
            List<String> rules = new ArrayList<>(2);
            if (most != Integer.MAX_VALUE) {
                rules.add(atMost(quantity));
            }
            if (least != Integer.MIN_VALUE) {
                rules.add(atLeast(quantity));
            }
            return rules;
        }

        List<String> broken(String quantity, long found) {
            if (found > most && most != Integer.MAX_VALUE) {
                return List.of(atMost(quantity));
            }
            return found < least ? List.of(atLeast(quantity)) : List.of();
        }

        private String atMost(String quantity) {
            return "Member must have " + quantity + " less than or equal to " + most;
        }

        private String atLeast(String quantity) {
            return "Member must have " + quantity + " greater than or equal to " + least;
        }
    }

    /** A value without parts. Inside a list or map the service reports it at the list or map, with all of its rules. */
    sealed interface Scalar extends Shape {
        /** All constraints, broken or not. */
        List<String> rules();

        /** Those that the value breaks. */
        List<String> broken(JsonNode value);

        @Override
        default void check(JsonNode value, Path path, Violations violations) {
            broken(value).forEach(rule -> violations.add(path, rule));
        }
    }

    /** A string; the pattern may be null and the values empty, which then allow everything. */
    record Text(Bounds bounds, Pattern pattern, List<String> values) implements Scalar {
        /**
         * A pattern with a group is matched by recursion, which a long enough text would drive out of the stack. The model has such
         * patterns for ARNs only, and no ARN is nearly as long.
         */
        private static final int LONGEST_FOR_GROUPS = 4096;

        @Override
        public List<String> rules() {
            List<String> rules = bounds.rules("length");
            if (pattern != null) {
                rules.add(patternRule());
            }
            if (!values.isEmpty()) {
                rules.add(valuesRule());
            }
            return rules;
        }

        @Override
        public List<String> broken(JsonNode value) {
            return value.isTextual() ? broken(value.textValue()) : List.of();
        }

        List<String> broken(String text) {
            List<String> broken = new ArrayList<>(bounds.broken("length", text.codePointCount(0, text.length())));
            if (pattern != null && !matches(text)) {
                broken.add(patternRule());
            }
            if (!values.isEmpty() && !values.contains(text)) {
                broken.add(valuesRule());
            }
            return broken;
        }

        private boolean matches(String text) {
            boolean recursive = pattern.pattern().indexOf('(') >= 0;
            return (!recursive || text.length() <= LONGEST_FOR_GROUPS) && pattern.matcher(text).matches();
        }

        private String patternRule() {
            return "Member must satisfy regular expression pattern: " + pattern.pattern();
        }

        private String valuesRule() {
            return "Member must satisfy enum value set: " + values;
        }
    }

    /** An integer. */
    record Number(Bounds bounds) implements Scalar {
        @Override
        public List<String> rules() {
            return bounds.rules("value");
        }

        @Override
        public List<String> broken(JsonNode value) {
            return value.isNumber() ? bounds.broken("value", Numbers.toLong(value)) : List.of();
        }
    }

    /** A boolean or a timestamp: the model constrains neither. */
    record Free() implements Scalar {
        @Override
        public List<String> rules() {
            return List.of();
        }

        @Override
        public List<String> broken(JsonNode value) {
            return List.of();
        }
    }

    /** A member of a structure. */
    record Member(String name, boolean required, Shape shape) {
    }

    /** A structure, its members in the model's order. */
    record Structure(List<Member> members) implements Shape {
        @Override
        public void check(JsonNode value, Path path, Violations violations) {
            if (!value.isObject()) {
                return;
            }
            for (Member member : members) {
                JsonNode found = value.get(member.name());
                if (found != null && !found.isNull()) {
                    member.shape().check(found, path.member(member.name()), violations);
                } else if (member.required()) {
                    violations.add(path.member(member.name()), Violations.NULL);
                }
            }
        }
    }

    /** A list. */
    record Sequence(Bounds bounds, Shape element) implements Shape {
        @Override
        public void check(JsonNode value, Path path, Violations violations) {
            if (!value.isArray()) {
                return;
            }
            bounds.broken("length", value.size()).forEach(rule -> violations.add(path, rule));
            if (element instanceof Scalar scalar) {
                checkScalars(scalar, value, path, violations);
            } else {
                checkParts(value, path, violations);
            }
        }

        private static void checkScalars(Scalar scalar, JsonNode value, Path path, Violations violations) {
            for (JsonNode found : value) {
                if (found.isNull() || !scalar.broken(found).isEmpty()) {
                    violations.add(path, "Member must satisfy constraint: " + Violations.rules(scalar, found));
                    return;
                }
            }
        }

        private void checkParts(JsonNode value, Path path, Violations violations) {
            for (int i = 0; i < value.size(); i++) {
                Path place = path.member(Integer.toString(i + 1)).member("member");
                if (value.get(i).isNull()) {
                    violations.add(place, Violations.NULL);
                } else {
                    element.check(value.get(i), place, violations);
                }
            }
        }
    }

    /** A map with strings for keys. */
    record Dictionary(Bounds bounds, Text key, Shape content) implements Shape {
        @Override
        public void check(JsonNode value, Path path, Violations violations) {
            if (!value.isObject()) {
                return;
            }
            bounds.broken("length", value.size()).forEach(rule -> violations.add(path, rule));
            checkKeys(value, path, violations);
            if (content instanceof Scalar scalar) {
                checkScalars(scalar, value, path, violations);
            } else {
                checkParts(value, path, violations);
            }
        }

        private void checkKeys(JsonNode value, Path path, Violations violations) {
            for (Iterator<String> names = value.fieldNames(); names.hasNext();) {
                if (!key.broken(names.next()).isEmpty()) {
                    violations.add(path, "Map keys must satisfy constraint: " + key.rules());
                    return;
                }
            }
        }

        private static void checkScalars(Scalar scalar, JsonNode value, Path path, Violations violations) {
            for (JsonNode found : value) {
                if (found.isNull() || !scalar.broken(found).isEmpty()) {
                    violations.add(path, "Map value must satisfy constraint: " + Violations.rules(scalar, found));
                    return;
                }
            }
        }

        private void checkParts(JsonNode value, Path path, Violations violations) {
            for (Map.Entry<String, JsonNode> entry : value.properties()) {
                Path place = path.member(entry.getKey()).member("member");
                if (entry.getValue().isNull()) {
                    violations.add(place, Violations.NULL);
                } else {
                    content.check(entry.getValue(), place, violations);
                }
            }
        }
    }
}
