package io.pipewright.statemachine.definition;

import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineType;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/**
 * Fills in what the service fills in: what was left out of a declaration comes back from it in one definite form.
 * Members without a default stay absent.
 */
public final class Normalizer {

    private Normalizer() {
    }

    /**
     * The declaration with its defaults: actions get empty artifact lists and configuration, runOrder 1, and configuration
     * keys in the order of their names; the pipeline gets mode SUPERSEDED and a type.
     *
     * <p>A type left out stays what it was before, V1 for a new pipeline. It is not inferred from the members that only V2
     * has: the real service refuses such a declaration, although its model's text says otherwise.
     *
     * @param version the number that this declaration gets; what the caller sent counts for nothing
     * @param typeBefore the type of the version that this one replaces, empty for a new pipeline
     */
    public static PipelineDeclaration normalize(
            PipelineDeclaration declaration, int version, Optional<PipelineType> typeBefore) {
        return declaration.toBuilder()
                .version(version)
                .executionMode(declaration.executionMode() == null ? ExecutionMode.SUPERSEDED : declaration.executionMode())
                .pipelineType(declaration.pipelineType() == null
                        ? typeBefore.orElse(PipelineType.V1)
                        : declaration.pipelineType())
                .stages(declaration.stages().stream().map(Normalizer::stage).collect(Collectors.toList()))
                .build();
    }

    private static StageDeclaration stage(StageDeclaration stage) {
        return stage.toBuilder()
                .actions(stage.actions().stream().map(Normalizer::action).collect(Collectors.toList()))
                .build();
    }

    private static ActionDeclaration action(ActionDeclaration action) {
        return action.toBuilder()
                .runOrder(Declarations.runOrder(action))
                .configuration(new TreeMap<>(action.configuration()))
                .inputArtifacts(List.copyOf(action.inputArtifacts()))
                .outputArtifacts(List.copyOf(action.outputArtifacts()))
                .build();
    }
}
