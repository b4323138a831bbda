package io.pipewright.functions.build;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.ActionWork;
import io.pipewright.functions.store.ArtifactLocation;
import io.pipewright.statemachine.definition.Declarations;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.codebuild.model.ArtifactNamespace;
import software.amazon.awssdk.services.codebuild.model.ArtifactPackaging;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.ProjectArtifacts;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.ProjectSourceVersion;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionOwner;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/**
 * The request for an action's build ("AWS CodeBuild build and test action reference").
 *
 * <p>Source and artifacts are overridden always and both, whatever the project says: CodeBuild refuses to mix CODEPIPELINE with
 * other types, and only CodePipeline itself may start builds of that type. The request depends on nothing but the action execution,
 * so that the same idempotency token always comes with the same request.
 */
final class BuildRequest {
    private BuildRequest() { }

    /**
     * @param region the region that the pipeline lives in
     * @param cloneUrls URLs of CodeCommit repositories by name
     */
    static StartBuildRequest of(ActionWork work, String region, UnaryOperator<String> cloneUrls) throws ActionFailure {
        refuseBatch(work, "BatchEnabled");
        refuseBatch(work, "CombineArtifacts");
        ArtifactLocation primary = primary(work);
        Source source = source(work, primary, cloneUrls);
        List<ArtifactLocation> outputs = work.record().outputs();
        StartBuildRequest.Builder request = StartBuildRequest.builder()
                .projectName(work.configuration("ProjectName").orElse(""))
                .idempotencyToken(work.id())
                .sourceTypeOverride(source.type())
                .sourceLocationOverride(source.location())
                .sourceVersion(source.version().orElse(null))
                .secondarySourcesOverride(secondarySources(work, primary, cloneUrls))
                .artifactsOverride(outputs.size() == 1
                        ? artifacts(outputs.get(0)).build()
                        : ProjectArtifacts.builder().type(ArtifactsType.NO_ARTIFACTS).build())
                .secondaryArtifactsOverride(outputs.size() > 1 ? secondaryArtifacts(outputs) : List.of())
                .buildspecOverride(filled(work, "BuildspecOverride").orElse(null))
                .serviceRoleOverride(filled(work, "ServiceRoleArnOverride").orElse(null));
        List<ProjectSourceVersion> versions = secondaryVersions(work, primary, cloneUrls);
        if (!versions.isEmpty()) {
            request.secondarySourcesVersionOverride(versions);
        }
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

    /** What CodeBuild is to read for an input. */
    private record Source(SourceType type, String location, Optional<String> version) { }

    /** CodeBuild clones the commit of a full clone by itself; only CodePipeline can have it read the reference. */
    private static Source source(ActionWork work, ArtifactLocation input, UnaryOperator<String> cloneUrls) {
        PipelineDeclaration pipeline = work.version().declaration();
        Optional<Map<String, String>> clone = Optional.ofNullable(Declarations.producers(pipeline).get(input.name()))
                .map(position -> Declarations.action(pipeline, position))
                .filter(producer -> producer.actionTypeId().owner() == ActionOwner.AWS
                        && producer.actionTypeId().provider().equals("CodeCommit"))
                .map(ActionDeclaration::configuration)
                .filter(configuration -> "CODEBUILD_CLONE_REF".equals(configuration.get("OutputArtifactFormat")));
        return clone.isPresent()
                ? new Source(SourceType.CODECOMMIT, cloneUrls.apply(clone.get().get("RepositoryName")), input.revision())
                : new Source(SourceType.S3, path(input), Optional.empty());
    }

    private static List<ArtifactLocation> secondary(ActionWork work, ArtifactLocation primary) {
        return work.record().inputs().stream().filter(input -> !input.equals(primary)).toList();
    }

    private static List<ProjectSource> secondarySources(
            ActionWork work, ArtifactLocation primary, UnaryOperator<String> cloneUrls) throws ActionFailure {
        Set<String> taken = new HashSet<>();
        List<ProjectSource> sources = new ArrayList<>();
        for (ArtifactLocation other : secondary(work, primary)) {
            Source source = source(work, other, cloneUrls);
            sources.add(ProjectSource.builder().type(source.type()).location(source.location())
                    .sourceIdentifier(identifier(other.name(), taken)).build());
        }
        return sources;
    }

    private static List<ProjectSourceVersion> secondaryVersions(
            ActionWork work, ArtifactLocation primary, UnaryOperator<String> cloneUrls) throws ActionFailure {
        Set<String> taken = new HashSet<>();
        List<ProjectSourceVersion> versions = new ArrayList<>();
        for (ArtifactLocation other : secondary(work, primary)) {
            String identifier = identifier(other.name(), taken);
            source(work, other, cloneUrls).version().ifPresent(version -> versions.add(ProjectSourceVersion.builder()
                    .sourceIdentifier(identifier).sourceVersion(version).build()));
        }
        return versions;
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
