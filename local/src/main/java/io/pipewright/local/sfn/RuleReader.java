package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the conditions of Choice states. */
final class RuleReader {
    private static final Rule REFUSED = new Rule.All(List.of());
    private static final Map<String, Comparator> COMPARATORS = comparators();
    private static final Map<String, Rule.ValueType> TYPE_TESTS = typeTests();

    private record Comparator(Rule.ValueType type, Rule.Relation relation, boolean withPath) { }

    private RuleReader() { }

    /** A member of {@code Choices}: a condition beside {@code Next}. */
    static Rule topLevel(Section section) {
        return rule(section, Set.of("Next", "Comment"));
    }

    private static Rule nested(Section section) {
        return rule(section, Set.of("Comment"));
    }

    private static Rule rule(Section section, Set<String> beside) {
        Set<String> names = new HashSet<>();
        section.names().forEach(names::add);
        names.removeAll(beside);
        boolean compares = names.remove("Variable");
        if (names.size() != 1) {
            section.wrong("Exactly one comparison or one of [And, Or, Not] is required, found " + names.stream().sorted().toList());
            return REFUSED;
        }
        String operator = names.iterator().next();
        return switch (operator) {
            case "And" -> new Rule.All(rules(section, operator, compares));
            case "Or" -> new Rule.Any(rules(section, operator, compares));
            case "Not" -> {
                noVariable(section, compares);
                yield section.object(operator).map(RuleReader::nested).<Rule>map(Rule.Not::new).orElse(REFUSED);
            }
            default -> comparison(section, operator);
        };
    }

    private static List<Rule> rules(Section section, String operator, boolean compares) {
        noVariable(section, compares);
        List<Rule> rules = section.objects(operator).stream().map(RuleReader::nested).toList();
        if (rules.isEmpty()) {
            section.wrong(operator, "Value cannot be empty");
        }
        return rules;
    }

    private static void noVariable(Section section, boolean compares) {
        if (compares) {
            section.wrong("Field 'Variable' is not supported");
        }
    }

    private static Rule comparison(Section section, String operator) {
        Comparator comparator = COMPARATORS.get(operator);
        boolean typeTest = TYPE_TESTS.containsKey(operator) || operator.equals("IsPresent");
        if (comparator == null && !typeTest) {
            section.wrong("Field '" + operator + "' is not supported");
            return REFUSED;
        }
        Optional<ReferencePath> variable = section.require("Variable") ? section.path("Variable") : Optional.empty();
        if (variable.isEmpty()) {
            return REFUSED;
        }
        if (comparator == null) {
            boolean expected = section.flag(operator);
            return operator.equals("IsPresent")
                    ? new Rule.Presence(variable.get(), expected)
                    : new Rule.OfType(variable.get(), TYPE_TESTS.get(operator), expected);
        }
        if (comparator.withPath()) {
            return section.path(operator)
                    .<Rule>map(path -> new Rule.Comparison(variable.get(), comparator.type(), comparator.relation(),
                            BooleanNode.FALSE, path))
                    .orElse(REFUSED);
        }
        JsonNode constant = section.raw(operator);
        if (!comparator.type().isTypeOf(constant)) {
            section.wrong(operator, "Expected value of type " + comparator.type().label);
        }
        return new Rule.Comparison(variable.get(), comparator.type(), comparator.relation(), constant, null);
    }

    private static Map<String, Comparator> comparators() {
        Map<String, Comparator> comparators = new HashMap<>();
        for (Rule.ValueType type : List.of(Rule.ValueType.STRING, Rule.ValueType.NUMERIC, Rule.ValueType.BOOLEAN)) {
            List<Rule.Relation> relations = type == Rule.ValueType.BOOLEAN
                    ? List.of(Rule.Relation.EQUALS) : List.of(Rule.Relation.values());
            for (Rule.Relation relation : relations) {
                String name = type.label + relation.label;
                comparators.put(name, new Comparator(type, relation, false));
                comparators.put(name + "Path", new Comparator(type, relation, true));
            }
        }
        return Map.copyOf(comparators);
    }

    private static Map<String, Rule.ValueType> typeTests() {
        Map<String, Rule.ValueType> tests = new HashMap<>();
        for (Rule.ValueType type : Rule.ValueType.values()) {
            tests.put("Is" + type.label, type);
        }
        return Map.copyOf(tests);
    }
}
