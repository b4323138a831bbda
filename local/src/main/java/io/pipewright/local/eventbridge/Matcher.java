package io.pipewright.local.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.MachineComplexityEvaluator;

/** The enabled rules with targets at one moment. Immutable, so that matching takes no lock. */
final class Matcher {

    /** One target of a matching rule. */
    record Subscription(String ruleName, Target target, Input input) {
    }

    /** "Amazon EventBridge event patterns: using $or", EventBridge user guide. */
    private static final long MOST_ALTERNATIVES = 1000;
    /** Wildcard prefixes that one text may match at the same time; the service's limit as recorded. */
    private static final int MOST_WILDCARD_PREFIXES = 10;

    private final Machine machine = Machine.builder().build();
    private final Map<String, List<Subscription>> subscriptions = new HashMap<>();

    Matcher(Collection<Rule> rules) {
        for (Rule rule : rules) {
            if (rule.isEnabled() && !rule.targets().isEmpty()) {
                add(rule);
            }
        }
    }

    private void add(Rule rule) {
        subscriptions.put(rule.name(), rule.targets().stream()
            .map(target -> new Subscription(rule.name(), target, TargetInputs.read(target, 1))).toList());
        try {
            machine.addRule(rule.name(), rule.pattern());
        } catch (IOException e) {
            throw new IllegalStateException("The stored pattern of rule " + rule.name() + " is damaged", e);
        }
    }

    /** Why the service refuses the pattern, in its words where they are known; empty if it takes it. */
    static Optional<String> refusal(String pattern) {
        if (alternatives(pattern) > MOST_ALTERNATIVES) {
            return Optional.of("The pattern has more than " + MOST_ALTERNATIVES + " combinations of $or alternatives");
        }
        return Optional.ofNullable(JsonRuleCompiler.check(pattern, false)).or(() -> isTooComplex(pattern)
            ? Optional.of("Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character")
            : Optional.empty());
    }

    /** Counted before the compiler multiplies them out; 0 if the pattern isn't JSON, which the compiler tells better. */
    private static long alternatives(String pattern) {
        try {
            return alternatives(Json.MAPPER.readTree(pattern));
        } catch (IOException e) {
            return 0;
        }
    }

    private static long alternatives(JsonNode pattern) {
        long product = 1;
        for (Map.Entry<String, JsonNode> member : pattern.properties()) {
            long choices = 1;
            if (member.getKey().equals("$or") && member.getValue().isArray()) {
                choices = 0;
                for (JsonNode alternative : member.getValue()) {
                    choices += alternatives(alternative);
                }
            } else if (member.getValue().isObject()) {
                choices = alternatives(member.getValue());
            }
            product = Math.min(product * Math.max(choices, 1), MOST_ALTERNATIVES + 1);
        }
        return product;
    }

    private static boolean isTooComplex(String pattern) {
        try {
            Machine machine = Machine.builder().build();
            machine.addRule("pattern", pattern);
            return machine.evaluateComplexity(new MachineComplexityEvaluator(MOST_WILDCARD_PREFIXES + 1)) > MOST_WILDCARD_PREFIXES;
        } catch (IOException e) {
            throw new IllegalStateException("The compiler took a pattern that the machine refuses", e);
        }
    }

    List<Subscription> match(Event event) {
        if (machine.isEmpty()) {
            return List.of();
        }
        try {
            List<Subscription> matched = new ArrayList<>();
            machine.rulesForJSONEvent(event.json()).forEach(rule -> matched.addAll(subscriptions.get(rule)));
            return matched;
        } catch (Exception e) {
            // The matcher declares Exception for unreadable events; the envelope is written here and its detail was read before.
            throw new IllegalStateException("Event " + event.id() + " could not be matched", e);
        }
    }
}
