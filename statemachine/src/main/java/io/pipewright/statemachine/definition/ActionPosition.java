package io.pipewright.statemachine.definition;

import java.util.Comparator;

/** An action by the zero-based indexes of its stage and of itself in the stage's list. */
public record ActionPosition(int stage, int action) implements Comparable<ActionPosition> {

    private static final Comparator<ActionPosition> DECLARATION_ORDER =
            Comparator.comparingInt(ActionPosition::stage).thenComparingInt(ActionPosition::action);

    /** The path of the action in the declaration, {@code stages[1].actions[0]}. */
    public String path() {
        return "stages[" + stage + "].actions[" + action + "]";
    }

    @Override
    public int compareTo(ActionPosition other) {
        return DECLARATION_ORDER.compare(this, other);
    }
}
