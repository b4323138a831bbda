package io.pipewright.local.codebuild;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildArtifacts;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectArtifacts;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;

/** A project as the overrides of one {@code StartBuild} leave it, and the build that this makes. */
final class BuildDefinition {
    private static final String INITIATOR = "pipewright";

    private BuildDefinition() {
    }

    /** Applies every override; refuses what cannot be run here. */
    static Project of(Project project, StartBuildRequest request) {
        refuseUnsupported(request);
        Project.Builder definition = project.toBuilder()
                .source(source(project.source(), request))
                .environment(environment(project.environment(), request));
        if (request.sourceVersion() != null || request.sourceTypeOverride() != null) {
            definition.sourceVersion(request.sourceVersion());
        }
        if (request.hasSecondarySourcesOverride()) {
            definition.secondarySources(request.secondarySourcesOverride()).secondarySourceVersions(List.of());
        }
        if (request.hasSecondarySourcesVersionOverride()) {
            definition.secondarySourceVersions(request.secondarySourcesVersionOverride());
        }
        Optional.ofNullable(request.artifactsOverride()).ifPresent(definition::artifacts);
        if (request.hasSecondaryArtifactsOverride()) {
            definition.secondaryArtifacts(request.secondaryArtifactsOverride());
        }
        Optional.ofNullable(request.cacheOverride()).ifPresent(definition::cache);
        Optional.ofNullable(request.serviceRoleOverride()).ifPresent(definition::serviceRole);
        Optional.ofNullable(request.timeoutInMinutesOverride()).ifPresent(definition::timeoutInMinutes);
        Optional.ofNullable(request.queuedTimeoutInMinutesOverride()).ifPresent(definition::queuedTimeoutInMinutes);
        Optional.ofNullable(request.encryptionKeyOverride()).ifPresent(definition::encryptionKey);
        Optional.ofNullable(request.logsConfigOverride()).ifPresent(definition::logsConfig);
        Project result = definition.build();
        ProjectRules.check(result);
        checkRunnable(result);
        return result;
    }

    /** The build before its first phase; it has no number yet. */
    static Build build(Project definition, String buildId, BuildEnvironment environment) {
        String uuid = BuildLocations.uuid(buildId);
        Build.Builder build = Build.builder().id(buildId).arn(environment.arn("build/" + buildId)).projectName(definition.name())
                .source(definition.source()).sourceVersion(definition.sourceVersion())
                .artifacts(artifacts(definition.artifacts(), definition.name(), uuid))
                .cache(definition.cache())
                .environment(definition.environment())
                .serviceRole(definition.serviceRole()).logs(BuildLocations.unknownLogs(environment))
                .timeoutInMinutes(definition.timeoutInMinutes()).queuedTimeoutInMinutes(definition.queuedTimeoutInMinutes())
                .initiator(INITIATOR).fileSystemLocations(List.of())
                .encryptionKey(definition.encryptionKey());
        if (definition.hasSecondarySources()) {
            build.secondarySources(definition.secondarySources());
        }
        if (definition.hasSecondarySourceVersions()) {
            build.secondarySourceVersions(definition.secondarySourceVersions());
        }
        if (definition.hasSecondaryArtifacts()) {
            build.secondaryArtifacts(definition.secondaryArtifacts().stream()
                    .map(settings -> artifacts(settings, definition.name(), uuid)).toList());
        }
        return build.build();
    }

    /** The key that S3 manages: what output is encrypted with unless a project says otherwise. */
    static String defaultKey(BuildEnvironment environment) {
        return "arn:aws:kms:" + environment.region() + ":" + environment.account() + ":alias/aws/s3";
    }

    /** The output as the build shows it before it is uploaded. */
    static BuildArtifacts artifacts(ProjectArtifacts settings, String project, String uuid) {
        BuildArtifacts.Builder artifacts = BuildArtifacts.builder().artifactIdentifier(settings.artifactIdentifier())
                .encryptionDisabled(settings.encryptionDisabled()).overrideArtifactName(settings.overrideArtifactName());
        if (settings.type() == ArtifactsType.NO_ARTIFACTS) {
            return artifacts.location("").build();
        }
        return artifacts.location(ArtifactTarget.of(settings, project, uuid, Optional.empty(), Optional.empty()).arn()).build();
    }

