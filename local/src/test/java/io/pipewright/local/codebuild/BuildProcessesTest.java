package io.pipewright.local.codebuild;

import static io.pipewright.local.codebuild.Home.commands;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** No process outlives its build, however the build ends. */
class BuildProcessesTest {
    @TempDir
    Path directory;
    private Home home;

    @AfterEach
    void close() {
        if (home != null) {
            home.close();
        }
    }

    /**
     * A build that lasts and writes the numbers of its processes to files that begin with {@code marks}: the command's shell, a
     * child in the background, one that left the session, one with an empty environment, and the leader.
     */
    static String lastingBuildspec(Path marks) {
        return """
                version: 0.2
                phases:
                  pre_build:
                    commands:
                      - sleep 301 & echo $! >MARKS.background
                  build:
                    commands:
                      - |
                        command -v setsid >/dev/null && { setsid sh -c 'echo $$ >MARKS.daemon; exec sleep 302' & }
                        env -i sh -c 'echo $$ >MARKS.bare; exec sleep 303' &
                        while ! [ -s MARKS.bare ]; do sleep 0.01; done
                        echo $$ >MARKS.shell
                        echo $PPID >MARKS.leader
                        sleep 304
                """.replace("MARKS", marks.toString());
    }

    private static List<Long> processes(Path directory, String marks) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().matches(marks + "\\.[a-z]+"))
                    .map(BuildProcessesTest::number).toList();
        }
    }

    private static long number(Path file) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A process that has ended may stay in the table until someone asks for its status; then it runs no more. */
    private static boolean runs(long pid) {
        try {
            return !Files.readString(Path.of("/proc/" + pid + "/stat")).replaceFirst("^.*\\) ", "").startsWith("Z");
        } catch (IOException e) {
            return !Files.exists(Path.of("/proc/self")) && ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
        }
    }

    private Build startLasting() throws IOException {
        home = Home.withProject(directory);
        Build build = home.start(commands(lastingBuildspec(directory.resolve("p"))).timeoutInMinutesOverride(5));
        home.await(build.id(), running -> Files.exists(directory.resolve("p.leader")));
        assertThat(processes(directory, "p")).hasSizeGreaterThanOrEqualTo(4).allMatch(BuildProcessesTest::runs);
        return build;
    }

    private void assertNothingRuns(String marks) throws IOException {
        for (long pid : processes(directory, marks)) {
            await().atMost(Duration.ofSeconds(5)).pollInterval(Duration.ofMillis(20)).until(() -> !runs(pid));
        }
    }

    @Test
    void stoppingKillsEverythingThatTheBuildStarted() throws Exception {
        Build build = startLasting();
        Build stopped = home.codeBuild.stopBuild(request -> request.id(build.id())).build();

        assertThat(stopped.buildStatus()).isEqualTo(StatusType.STOPPED);
        assertThat(Home.phase(stopped, BuildPhaseType.BUILD).phaseStatus()).isEqualTo(StatusType.STOPPED);
        assertThat(stopped.phases()).extracting(BuildPhase::phaseTypeAsString).endsWith("BUILD", "COMPLETED");
        assertNothingRuns("p");
        assertThat(home.endEvent(build).detail().path("build-status").asText()).isEqualTo("STOPPED");
        assertThat(home.log(build.id())).anyMatch(line -> line.endsWith("Phase complete: BUILD State: STOPPED"));
    }

    @Test
    void aBuildThatTakesTooLongIsKilled() throws Exception {
        Build build = startLasting();
        home.clock.push(Duration.ofMinutes(5).minusSeconds(30));
        assertThat(home.build(build.id()).buildComplete()).isFalse();
        home.clock.push(Duration.ofSeconds(31));

        Build ended = home.ended(build.id());
        assertThat(ended.buildStatus()).isEqualTo(StatusType.TIMED_OUT);
        assertThat(Home.phase(ended, BuildPhaseType.BUILD).phaseStatus()).isEqualTo(StatusType.TIMED_OUT);
        assertThat(Home.phase(ended, BuildPhaseType.BUILD).contexts().get(0).statusCode()).isEqualTo("BUILD_TIMED_OUT");
        assertNothingRuns("p");
        assertThat(home.endEvent(build).detail().path("build-status").asText()).isEqualTo("TIMED_OUT");
    }

    @Test
    void whatABuildLeavesBehindIsKilledWhenItEnds() throws Exception {
        home = Home.withProject(directory);
        Build build = home.run(lastingBuildspec(directory.resolve("p")).replace("sleep 304", "true"));

        assertThat(build.buildStatus()).isEqualTo(StatusType.SUCCEEDED);
        assertNothingRuns("p");
    }

    @Test
    void closingKillsTheBuildAndTheNextServerEndsIt() throws Exception {
        Build build = startLasting();
        home.close();
        assertNothingRuns("p");

        home = Home.open(directory);
        Build ended = home.ended(build.id());
        assertThat(ended.buildStatus()).isEqualTo(StatusType.FAULT);
        assertThat(Home.phase(ended, BuildPhaseType.BUILD).phaseStatus()).isEqualTo(StatusType.FAULT);
        assertThat(home.endEvent(build).detail().path("build-status").asText()).isEqualTo("FAULT");
    }

    @Test
    void aServerThatWasKilledLeavesNothingThatTheNextOneDoesNotEnd() throws Exception {
        Process server = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-XX:TieredStopAtLevel=1", "-Xmx256m",
                "-cp", System.getProperty("java.class.path"), ServerProcess.class.getName(), directory.toString())
                .redirectErrorStream(true).redirectOutput(directory.resolve("server.txt").toFile()).start();
        try {
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50))
                    .until(() -> Files.exists(directory.resolve("ids")) || !server.isAlive());
            assertThat(server.isAlive()).as("%s", Files.readString(directory.resolve("server.txt"))).isTrue();
        } finally {
            server.destroyForcibly().waitFor();
        }
        List<String> ids = Files.readAllLines(directory.resolve("ids"));
        assertThat(processes(directory, "[ab]")).hasSizeGreaterThanOrEqualTo(8).allMatch(BuildProcessesTest::runs);

        home = Home.open(directory);
        assertNothingRuns("[ab]");
        for (String id : ids.subList(0, 2)) {
            Build ended = home.ended(id);
            assertThat(ended.buildStatus()).isEqualTo(StatusType.FAULT);
            assertThat(home.endEvent(ended).detail().path("build-status").asText()).isEqualTo("FAULT");
        }
        Build queued = home.ended(ids.get(2));
        assertThat(queued.buildStatus()).isEqualTo(StatusType.SUCCEEDED);
        assertThat(home.output(queued.id())).containsExactly("at last");
        assertThat(home.run("version: 0.2\nphases: {}\n").buildNumber()).isEqualTo(4);
    }

    @Test
    void aForeignProcessWithTheNumberOfADeadLeaderIsLeftAlone() throws Exception {
        Process other = new ProcessBuilder("sleep", "300").start();
        try {
            ProcessGroup.parse(other.pid() + " another boot/12345", "CODEBUILD_BUILD_ARN=arn:none").kill();
            assertThat(other.isAlive()).isTrue();
        } finally {
            other.destroyForcibly();
        }
    }
}
