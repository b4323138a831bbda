package io.pipewright.local.eventbridge;

import java.util.List;
import software.amazon.awssdk.services.eventbridge.model.RuleState;
import software.amazon.awssdk.services.eventbridge.model.Target;

/** A rule with its targets. Description and role may be null. */
record Rule(String name, String pattern, RuleState state, String description, String roleArn, List<Target> targets) {
    Rule {
        targets = List.copyOf(targets);
    }

    Rule withState(RuleState changed) {
        return new Rule(name, pattern, changed, description, roleArn, targets);
    }

    Rule withTargets(List<Target> changed) {
        return new Rule(name, pattern, state, description, roleArn, changed);
    }

    boolean isEnabled() {
        return state != RuleState.DISABLED;
    }
}
