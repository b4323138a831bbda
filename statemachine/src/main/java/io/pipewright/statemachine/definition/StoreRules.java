package io.pipewright.statemachine.definition;

import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.ActionOwner;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** Artifact stores and the regions that need them. */
final class StoreRules {

    private StoreRules() {
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> oneKindOfStore(PipelineDeclaration pipeline, Context context) {
        boolean single = pipeline.artifactStore() != null;
        boolean byRegion = !pipeline.artifactStores().isEmpty();
        return single != byRegion ? Stream.empty() : Stream.of(Finding.structure(
                "artifact-store-one-kind",
                single ? "artifactStores" : "artifactStore",
                "Your pipeline must have either 'pipeline.artifactStore' or 'pipeline.artifactStores', "
                        + (single ? "but not both." : "but has neither."),
                "Give artifactStore for a pipeline in one region, else artifactStores alone."));
    }

    static Stream<Finding> severalRegionsNeedSeveralStores(PipelineDeclaration pipeline, Context context) {
        return pipeline.artifactStore() == null || regions(pipeline, context).size() == 1
                ? Stream.empty()
                : Stream.of(Finding.structure(
                        "artifact-store-several-regions",
                        "artifactStore",
                        "Your pipeline contains actions in more than one region. Use 'pipeline.artifactStores' instead of "
                                + "'pipeline.artifactStore' to declare an artifact store, such as an artifact bucket, "
                                + "for each region where you have an action.",
                        "Give artifactStores with a bucket for each of " + String.join(", ", regions(pipeline, context)) + "."));
    }

    static Stream<Finding> everyRegionHasAStore(PipelineDeclaration pipeline, Context context) {
        if (pipeline.artifactStores().isEmpty()) {
            return Stream.empty();
        }
        return regions(pipeline, context).stream()
                .filter(region -> !pipeline.artifactStores().containsKey(region))
                .map(region -> Finding.structure(
                        "artifact-store-missing-region",
                        "artifactStores",
                        "Your pipeline must have an artifact store, such as an artifact bucket, for each region where you have "
                                + "an action. The following region is missing in 'pipeline.artifactStores': " + region + ".",
                        "Add a bucket in " + region + " to artifactStores."));
    }

    /** AWS's wording isn't known. */
    static Stream<Finding> onlyAwsActionsLeaveTheRegion(PipelineDeclaration pipeline, Context context) {
        return Located.actions(pipeline)
                .filter(action -> !Declarations.region(action.declaration(), context.region()).equals(context.region()))
                .filter(action -> Declarations.isSource(action.declaration())
                        || action.declaration().actionTypeId().owner() != ActionOwner.AWS)
                .map(action -> Finding.action(
                        "action-region",
                        action.path("region"),
                        "Action " + action.name() + " declares the region " + action.declaration().region()
                                + ", but source, third-party and custom actions can only run in the region of the pipeline",
                        "Remove the action's region."));
    }

    private static Set<String> regions(PipelineDeclaration pipeline, Context context) {
        Set<String> regions = new LinkedHashSet<>();
        regions.add(context.region());
        Located.actions(pipeline)
                .map(action -> Declarations.region(action.declaration(), context.region()))
                .forEach(regions::add);
        return regions;
    }
}
