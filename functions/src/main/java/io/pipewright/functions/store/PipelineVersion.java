package io.pipewright.functions.store;

import io.pipewright.statemachine.execution.Plan;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/**
 * A version of a declaration; it never changes.
 *
 * @param machine ARN of the published state machine version on which its executions run
 * @param created epoch milliseconds
 */
public record PipelineVersion(
        String generation, int version, PipelineDeclaration declaration, Plan plan, String machine, long created) {

    public StageDeclaration stage(int stage) {
        return declaration.stages().get(stage);
    }

    public ActionDeclaration action(int stage, int action) {
        return stage(stage).actions().get(action);
    }

    /** Whether the action has siblings in its group, so that its task is a branch of a Parallel. */
    public boolean isBranch(int stage, int action) {
        Plan.Stage planned = plan.stages().get(stage);
        return planned.groups().get(planned.groupOf(action)).size() > 1;
    }
}
