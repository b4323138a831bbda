package io.pipewright.local.codebuild;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectArtifacts;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.SourceType;

/** What a project may say; every refusal is an {@code InvalidInputException}. */
final class ProjectRules {
    static final int DEFAULT_TIMEOUT_MINUTES = 60;
    static final int DEFAULT_QUEUED_TIMEOUT_MINUTES = 480;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{1,254}");
    private static final Pattern IDENTIFIER = Pattern.compile("[A-Za-z0-9_]{1,127}");
    private static final int MAX_SECONDARY = 12;

    private ProjectRules() {
    }

    /** Checks a project as it is created, updated, or as overrides of one build leave it. */
    static void check(Project project) {
        require("name", project.name());
        require("source", project.source());
        require("artifacts", project.artifacts());
        require("environment", project.environment());
        require("serviceRole", project.serviceRole());
        if (!NAME.matcher(project.name()).matches()) {
            throw CodeBuildErrors.invalidInput("Invalid project name: " + project.name() + " does not match " + NAME.pattern());
        }
        range("timeoutInMinutes", project.timeoutInMinutes(), 5, 2160);
        range("queuedTimeoutInMinutes", project.queuedTimeoutInMinutes(), 5, 480);
        checkSources(project);
        checkArtifacts(project);
        if (project.hasFileSystemLocations() && !project.fileSystemLocations().isEmpty()) {
            throw CodeBuildErrors.notSupported("fileSystemLocations");
        }
        if (project.autoRetryLimit() != null && project.autoRetryLimit() > 0) {
            throw CodeBuildErrors.notSupported("autoRetryLimit");
        }
        project.environment().environmentVariables().forEach(variable -> {
            require("environmentVariable.name", variable.name());
            require("environmentVariable.value", variable.value());
        });
    }

    private static void checkSources(Project project) {
        checkSource(project.source());
        limit("secondarySources", project.secondarySources());
        Set<String> identifiers = new HashSet<>();
        for (ProjectSource source : project.secondarySources()) {
            if (source.type() == SourceType.CODEPIPELINE) {
                throw CodeBuildErrors.invalidInput(
                        "Invalid input: sourceType CODEPIPELINE is not allowed for secondarySources");
            }
            identifier("sourceIdentifier", source.sourceIdentifier(), identifiers);
            checkSource(source);
        }
    }

    private static void checkSource(ProjectSource source) {
        require("source.type", source.typeAsString());
        if (source.type() == SourceType.UNKNOWN_TO_SDK_VERSION) {
            throw CodeBuildErrors.invalidInput("Invalid project source: unknown type " + source.typeAsString());
        }
        if (source.type() == SourceType.S3 && S3Location.parse(source.location()).isEmpty()) {
            throw CodeBuildErrors.invalidInput("Invalid project source: location must be a bucket and key, like my-bucket/path/source.zip");
        }
        if (source.type() == SourceType.S3 && source.location().endsWith("/")) {
            throw CodeBuildErrors.notSupported("An S3 folder as source (" + source.location() + ")");
        }
        if (source.type() == SourceType.CODECOMMIT) {
            require("source.location", source.location());
        }
        if (source.type() == SourceType.NO_SOURCE && source.sourceIdentifier() == null && !BuildspecText.isInline(source.buildspec())) {
            throw CodeBuildErrors.invalidInput("Invalid project source: buildspec must be given inline when the source type is NO_SOURCE");
        }
    }

    private static void checkArtifacts(Project project) {
        boolean sourceFromPipeline = project.source().type() == SourceType.CODEPIPELINE;
        boolean artifactsToPipeline = project.artifacts().type() == ArtifactsType.CODEPIPELINE;
        if (sourceFromPipeline != artifactsToPipeline) {
            throw CodeBuildErrors.invalidInput(
                    "Invalid input: when using CodePipeline both sourceType, and artifactType must be set to: CODEPIPELINE");
        }
        checkArtifact(project.artifacts());
        limit("secondaryArtifacts", project.secondaryArtifacts());
        Set<String> identifiers = new HashSet<>();
        for (ProjectArtifacts artifacts : project.secondaryArtifacts()) {
            if (artifacts.type() == ArtifactsType.CODEPIPELINE) {
                throw CodeBuildErrors.invalidInput(
                        "Invalid input: artifactType CODEPIPELINE is not allowed for secondaryArtifacts");
            }
            identifier("artifactIdentifier", artifacts.artifactIdentifier(), identifiers);
            checkArtifact(artifacts);
        }
    }

    private static void checkArtifact(ProjectArtifacts artifacts) {
        require("artifacts.type", artifacts.typeAsString());
        if (artifacts.type() == ArtifactsType.UNKNOWN_TO_SDK_VERSION) {
            throw CodeBuildErrors.invalidInput("Invalid artifacts: unknown type " + artifacts.typeAsString());
        }
        if (artifacts.type() == ArtifactsType.S3) {
            if (artifacts.location() == null || artifacts.location().isEmpty()) {
                throw CodeBuildErrors.invalidInput("Invalid artifacts: location must be the name of a bucket");
            }
            if (artifacts.location().contains("/")) {
                throw CodeBuildErrors.invalidInput("Invalid artifacts: location should not have a forward-slash");
            }
        }
    }

    private static void identifier(String member, String value, Set<String> known) {
        require(member, value);
        if (!IDENTIFIER.matcher(value).matches()) {
            throw CodeBuildErrors.invalidInput("Invalid " + member + ": " + value
                    + ". It can only contain alphanumeric characters and underscores and must be shorter than 128 characters");
        }
        if (!known.add(value)) {
            throw CodeBuildErrors.invalidInput("Invalid " + member + ": " + value + " is used twice");
        }
    }

    private static void limit(String member, List<?> values) {
        if (values.size() > MAX_SECONDARY) {
            throw CodeBuildErrors.invalidInput("Invalid " + member + ": " + values.size() + " given, at most " + MAX_SECONDARY + " allowed");
        }
    }

    private static void range(String member, Integer value, int least, int most) {
        if (value != null && (value < least || value > most)) {
            throw CodeBuildErrors.invalidInput("Invalid " + member + ": " + value + ". It must be between " + least + " and " + most);
        }
    }

    static void require(String member, Object value) {
        if (value == null) {
            throw CodeBuildErrors.invalidInput("1 validation error detected: Value null at '" + member
                    + "' failed to satisfy constraint: Member must not be null");
        }
    }
}
