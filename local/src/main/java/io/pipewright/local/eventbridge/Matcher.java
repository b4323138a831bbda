package io.pipewright.local.eventbridge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/** The enabled rules with targets at one moment. Immutable, so that matching takes no lock. */
final class Matcher {

    /** One target of a matching rule. */
    record Subscription(String ruleName, Target target, Input input) {
    }

    private final Machine machine = new Machine();
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

    /** Why the service refuses the pattern, in its words; null if it takes it. */
    static String refusal(String pattern) {
        return JsonRuleCompiler.check(pattern, false);
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
