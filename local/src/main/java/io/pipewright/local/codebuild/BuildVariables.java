package io.pipewright.local.codebuild;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.ProjectSourceVersion;
import software.amazon.awssdk.services.codebuild.model.SourceType;

/**
 * The environment in which a build's commands begin ("Environment variables in build environments", CodeBuild User Guide). Of one name
 * StartBuild's value wins over the project's, the project's over the buildspec's. Nothing comes from the server's own environment
 * but the search path.
 */
final class BuildVariables {
    /** Keys that no service checks: the local home asks for a signature, not for whose. */
    private static final String LOCAL_KEY = "local";

    private BuildVariables() {
    }

    /** The variable by which every process of a build is known. */
    static String marker(Build build) {
        return "CODEBUILD_BUILD_ARN=" + build.arn();
    }

    /**
     * All variables; those with names that a shell can't hold are left out.
     *
     * @param sources the directories of the primary source and of the secondary ones, in their order
     */
    static Map<String, String> of(Build build, Buildspec spec, BuildWorkspace workspace, List<Path> sources,
            BuildEnvironment environment) {
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("PATH", ProcessGroup.searchPath());
        variables.put("HOME", workspace.home().toString());
        variables.put("TMPDIR", workspace.temporary().toString());
        variables.put("LANG", "C.UTF-8");
        variables.put("AWS_REGION", environment.region());
        variables.put("AWS_DEFAULT_REGION", environment.region());
        variables.put("AWS_ENDPOINT_URL", environment.endpointUrl());
        variables.put("AWS_ACCESS_KEY_ID", LOCAL_KEY);
        variables.put("AWS_SECRET_ACCESS_KEY", LOCAL_KEY);
        variables.put("AWS_EC2_METADATA_DISABLED", "true");
        describe(build, environment, variables);
        spec.variables().forEach((name, value) -> {
            if (!isReserved(name)) {
                variables.put(name, value);
            }
        });
        build.environment().environmentVariables().stream().filter(variable -> BuildspecReader.isVariable(variable.name()))
                .forEach(variable -> variables.put(variable.name(), variable.value()));
        identify(build, sources, variables);
        return variables;
    }

    /** Names that neither a buildspec nor a caller may set. */
    static boolean isReserved(String name) {
        return name.startsWith("CODEBUILD_");
    }

    private static void describe(Build build, BuildEnvironment environment, Map<String, String> variables) {
        variables.put("CODEBUILD_BUILD_NUMBER", build.buildNumber().toString());
        putIfPresent(variables, "CODEBUILD_BUILD_IMAGE", build.environment().image());
        variables.put("CODEBUILD_BUILD_URL", BuildLocations.consoleUrl(environment, build.id()));
        variables.put("CODEBUILD_PROJECT_ARN", environment.arn("project/" + build.projectName()));
        variables.put("CODEBUILD_KMS_KEY_ID", build.encryptionKey());
        variables.put("CODEBUILD_INITIATOR", build.initiator());
        variables.put("CODEBUILD_START_TIME", Long.toString(build.startTime().toEpochMilli()));
        variables.put("CODEBUILD_LOG_PATH", build.logs().streamName());
        putIfPresent(variables, "CODEBUILD_RESOLVED_SOURCE_VERSION", build.resolvedSourceVersion());
        variables.put("CODEBUILD_SOURCE_VERSION", build.sourceVersion() == null ? "" : build.sourceVersion());
        variables.put("CODEBUILD_SOURCE_REPO_URL", repository(build.source()));
        for (ProjectSource source : build.secondarySources()) {
            variables.put("CODEBUILD_SOURCE_VERSION_" + source.sourceIdentifier(), version(build, source));
            variables.put("CODEBUILD_SOURCE_REPO_URL_" + source.sourceIdentifier(), repository(source));
        }
    }

    private static void identify(Build build, List<Path> sources, Map<String, String> variables) {
        variables.put("CODEBUILD_CI", "true");
        variables.put("CODEBUILD_BUILD_ARN", build.arn());
        variables.put("CODEBUILD_BUILD_ID", build.id());
        variables.put("CODEBUILD_BUILD_SUCCEEDING", "1");
        variables.put("CODEBUILD_SRC_DIR", sources.get(0).toString());
        for (int i = 1; i < sources.size(); i++) {
            variables.put("CODEBUILD_SRC_DIR_" + build.secondarySources().get(i - 1).sourceIdentifier(), sources.get(i).toString());
        }
    }

    private static String repository(ProjectSource source) {
        boolean located = source.type() == SourceType.S3 || source.type() == SourceType.CODECOMMIT;
        return located ? source.location() : "";
    }

    /** The S3 object version or the commit of a secondary source, empty for the latest. */
    static String version(Build build, ProjectSource source) {
        return build.secondarySourceVersions().stream()
                .filter(version -> version.sourceIdentifier().equals(source.sourceIdentifier()))
                .map(ProjectSourceVersion::sourceVersion).findFirst().orElse("");
    }

    private static void putIfPresent(Map<String, String> variables, String name, String value) {
        if (value != null) {
            variables.put(name, value);
        }
    }

    /** Refuses values that would have to be fetched from Parameter Store or Secrets Manager. */
    static void requirePlainText(Build build, Buildspec spec) {
        Stream<String> fromParameterStore = Stream.concat(spec.parameterStore().stream(),
                named(build, EnvironmentVariableType.PARAMETER_STORE));
        fromParameterStore.findFirst().ifPresent(name -> {
            throw PhaseFailure.variable("the local CodeBuild has no Parameter Store to read " + name
                    + " from; pass it as a PLAINTEXT variable");
        });
        Stream<String> fromSecretsManager = Stream.concat(spec.secretsManager().stream(),
                named(build, EnvironmentVariableType.SECRETS_MANAGER));
        fromSecretsManager.findFirst().ifPresent(name -> {
            throw PhaseFailure.variable("the local CodeBuild has no Secrets Manager to read " + name
                    + " from; pass it as a PLAINTEXT variable");
        });
    }

    private static Stream<String> named(Build build, EnvironmentVariableType type) {
        return build.environment().environmentVariables().stream().filter(variable -> variable.type() == type)
                .map(EnvironmentVariable::name);
    }
}
