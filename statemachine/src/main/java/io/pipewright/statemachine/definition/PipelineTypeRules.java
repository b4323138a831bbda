package io.pipewright.statemachine.definition;

import io.pipewright.statemachine.actiontypes.ActionTypeEntry;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineType;

/** What only pipelines of type V2 may have. A pipeline without a type is V1. */
final class PipelineTypeRules {

    private static final String REMEDY = "Set pipelineType to V2.";

    private PipelineTypeRules() {
    }

    static Stream<Finding> variables(PipelineDeclaration pipeline, Context context) {
        return isV2(pipeline) || pipeline.variables().isEmpty() ? Stream.empty() : Stream.of(Finding.structure(
                "v2-variables", "variables", "Pipeline variable can only be used with V2 pipelines", REMEDY));
    }

    static Stream<Finding> triggers(PipelineDeclaration pipeline, Context context) {
        return isV2(pipeline) || pipeline.triggers().isEmpty() ? Stream.empty() : Stream.of(Finding.structure(
                "v2-triggers", "triggers", "Triggers on tag can only be used with V2 pipelines", REMEDY));
    }

    static Stream<Finding> executionMode(PipelineDeclaration pipeline, Context context) {
        boolean forAll = pipeline.executionMode() == null || pipeline.executionMode() == ExecutionMode.SUPERSEDED;
        return isV2(pipeline) || forAll ? Stream.empty() : Stream.of(Finding.structure(
                "v2-execution-mode", "executionMode", "QUEUED or PARALLEL mode can only be used with V2 pipelines", REMEDY));
    }

    static Stream<Finding> conditions(PipelineDeclaration pipeline, Context context) {
        return isV2(pipeline) ? Stream.empty() : Located.stages(pipeline)
                .filter(stage -> stage.declaration().beforeEntry() != null
                        || stage.declaration().onSuccess() != null
                        || stage.declaration().onFailure() != null)
                .map(stage -> Finding.stage(
                        "v2-conditions",
                        stage.path(),
                        "Stage level conditions can only be used with V2 pipelines.",
                        REMEDY));
    }

    static Stream<Finding> actionTypes(PipelineDeclaration pipeline, Context context) {
        return isV2(pipeline) ? Stream.empty() : Located.actions(pipeline)
                .filter(action -> context.actionTypes().find(action.declaration().actionTypeId())
                        .filter(ActionTypeEntry::v2Only)
                        .isPresent())
                .map(action -> Finding.action(
                        "v2-action-type",
                        action.path("actionTypeId"),
                        action.declaration().actionTypeId().provider() + " Action can only be used with V2 pipelines.",
                        REMEDY));
    }

    private static boolean isV2(PipelineDeclaration pipeline) {
        return pipeline.pipelineType() == PipelineType.V2;
    }
}
