package io.pipewright.statemachine.definition;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** Triggers of connection sources ("Automate starting pipelines using triggers and filtering"). */
final class TriggerRules {

    private TriggerRules() {
    }

    static Stream<Finding> triggersNameConnectionSources(PipelineDeclaration pipeline, Context context) {
        return IntStream.range(0, pipeline.triggers().size())
                .filter(index -> Declarations.sourceActions(pipeline).stream()
                        .map(position -> Declarations.action(pipeline, position))
                        .noneMatch(action -> action.name().equals(sourceActionName(pipeline, index))
                                && action.actionTypeId().provider().equals("CodeStarSourceConnection")))
                .mapToObj(index -> Finding.structure(
                        "trigger-source-action",
                        path(index),
                        "Triggers for connections must reference a CodeStarSourceConnection action.",
                        "Name a source action of provider CodeStarSourceConnection."));
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> oneTriggerPerSource(PipelineDeclaration pipeline, Context context) {
        Set<String> names = new HashSet<>();
        return IntStream.range(0, pipeline.triggers().size())
                .filter(index -> !names.add(sourceActionName(pipeline, index)))
                .mapToObj(index -> Finding.structure(
                        "trigger-per-source",
                        path(index),
                        "There can only be one trigger for each source action. The following source action is used more than once: "
                                + sourceActionName(pipeline, index),
                        "Put all filters of the source action in one trigger."));
    }

    /** AWS limits the size of the array; what it counts isn't known. Here all its texts count, as UTF-8. */
    static Stream<Finding> triggersAreNotTooLarge(PipelineDeclaration pipeline, Context context) {
        long most = context.limits().get(Limit.TRIGGERS_BYTES);
        return size(pipeline.triggers()) <= most ? Stream.empty() : Stream.of(Finding.structure(
                "triggers-size",
                "triggers",
                "The triggers of the pipeline are too large. They can only have up to " + most + " bytes",
                "Use fewer or shorter patterns, or raise the limit " + Limit.TRIGGERS_BYTES.optionName() + "."));
    }

    private static long size(Object value) {
        if (value instanceof List<?> list) {
            return list.stream().mapToLong(TriggerRules::size).sum();
        }
        if (value instanceof SdkPojo structure) {
            return structure.sdkFields().stream().mapToLong(field -> size(field.getValueOrDefault(structure))).sum();
        }
        return value == null ? 0 : value.toString().getBytes(StandardCharsets.UTF_8).length;
    }

    private static String sourceActionName(PipelineDeclaration pipeline, int index) {
        return pipeline.triggers().get(index).gitConfiguration().sourceActionName();
    }

    private static String path(int index) {
        return "triggers[" + index + "].gitConfiguration.sourceActionName";
    }
}
