package io.pipewright.statemachine.definition;

import java.util.List;

/**
 * The actions of a stage that start together.
 *
 * @param actions indexes into the stage's list, in declaration order, never empty
 */
public record ActionGroup(int runOrder, List<Integer> actions) {

    public ActionGroup {
        actions = List.copyOf(actions);
        if (actions.isEmpty()) {
            throw new IllegalArgumentException("A group without actions, runOrder " + runOrder);
        }
    }

    /** One action alone needs no Parallel. */
    public boolean isParallel() {
        return actions.size() > 1;
    }
}
