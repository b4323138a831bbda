package io.pipewright.functions.build;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.ActionWork;
import io.pipewright.functions.store.ArtifactLocation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.codebuild.model.ArtifactNamespace;
import software.amazon.awssdk.services.codebuild.model.ArtifactPackaging;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.ProjectArtifacts;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;

/**
 * The request for an action's build ("AWS CodeBuild build and test action reference").
 *
 * <p>Source and artifacts are overridden always and both, whatever the project says: CodeBuild refuses to mix CODEPIPELINE with
 * other types, and only CodePipeline itself may start builds of that type. The request depends on nothing but the action execution,
 * so that the same idempotency token always comes with the same request.
 */
final class BuildRequest {
    private BuildRequest() { }

    /** @param region the region that the pipeline lives in */
    static StartBuildRequest of(ActionWork work, String region) throws ActionFailure {
        refuseBatch(work, "BatchEnabled");
        refuseBatch(work, "CombineArtifacts");
        ArtifactLocation primary = primary(work);
        List<ArtifactLocation> outputs = work.record().outputs();
        StartBuildRequest.Builder request = StartBuildRequest.builder()
                .projectName(work.configuration("ProjectName").orElse(""))
                .idempotencyToken(work.id())
                .sourceTypeOverride(SourceType.S3)
                .sourceLocationOverride(path(primary))
                .secondarySourcesOverride(secondarySources(work.record().inputs(), primary))
                .artifactsOverride(outputs.size() == 1
                        ? artifacts(outputs.get(0)).build()
                        : ProjectArtifacts.builder().type(ArtifactsType.NO_ARTIFACTS).build())
                .secondaryArtifactsOverride(outputs.size() > 1 ? secondaryArtifacts(outputs) : List.of())
                .buildspecOverride(filled(work, "BuildspecOverride").orElse(null))
                .serviceRoleOverride(filled(work, "ServiceRoleArnOverride").orElse(null));
        ArtifactStore store = work.artifactStore(region);
        if (store.encryptionKey() != null) {
            request.encryptionKeyOverride(store.encryptionKey().id());
        }
        Optional<String> variables = filled(work, "EnvironmentVariables");
        if (variables.isPresent()) {
            request.environmentVariablesOverride(EnvironmentVariables.parse(variables.get()));
        }
        return request.build();
    }

    private static void refuseBatch(ActionWork work, String key) throws ActionFailure {
        if (work.configuration(key).map(value -> value.equalsIgnoreCase("true")).orElse(false)) {
            throw ActionFailure.configuration("This release of Pipewright doesn't run batch builds. Edit your pipeline and "
                    + "remove '" + key + "' or set it to 'false'.");
        }
    }

    private static Optional<String> filled(ActionWork work, String key) {
        return work.configuration(key).filter(value -> !value.isEmpty());
    }

    /** The input whose root is the working directory: the only one, or the one that {@code PrimarySource} names. */
    private static ArtifactLocation primary(ActionWork work) throws ActionFailure {
        List<ArtifactLocation> inputs = work.record().inputs();
        Optional<String> named = filled(work, "PrimarySource");
        if (named.isEmpty() && inputs.size() == 1) {
            return inputs.get(0);
        }
        if (named.isEmpty()) {
            throw ActionFailure.configuration("The action has " + inputs.size() + " input artifacts. Edit your pipeline and "
                    + "set 'PrimarySource' to the one that holds the buildspec.");
        }
        return inputs.stream().filter(input -> input.name().equals(named.get())).findFirst()
                .orElseThrow(() -> ActionFailure.configuration("'PrimarySource' is " + named.get()
                        + ", which is no input artifact of the action. Edit your pipeline to fix the configuration."));
    }

    private static List<ProjectSource> secondarySources(List<ArtifactLocation> inputs, ArtifactLocation primary)
            throws ActionFailure {
        List<ArtifactLocation> others = inputs.stream().filter(input -> !input.equals(primary)).toList();
        Set<String> taken = new HashSet<>();
        List<ProjectSource> sources = new ArrayList<>();
        for (ArtifactLocation other : others) {
            sources.add(ProjectSource.builder().type(SourceType.S3).location(path(other))
                    .sourceIdentifier(identifier(other.name(), taken)).build());
        }
        return sources;
    }

    private static List<ProjectArtifacts> secondaryArtifacts(List<ArtifactLocation> outputs) throws ActionFailure {
        Set<String> taken = new HashSet<>();
        List<ProjectArtifacts> artifacts = new ArrayList<>();
        for (ArtifactLocation output : outputs) {
            artifacts.add(artifacts(output).artifactIdentifier(identifier(output.name(), taken)).build());
        }
        return artifacts;
    }

    /** CodeBuild's identifiers are letters, digits and underscores; artifact names may have hyphens too. */
    private static String identifier(String artifact, Set<String> taken) throws ActionFailure {
        String identifier = artifact.replace('-', '_');
        if (!taken.add(identifier)) {
            throw ActionFailure.configuration("Two artifacts of the action are both " + identifier
                    + " to CodeBuild, where hyphens become underscores. Edit your pipeline and rename one of them.");
        }
        return identifier;
    }

    /** Exactly this object: {@code path/name} without namespace, and whatever name the buildspec gives doesn't count. */
    private static ProjectArtifacts.Builder artifacts(ArtifactLocation output) {
        int slash = output.key().lastIndexOf('/');
        return ProjectArtifacts.builder().type(ArtifactsType.S3).location(output.bucket())
                .path(output.key().substring(0, Math.max(slash, 0))).name(output.key().substring(slash + 1))
                .namespaceType(ArtifactNamespace.NONE).packaging(ArtifactPackaging.ZIP).overrideArtifactName(false);
    }

    private static String path(ArtifactLocation location) {
        return location.bucket() + "/" + location.key();
    }
}
