package io.pipewright.local.cli;

import io.pipewright.statemachine.definition.Limits;

/** The option {@code --limit NAME=VALUE}. */
final class LimitOptions {
    static final String NAME = "--limit";

    private LimitOptions() {
    }

    /** @throws UsageException for an unknown name or a value out of range */
    static Limits read(Arguments arguments) {
        Limits limits = Limits.AWS;
        for (String option : arguments.values(NAME)) {
            int equals = option.indexOf('=');
            if (equals < 0) {
                throw new UsageException(NAME + " needs NAME=VALUE, not " + option + ".");
            }
            try {
                limits = limits.with(option.substring(0, equals), option.substring(equals + 1));
            } catch (IllegalArgumentException e) {
                throw new UsageException(e.getMessage());
            }
        }
        return limits;
    }
}
