package io.pipewright.local.codebuild;

import static io.pipewright.local.codebuild.Home.commands;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;
import software.amazon.awssdk.services.codebuild.model.InvalidInputException;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

class BuildEnvironmentVariablesTest {
    private static final String ENV = "version: 0.2\nphases: {build: {commands: [env]}}\n";

    @TempDir
    Path directory;
    private Home home;

    @BeforeEach
    void open() {
        home = Home.withProject(directory);
    }

    @AfterEach
    void close() {
        home.close();
    }

    private Map<String, String> environment(Build build) {
        Map<String, String> variables = new TreeMap<>();
        home.output(build.id()).forEach(line -> variables.put(line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
        return variables;
    }

    @Test
    void nothingOfTheServersEnvironmentReachesABuildButThePath() {
        Build build = home.run(ENV);
        Map<String, String> environment = environment(build);

        assertThat(environment).containsEntry("PATH", System.getenv("PATH"));
        assertThat(environment.get("HOME")).startsWith(directory.toString());
        assertThat(environment.get("TMPDIR")).startsWith(directory.toString());
        assertThat(environment.keySet()).filteredOn(name -> !name.startsWith("CODEBUILD_"))
                .containsExactlyInAnyOrder("PATH", "HOME", "TMPDIR", "LANG", "PWD", "OLDPWD", "AWS_REGION", "AWS_DEFAULT_REGION",
                        "AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_EC2_METADATA_DISABLED");
    }

    @Test
    void aBuildIsToldWhatItIs() {
        Build build = home.run(ENV);

        assertThat(environment(build))
                .containsEntry("AWS_REGION", "eu-west-1").containsEntry("AWS_DEFAULT_REGION", "eu-west-1")
                .containsEntry("AWS_ENDPOINT_URL", "http://127.0.0.1:4566")
                .containsEntry("CODEBUILD_BUILD_ARN", build.arn()).containsEntry("CODEBUILD_BUILD_ID", build.id())
                .containsEntry("CODEBUILD_BUILD_NUMBER", "1").containsEntry("CODEBUILD_BUILD_SUCCEEDING", "1")
                .containsEntry("CODEBUILD_BUILD_IMAGE", "aws/codebuild/standard:7.0")
                .containsEntry("CODEBUILD_PROJECT_ARN", "arn:aws:codebuild:eu-west-1:210987654321:project/shop")
                .containsEntry("CODEBUILD_KMS_KEY_ID", "arn:aws:kms:eu-west-1:210987654321:alias/aws/s3")
                .containsEntry("CODEBUILD_LOG_PATH", build.logs().streamName())
                .containsEntry("CODEBUILD_START_TIME", Long.toString(build.startTime().toEpochMilli()))
                .containsEntry("CODEBUILD_CI", "true").containsEntry("CODEBUILD_SOURCE_REPO_URL", "")
                .containsKeys("CODEBUILD_INITIATOR", "CODEBUILD_SRC_DIR", "CODEBUILD_BUILD_URL")
                .doesNotContainKey("CODEBUILD_RESOLVED_SOURCE_VERSION");
    }

    @Test
    void anObjectsVersionIsTheSourceVersion() {
        String version = home.put("in/source", Zips.of("buildspec.yml", ENV));
        Build build = home.run(home.source("buildspec.yml", "a later one").sourceVersion(version)
                .artifactsOverride(artifacts -> artifacts.type(ArtifactsType.NO_ARTIFACTS)));

        assertThat(environment(build)).containsEntry("CODEBUILD_SOURCE_VERSION", version)
                .containsEntry("CODEBUILD_SOURCE_REPO_URL", "store/in/source").doesNotContainKey("CODEBUILD_RESOLVED_SOURCE_VERSION");
    }

    @Test
    void aPipelinesInputIsTheSourceVersionAndItsObjectVersionTheResolvedOne() {
        String version = home.put("shop/SourceArti/aB3dE5f", Zips.of("buildspec.yml", ENV + "artifacts: {files: [buildspec.yml]}\n"));
        Build build = home.run(home.source().sourceTypeOverride(SourceType.CODEPIPELINE).sourceLocationOverride(null)
                .sourceVersion("arn:aws:s3:::store/shop/SourceArti/aB3dE5f")
                .artifactsOverride(artifacts -> artifacts.type(ArtifactsType.CODEPIPELINE).location("arn:aws:s3:::store/shop/BuildArtif/x")));

        assertThat(environment(build)).containsEntry("CODEBUILD_SOURCE_VERSION", "arn:aws:s3:::store/shop/SourceArti/aB3dE5f")
                .containsEntry("CODEBUILD_RESOLVED_SOURCE_VERSION", version).containsEntry("CODEBUILD_SOURCE_REPO_URL", "");
        assertThat(build.resolvedSourceVersion()).isEqualTo(version);
        assertThat(build.artifacts().location()).isEqualTo("arn:aws:s3:::store/shop/BuildArtif/x");
        assertThat(Zips.read(home.content("shop/BuildArtif/x"))).containsOnlyKeys("buildspec.yml");
    }

    @Test
    void theCallerMayNotSetReservedNames() {
        assertThatThrownBy(() -> home.run(commands(ENV).environmentVariablesOverride(
                EnvironmentVariable.builder().name("CODEBUILD_GIT_BRANCH").value("main").build())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("No user environment variables can start with CODEBUILD_");
    }

    @Test
    void aVariableWithoutANameIsRefused() {
        assertThatThrownBy(() -> home.run(commands(ENV).environmentVariablesOverride(EnvironmentVariable.builder().value("x").build())))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("Value null at 'environmentVariable.name'");
    }

    @Test
    void theBuildspecMayNotSetReservedNames() {
        Build build = home.run("version: 0.2\nenv: {variables: {CODEBUILD_LOG_PATH: x}}\nphases: {build: {commands: [env]}}\n");

        assertThat(home.log(build.id())).anyMatch(line -> line.endsWith("CODEBUILD_LOG_PATH=" + build.logs().streamName()))
                .anyMatch(line -> line.contains("Ignoring variable CODEBUILD_LOG_PATH"));
    }

    @ParameterizedTest
    @EnumSource(value = EnvironmentVariableType.class, names = {"PARAMETER_STORE", "SECRETS_MANAGER"})
    void valuesFromElsewhereFailTheDownloadAndAreNotShown(EnvironmentVariableType type) {
        Build build = home.run(commands(ENV).environmentVariablesOverride(
                EnvironmentVariable.builder().name("DBPW").value("/shop/db").type(type).build()));

        assertThat(build.buildStatus()).isEqualTo(StatusType.FAILED);
        assertThat(Home.message(build, BuildPhaseType.DOWNLOAD_SOURCE)).contains("DBPW")
                .contains(type == EnvironmentVariableType.PARAMETER_STORE ? "Parameter Store" : "Secrets Manager");
    }

    @ParameterizedTest
    @CsvSource({"parameter-store, Parameter Store", "secrets-manager, Secrets Manager"})
    void theBuildspecCanNotFetchValuesEither(String key, String service) {
        Build build = home.run("version: 0.2\nenv: {" + key + ": {DBPW: /shop/db}}\nphases: {}\n");

        assertThat(Home.message(build, BuildPhaseType.DOWNLOAD_SOURCE)).contains("DBPW").contains(service);
    }

    @Test
    void credentialsAndUnsetNamesAreNotExported() {
        Build build = home.run("version: 0.2\nenv: {exported-variables: [AWS_SECRET_ACCESS_KEY, NEVER_SET, EMPTY]}\n"
                + "phases: {build: {commands: ['EMPTY=']}}\n");

        assertThat(build.exportedEnvironmentVariables()).singleElement().satisfies(variable -> {
            assertThat(variable.name()).isEqualTo("EMPTY");
            assertThat(variable.value()).isEmpty();
        });
    }

    @Test
    void theDataDirectoryMayHaveAnyName() throws Exception {
        home.close();
        home = Home.withProject(Files.createDirectories(directory.resolve("it's \"my\" $HOME; & `home`")));
        Build build = home.run(home.source("buildspec.yml", "version: 0.2\nenv: {exported-variables: [X]}\nphases: {build: {commands: "
                + "['mkdir d; cd d; X=$(basename \"$PWD\")', 'touch \"$CODEBUILD_SRC_DIR/$X.txt\"']}}\nartifacts: {files: [$X.txt]}\n"));

        assertThat(build.buildStatus()).as("%s", home.log(build.id())).isEqualTo(StatusType.SUCCEEDED);
        assertThat(Zips.read(home.content("out/app.zip"))).containsOnlyKeys("d.txt");
    }

    @Test
    void theDirectoriesOfABuildGoWithIt() throws Exception {
        Build build = home.run("version: 0.2\nphases: {build: {commands: ['mkdir -p $HOME/ro/x; chmod -w $HOME/ro', 'ln -s / root']}}\n");
        home.close();

        assertThat(build.buildStatus()).isEqualTo(StatusType.SUCCEEDED);
        try (var left = Files.list(directory.resolve("builds"))) {
            assertThat(left).isEmpty();
        }
        home = Home.open(directory);
    }
}
