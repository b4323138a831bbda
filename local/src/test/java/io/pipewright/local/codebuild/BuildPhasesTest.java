package io.pipewright.local.codebuild;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** Which phases run after a failure, and what a phase does with its commands. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BuildPhasesTest {
    private Path directory;
    private Home home;

    @BeforeAll
    void open(@TempDir Path directory) {
        this.directory = directory;
        home = Home.withProject(directory);
    }

    @AfterAll
    void close() {
        home.close();
    }

    @ParameterizedTest(name = "{0} fails with on-failure {1}")
    @CsvSource(delimiter = '|', value = {
        "install    |          | INSTALL- FINALIZING+",
        "install    | ABORT    | INSTALL- FINALIZING+",
        "install    | CONTINUE | INSTALL- PRE_BUILD+ BUILD+ POST_BUILD+ UPLOAD_ARTIFACTS+ FINALIZING+",
        "pre_build  |          | INSTALL+ PRE_BUILD- FINALIZING+",
        "pre_build  | ABORT    | INSTALL+ PRE_BUILD- FINALIZING+",
        "pre_build  | CONTINUE | INSTALL+ PRE_BUILD- BUILD+ POST_BUILD+ UPLOAD_ARTIFACTS+ FINALIZING+",
        "build      |          | INSTALL+ PRE_BUILD+ BUILD- POST_BUILD+ UPLOAD_ARTIFACTS+ FINALIZING+",
        "build      | ABORT    | INSTALL+ PRE_BUILD+ BUILD- FINALIZING+",
        "build      | CONTINUE | INSTALL+ PRE_BUILD+ BUILD- POST_BUILD+ UPLOAD_ARTIFACTS+ FINALIZING+",
        "post_build |          | INSTALL+ PRE_BUILD+ BUILD+ POST_BUILD- UPLOAD_ARTIFACTS+ FINALIZING+",
        "post_build | ABORT    | INSTALL+ PRE_BUILD+ BUILD+ POST_BUILD- FINALIZING+",
    })
    void theOrderAfterAFailedPhase(String failing, String onFailure, String phases) {
        String policy = onFailure == null ? "" : "on-failure: " + onFailure + ", ";
        Build build = home.run("version: 0.2\nphases: {" + failing + ": {" + policy + "commands: ['false']}}\n");

        assertThat(build.buildStatus()).isEqualTo(StatusType.FAILED);
        assertThat(afterDownload(build)).isEqualTo(phases);
    }

    @Test
    void aFailedDownloadIsFollowedByFinalizing() {
        Build build = home.run(home.source("readme.txt", "no buildspec"));

        assertThat(build.phases()).extracting(BuildPhase::phaseTypeAsString)
                .endsWith("PROVISIONING", "DOWNLOAD_SOURCE", "FINALIZING", "COMPLETED");
        assertThat(Home.phase(build, BuildPhaseType.DOWNLOAD_SOURCE).contexts()).singleElement().satisfies(context -> {
            assertThat(context.statusCode()).isEqualTo("YAML_FILE_ERROR");
            assertThat(context.message()).startsWith("stat /").endsWith("/src/buildspec.yml: no such file or directory");
        });
    }

    @Test
    void aFailedUploadIsFollowedByFinalizing() {
        Build build = home.run(home.source("buildspec.yml", "version: 0.2\nphases: {}\nartifacts: {files: [none.jar]}\n"));

        assertThat(afterDownload(build)).endsWith("POST_BUILD+ UPLOAD_ARTIFACTS- FINALIZING+");
        assertThat(build.buildStatus()).isEqualTo(StatusType.FAILED);
    }

    @Test
    void aFailedBuildStillUploads() {
        Build build = home.run(home.source("buildspec.yml", """
                version: 0.2
                phases: {build: {commands: ['echo log >report.txt', 'false']}}
                artifacts: {files: [report.txt]}
                """));

        assertThat(build.buildStatus()).isEqualTo(StatusType.FAILED);
        assertThat(Zips.read(home.content("out/app.zip"))).containsEntry("report.txt", "log\n");
    }

    private static String afterDownload(Build build) {
        List<BuildPhase> phases = build.phases().subList(4, build.phases().size() - 1);
        return phases.stream().map(phase -> phase.phaseTypeAsString() + (phase.phaseStatus() == StatusType.SUCCEEDED ? "+" : "-"))
                .collect(Collectors.joining(" "));
    }

    @Test
    void finallyRunsAlwaysAndTheFirstFailureIsToldOnly() {
        Build build = home.run("""
                version: 0.2
                phases:
                  build:
                    commands: [echo one, 'sh -c "exit 3"', echo never]
                    finally: [echo last $CODEBUILD_BUILD_SUCCEEDING, 'false']
                """);

        assertThat(home.output(build.id())).containsExactly("one", "last 0");
        assertThat(Home.message(build, BuildPhaseType.BUILD))
                .isEqualTo("Error while executing command: sh -c \"exit 3\". Reason: exit status 3");
    }

    @Test
    void aFailingFinallyCommandFailsThePhase() {
        Build build = home.run("version: 0.2\nphases: {build: {commands: ['true'], finally: ['false', echo never]}}\n");

        assertThat(Home.phase(build, BuildPhaseType.BUILD).phaseStatus()).isEqualTo(StatusType.FAILED);
        assertThat(home.output(build.id())).isEmpty();
    }

    @Test
    void messagesShowVariablesAsTheyAreWritten() {
        Build build = home.run("version: 0.2\nphases: {build: {commands: ['test -n \"$NOT_SET\"']}}\n");

        assertThat(Home.message(build, BuildPhaseType.BUILD)).contains("test -n \"$NOT_SET\"");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', value = {
        "RETRY                   | 4",
        "RETRY-1                 | 2",
        "RETRY-0                 | 1",
        "RETRY-2-exit status 1   | 3",
        "RETRY-exit status 9     | 1",
        "RETRY-2-(x*x*)*(x*x*)*y | 1",
    })
    void aPhaseIsTriedAgain(String onFailure, long tries) {
        Build build = home.run("version: 0.2\nphases: {build: {on-failure: '" + onFailure + "', commands: ['echo try', 'false "
                + "x".repeat(40) + "']}}\n");

        assertThat(home.output(build.id())).hasSize((int) tries);
        assertThat(build.buildStatus()).isEqualTo(StatusType.FAILED);
    }

    @Test
    void aRetryMaySucceed() {
        Build build = home.run("version: 0.2\nphases: {build: {on-failure: RETRY, commands: ['[ -e x ] || { touch x; false; }']}}\n");

        assertThat(build.buildStatus()).isEqualTo(StatusType.SUCCEEDED);
    }

    @Test
    void theLogReadsLikeTheServices() {
        Build build = home.run(home.source("buildspec.yml", """
                version: 0.2
                phases:
                  build:
                    commands: ['printf unfinished', 'false']
                artifacts: {files: [buildspec.yml, none]}
                """));
        List<String> lines = home.log(build.id()).stream()
                .map(line -> line.replaceFirst("^\\[Container] \\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6} ", "> ")
                        .replaceAll("/\\S*/output/src\\d+/src", "SRC")).toList();

        assertThat(lines).containsExactly(
                "> Waiting for DOWNLOAD_SOURCE",
                "> Phase is DOWNLOAD_SOURCE",
                "> CODEBUILD_SRC_DIR=SRC",
                "> YAML location is SRC/buildspec.yml",
                "> Processing environment variables",
                "> Moving to directory SRC",
                "> Phases found in YAML: 1",
                ">  BUILD: 2 commands",
                "> Phase complete: DOWNLOAD_SOURCE State: SUCCEEDED",
                "> Phase context status code:  Message: ",
                "> Entering phase INSTALL",
                "> Phase complete: INSTALL State: SUCCEEDED",
                "> Phase context status code:  Message: ",
                "> Entering phase PRE_BUILD",
                "> Phase complete: PRE_BUILD State: SUCCEEDED",
                "> Phase context status code:  Message: ",
                "> Entering phase BUILD",
                "> Running command printf unfinished",
                "unfinished",
                "> Running command false",
                "> Command did not exit successfully false exit status 1",
                "> Phase complete: BUILD State: FAILED",
                "> Phase context status code: COMMAND_EXECUTION_ERROR Message: Error while executing command: false. Reason: exit status 1",
                "> Entering phase POST_BUILD",
                "> Phase complete: POST_BUILD State: SUCCEEDED",
                "> Phase context status code:  Message: ",
                "> Expanding base directory path: .",
                "> Assembling file list",
                "> Expanding file paths for base directory .",
                "> Expanding buildspec.yml",
                "> Expanding none",
                "> Skipping invalid file path none",
                "> Found 1 file(s)",
                "> Phase complete: UPLOAD_ARTIFACTS State: SUCCEEDED",
                "> Phase context status code:  Message: ");
    }

    @Test
    void whatHasNoEffectOnTheHostIsNamed() {
        Build build = home.run("""
                version: 0.2
                run-as: nobody
                env: {git-credential-helper: yes}
                phases:
                  install: {run-as: root, runtime-versions: {java: corretto17}}
                reports: {tests: {files: ['*.xml']}}
                cache: {paths: ['/root/.m2']}
                """);

        assertThat(build.buildStatus()).isEqualTo(StatusType.SUCCEEDED);
        for (String key : List.of("run-as", "env.git-credential-helper", "phases.install.run-as", "phases.install.runtime-versions",
                "reports", "cache")) {
            assertThat(home.log(build.id())).anyMatch(line -> line.contains("Ignoring " + key + ": "));
        }
    }

    @Test
    void aLogCanBeFollowed() {
        Build build = home.start(Home.commands("version: 0.2\nphases: {build: {commands: ['echo first; printf half', "
                + "'while ! [ -e " + directory + "/go ]; do sleep 0.02; done; echo second']}}\n"));
        home.awaitLine(build.id(), "first");
        LogLines before = home.codeBuild.read(build.id(), 0);
        assertThat(before.complete()).isFalse();
        assertThat(directory.resolve("go")).satisfies(go -> Files.createFile(go));
        home.ended(build.id());

        assertThat(home.output(build.id())).containsExactly("first", "half", "second");
        assertThat(home.codeBuild.read(build.id(), before.nextOffset()).lines()).contains("second").doesNotContain("first");
    }
}
