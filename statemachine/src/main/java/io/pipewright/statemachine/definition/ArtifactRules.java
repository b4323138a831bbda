package io.pipewright.statemachine.definition;

import io.pipewright.statemachine.actiontypes.ArtifactBounds;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** Artifacts: who writes them, who reads them, and in what order ("Input and output artifacts"). */
final class ArtifactRules {

    private ArtifactRules() {
    }

    static Stream<Finding> outputNamesAreUnique(PipelineDeclaration pipeline, Context context) {
        Set<String> names = new HashSet<>();
        return Located.actions(pipeline).flatMap(action -> IntStream.range(0, action.declaration().outputArtifacts().size())
                .filter(output -> !names.add(action.declaration().outputArtifacts().get(output).name()))
                .mapToObj(output -> Finding.action(
                        "output-artifact-unique",
                        action.path("outputArtifacts[" + output + "].name"),
                        "Output Artifact Bundle name must be unique within the pipeline. "
                                + action.declaration().outputArtifacts().get(output).name() + " has been used more than once.",
                        "Give each output artifact a name of its own.")));
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> inputsAreListedOnce(PipelineDeclaration pipeline, Context context) {
        return Located.actions(pipeline).flatMap(action -> {
            Set<String> names = new HashSet<>();
            return IntStream.range(0, action.declaration().inputArtifacts().size())
                    .filter(input -> !names.add(action.declaration().inputArtifacts().get(input).name()))
                    .mapToObj(input -> Finding.action(
                            "input-artifact-once",
                            action.path("inputArtifacts[" + input + "].name"),
                            "Action " + action.name() + " declares the input artifact "
                                    + action.declaration().inputArtifacts().get(input).name() + " more than once",
                            "List the artifact once."));
        });
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> inputsAreProducedBefore(PipelineDeclaration pipeline, Context context) {
        Map<String, ActionPosition> producers = Declarations.producers(pipeline);
        return Located.actions(pipeline).flatMap(action -> {
            List<String> inputs = action.declaration().inputArtifacts().stream()
                    .map(InputArtifact::name)
                    .collect(Collectors.toList());
            return IntStream.range(0, inputs.size())
                    .filter(input -> !isProducedBefore(pipeline, producers.get(inputs.get(input)), action.position()))
                    .mapToObj(input -> notProduced(pipeline, action, input, inputs.get(input), producers.get(inputs.get(input))));
        });
    }

    static Stream<Finding> count(Located.Action action, String kind, int count, ArtifactBounds bounds) {
        if (count >= bounds.minimum() && count <= bounds.maximum()) {
            return Stream.empty();
        }
        String bound = count < bounds.minimum()
                ? "less than the minimum count (" + bounds.minimum() + ")"
                : "more than the maximum count (" + bounds.maximum() + ")";
        return Stream.of(Finding.action(
                kind + "-artifact-count",
                action.path(kind + "Artifacts"),
                "Action " + action.name() + " declares " + count + " " + kind + " artifacts which is " + bound,
                "List " + range(bounds) + " " + kind + " artifacts."));
    }

    private static String range(ArtifactBounds bounds) {
        return bounds.minimum() == bounds.maximum()
                ? Integer.toString(bounds.minimum())
                : bounds.minimum() + " to " + bounds.maximum();
    }

    private static boolean isProducedBefore(PipelineDeclaration pipeline, ActionPosition producer, ActionPosition reader) {
        return producer != null && Declarations.runsBefore(pipeline, producer, reader);
    }

    private static Finding notProduced(
            PipelineDeclaration pipeline, Located.Action action, int input, String artifact, ActionPosition producer) {
        String problem = producer == null
                ? " is not an output artifact of any action in the pipeline"
                : " is an output artifact of action " + Declarations.action(pipeline, producer).name()
                        + ", which does not run before it";
        return Finding.action(
                "input-artifact-produced",
                action.path("inputArtifacts[" + input + "].name"),
                "Input Artifact Bundle " + artifact + " of action " + action.name() + problem,
                "Use an output artifact of an earlier stage, or of the same stage with a lower runOrder.");
    }
}