    private static void refuseUnsupported(StartBuildRequest request) {
        if (Boolean.TRUE.equals(request.debugSessionEnabled())) {
            throw CodeBuildErrors.notSupported("debugSessionEnabled");
        }
        if (request.autoRetryLimitOverride() != null && request.autoRetryLimitOverride() > 0) {
            throw CodeBuildErrors.notSupported("autoRetryLimitOverride");
        }
    }

    private static ProjectSource source(ProjectSource source, StartBuildRequest request) {
        ProjectSource.Builder builder = source.toBuilder();
        if (request.sourceTypeOverride() != null) {
            builder.type(request.sourceTypeOverrideAsString());
            if (!request.sourceTypeOverrideAsString().equals(source.typeAsString())) {
                builder.location(null);
            }
        }
        Optional.ofNullable(request.sourceLocationOverride()).ifPresent(builder::location);
        Optional.ofNullable(request.buildspecOverride()).ifPresent(builder::buildspec);
        Optional.ofNullable(request.insecureSslOverride()).ifPresent(builder::insecureSsl);
        return builder.build();
    }

    private static ProjectEnvironment environment(ProjectEnvironment environment, StartBuildRequest request) {
        ProjectEnvironment.Builder builder = environment.toBuilder();
        Optional.ofNullable(request.imageOverride()).ifPresent(builder::image);
        Optional.ofNullable(request.computeTypeOverrideAsString()).ifPresent(builder::computeType);
        Optional.ofNullable(request.environmentTypeOverrideAsString()).ifPresent(builder::type);
        Optional.ofNullable(request.privilegedModeOverride()).ifPresent(builder::privilegedMode);
        Map<String, EnvironmentVariable> variables = new LinkedHashMap<>();
        List<EnvironmentVariable> given = new ArrayList<>(environment.environmentVariables());
        given.addAll(request.environmentVariablesOverride());
        for (EnvironmentVariable variable : given) {
            ProjectRules.require("environmentVariable.name", variable.name());
            if (BuildVariables.isReserved(variable.name())) {
                throw CodeBuildErrors.invalidInput("No user environment variables can start with CODEBUILD_");
            }
            variables.put(variable.name(), variable.type() == null
                    ? variable.toBuilder().type(EnvironmentVariableType.PLAINTEXT).build() : variable);
        }
        return builder.environmentVariables(variables.values()).build();
    }

    /** A project may declare any source, because a caller may override it; a build needs one that can be read here. */
    private static void checkRunnable(Project definition) {
        List<ProjectSource> sources = new ArrayList<>(definition.secondarySources());
        sources.add(definition.source());
        for (ProjectSource source : sources) {
            switch (source.type()) {
                case S3, CODECOMMIT, NO_SOURCE, CODEPIPELINE -> { }
                default -> throw CodeBuildErrors.notSupported("Source type " + source.typeAsString()
                        + " (builds read S3, CODECOMMIT, CODEPIPELINE or NO_SOURCE; override sourceType and sourceLocation)");
            }
        }
        if (definition.source().type() == SourceType.CODEPIPELINE) {
            if (!S3Location.isArn(definition.sourceVersion()) || S3Location.parse(definition.sourceVersion()).isEmpty()) {
                throw CodeBuildErrors.invalidInput("Invalid input: a build with source type CODEPIPELINE needs the input artifact's "
                        + "ARN (arn:aws:s3:::bucket/key) as sourceVersion, or another sourceTypeOverride and artifactsOverride");
            }
            if (S3Location.parse(definition.artifacts().location()).isEmpty()) {
                throw CodeBuildErrors.invalidInput("Invalid input: a build with artifact type CODEPIPELINE needs the output artifact's "
                        + "ARN (arn:aws:s3:::bucket/key) as location of artifactsOverride");
            }
        }
    }
}
