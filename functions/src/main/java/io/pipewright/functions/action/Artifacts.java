package io.pipewright.functions.action;

import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ArtifactLocation;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.statemachine.definition.ActionPosition;
import io.pipewright.statemachine.definition.Declarations;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;

/** Where artifacts lie and come to lie. Keys have the form that recordings of CodePipeline show. */
public final class Artifacts {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int PIPELINE_CHARACTERS = 20;
    private static final int ARTIFACT_CHARACTERS = 10;
    private static final int RANDOM_CHARACTERS = 7;

    private static final RandomGenerator RANDOM = new SecureRandom();

    private Artifacts() { }

    /** The pipeline's store for the action's region. */
    public static ArtifactStore store(PipelineDeclaration pipeline, ActionDeclaration action, String region) {
        return pipeline.artifactStore() != null
                ? pipeline.artifactStore()
                : pipeline.artifactStores().get(Declarations.region(action, region));
    }

    /** New places for an action's outputs; nothing is ever overwritten. */
    static List<ArtifactLocation> outputs(PipelineDeclaration pipeline, ActionDeclaration action, String region) {
        List<ArtifactLocation> outputs = new ArrayList<>();
        for (OutputArtifact output : action.outputArtifacts()) {
            String suffix = action.actionTypeId().category() == ActionCategory.SOURCE ? ".zip" : "";
            String key = cut(pipeline.name(), PIPELINE_CHARACTERS) + "/" + cut(output.name(), ARTIFACT_CHARACTERS)
                    + "/" + random() + suffix;
            outputs.add(new ArtifactLocation(
                    output.name(), store(pipeline, action, region).location(), key, Optional.empty()));
        }
        return outputs;
    }

    private static String cut(String name, int length) {
        return name.length() > length ? name.substring(0, length) : name;
    }

    private static String random() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < RANDOM_CHARACTERS; i++) {
            text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return text.toString();
    }

    /** Where the action's inputs lie: what the newest successful execution of each producer wrote in this run. */
    static List<ArtifactLocation> inputs(
            PipelineVersion version, ActionDeclaration action, Map<ActionPosition, ActionRecord> succeeded)
            throws ActionFailure {
        Map<String, ActionPosition> producers = Declarations.producers(version.declaration());
        List<ArtifactLocation> inputs = new ArrayList<>();
        for (InputArtifact input : action.inputArtifacts()) {
            ActionRecord producer = succeeded.get(producers.get(input.name()));
            if (producer == null) {
                throw ActionFailure.configuration("The input artifact " + input.name()
                        + " doesn't exist: no action of this execution has produced it.");
            }
            producer.outputs().stream().filter(one -> one.name().equals(input.name())).findFirst()
                    .ifPresent(inputs::add);
        }
        return inputs;
    }

    /** The newest successful execution of each action of a run. {@code actions} come newest first. */
    static Map<ActionPosition, ActionRecord> succeeded(List<ActionRecord> actions) {
        Map<ActionPosition, ActionRecord> newest = new HashMap<>();
        for (ActionRecord action : actions) {
            if (action.status() == ActionExecutionStatus.SUCCEEDED) {
                newest.putIfAbsent(new ActionPosition(action.stage(), action.action()), action);
            }
        }
        return newest;
    }
}
