package io.pipewright.functions.execution;

import io.pipewright.functions.wire.ApiError;
import io.pipewright.statemachine.definition.Declarations;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionOverride;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionType;

/** The rules for revisions that a start gives to source actions ("Start a pipeline with a source revision override"). */
final class SourceOverrides {
    private static final Map<String, Set<SourceRevisionType>> BY_PROVIDER = Map.of(
            "S3", EnumSet.of(SourceRevisionType.S3_OBJECT_KEY, SourceRevisionType.S3_OBJECT_VERSION_ID),
            "CodeCommit", EnumSet.of(SourceRevisionType.COMMIT_ID),
            "CodeStarSourceConnection", EnumSet.of(SourceRevisionType.COMMIT_ID),
            "GitHub", EnumSet.of(SourceRevisionType.COMMIT_ID),
            "ECR", EnumSet.of(SourceRevisionType.IMAGE_DIGEST));

    private SourceOverrides() {
    }

    /** @throws ApiError ValidationException for the first that names no source action, or a revision that its provider doesn't have */
    static void check(PipelineDeclaration pipeline, List<SourceRevisionOverride> overrides) {
        Map<String, ActionDeclaration> sources = Declarations.sourceActions(pipeline).stream()
                .map(position -> Declarations.action(pipeline, position))
                .collect(Collectors.toMap(ActionDeclaration::name, Function.identity()));
        for (SourceRevisionOverride override : overrides) {
            ActionDeclaration source = sources.get(override.actionName());
            if (source == null) {
                throw ApiError.unknownSourceAction();
            }
            Set<SourceRevisionType> taken = taken(source.actionTypeId());
            if (!taken.contains(override.revisionType())) {
                throw ApiError.unsuitableRevisionType(override.revisionTypeAsString(), source.name(), taken);
            }
        }
    }

    /** What a custom source makes of a revision is its worker's affair. */
    private static Set<SourceRevisionType> taken(ActionTypeId source) {
        return BY_PROVIDER.getOrDefault(source.provider(), SourceRevisionType.knownValues());
    }
}
