package io.pipewright.statemachine.execution;

import java.util.Optional;

/**
 * The inbound transition of a stage.
 *
 * @param disabledReason why it is disabled; empty when enabled
 * @param changedBy ARN of who changed it last; empty when nobody ever did
 * @param changedAt epoch milliseconds of that change, 0 when there was none
 */
public record Transition(Optional<String> disabledReason, Optional<String> changedBy, long changedAt) {

    /** A transition that nobody has ever touched: enabled. */
    public static final Transition UNTOUCHED = new Transition(Optional.empty(), Optional.empty(), 0);

    public static Transition disabled(String reason, String by, long at) {
        return new Transition(Optional.of(reason), Optional.of(by), at);
    }

    public static Transition enabled(String by, long at) {
        return new Transition(Optional.empty(), Optional.of(by), at);
    }

    public boolean isEnabled() {
        return disabledReason.isEmpty();
    }
}
