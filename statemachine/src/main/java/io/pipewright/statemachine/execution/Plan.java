package io.pipewright.statemachine.execution;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/**
 * What the execution decisions need of a declaration's version.
 *
 * @param stages in order
 */
public record Plan(List<Stage> stages) {

    public Plan {
        stages = List.copyOf(stages);
    }

    /**
     * A stage.
     *
     * @param groups the actions' positions, grouped by runOrder, lowest first; within a group in the order declared
     * @param approvals the positions of manual approvals: an update cancels them instead of waiting for them
     * @param automaticRetry how the stage is retried once when it fails; empty when it isn't
     */
    public record Stage(
            String name, List<List<Integer>> groups, Set<Integer> approvals, Optional<StageRetryMode> automaticRetry) {

        public Stage {
            groups = groups.stream().map(List::copyOf).toList();
            approvals = Set.copyOf(approvals);
        }

        /** The position of the group that holds the action. */
        public int groupOf(int action) {
            for (int i = 0; i < groups.size(); i++) {
                if (groups.get(i).contains(action)) {
                    return i;
                }
            }
            throw new IllegalArgumentException("Stage " + name + " has no action " + action);
        }
    }

    /** The state of the machine that begins a group: its only action, or the Parallel of several. */
    public String entry(int stage, int group) {
        List<Integer> actions = stages.get(stage).groups().get(group);
        return actions.size() == 1
                ? "stage-" + stage + "-action-" + actions.get(0)
                : "stage-" + stage + "-group-" + group;
    }

    /** The state of the machine in front of a stage; behind the last stage, the final gate. */
    public String gate(int stage) {
        return "gate-" + stage;
    }
}
