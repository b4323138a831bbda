package io.pipewright.local.codebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.codebuild.model.AccountLimitExceededException;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.InvalidInputException;
import software.amazon.awssdk.services.codebuild.model.SortOrderType;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** How many builds run, which wait, and which are refused. */
class BuildQueueTest {
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

    private StartBuildRequest.Builder untilGo() {
        return Home.commands("version: 0.2\nphases: {build: {commands: ['while ! [ -e " + directory + "/go ]; do sleep 0.02; done']}}\n");
    }

    @Test
    void buildsBeyondTheLimitWaitInOrder() throws Exception {
        List<Build> builds = Stream.generate(() -> home.start(untilGo())).limit(4).toList();
        home.await(builds.get(0).id(), build -> "BUILD".equals(build.currentPhase()));
        home.await(builds.get(1).id(), build -> "BUILD".equals(build.currentPhase()));

        assertThat(home.build(builds.get(2).id()).currentPhase()).isEqualTo("QUEUED");
        assertThat(home.codeBuild.read(builds.get(2).id(), 0)).isEqualTo(new LogLines(List.of(), 0, false));
        home.codeBuild.stopBuild(request -> request.id(builds.get(3).id()));
        Files.createFile(directory.resolve("go"));
        assertThat(home.ended(builds.get(2).id()).buildStatus()).isEqualTo(StatusType.SUCCEEDED);
        assertThat(home.ended(builds.get(3).id())).satisfies(stopped -> {
            assertThat(stopped.buildStatus()).isEqualTo(StatusType.STOPPED);
            assertThat(stopped.phases()).hasSize(3);
        });
    }

    @Test
    void theQueueEnds() {
        List<Build> builds = Stream.generate(() -> home.start(untilGo())).limit(12).toList();

        assertThatThrownBy(() -> home.start(untilGo())).isInstanceOf(AccountLimitExceededException.class)
                .hasMessageContaining("Cannot have more than 12 active builds for the account");
        builds.forEach(build -> home.codeBuild.stopBuild(request -> request.id(build.id())));
        assertThat(home.run("version: 0.2\nphases: {}\n").buildStatus()).isEqualTo(StatusType.SUCCEEDED);
    }

    @Test
    void aProjectMayHaveALimitOfItsOwn() {
        home.codeBuild.updateProject(request -> request.name(Home.PROJECT).concurrentBuildLimit(1));
        Build build = home.start(untilGo());

        assertThatThrownBy(() -> home.start(untilGo())).isInstanceOf(AccountLimitExceededException.class);
        home.codeBuild.stopBuild(request -> request.id(build.id()));
        assertThat(home.run("version: 0.2\nphases: {}\n").buildStatus()).isEqualTo(StatusType.SUCCEEDED);
    }

    @Test
    void aBuildThatWaitsTooLongTimesOut() {
        Stream.generate(() -> home.start(untilGo().timeoutInMinutesOverride(60))).limit(2).toList();
        Build waiting = home.start(untilGo().queuedTimeoutInMinutesOverride(5));
        home.clock.push(Duration.ofMinutes(6));

        Build ended = home.ended(waiting.id());
        assertThat(ended.buildStatus()).isEqualTo(StatusType.TIMED_OUT);
        assertThat(ended.phases().get(1).phaseStatus()).isEqualTo(StatusType.TIMED_OUT);
    }

    @Test
    void anIdempotencyTokenIsForgottenAfterFiveMinutes() {
        StartBuildRequest.Builder request = Home.commands("version: 0.2\nphases: {}\n").idempotencyToken("token");
        Build first = home.run(request);
        assertThat(home.start(request).id()).isEqualTo(first.id());
        home.clock.push(Duration.ofMinutes(5).plusSeconds(1));

        assertThat(home.run(request).id()).isNotEqualTo(first.id());
    }

    @Test
    void anIdempotencyTokenSurvivesARestart() {
        StartBuildRequest.Builder request = Home.commands("version: 0.2\nphases: {}\n").idempotencyToken("token");
        Build first = home.run(request);
        home.close();
        home = Home.open(directory);

        assertThat(home.start(request).id()).isEqualTo(first.id());
    }

    @Test
    void listsComeInPages() {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 101; i++) {
            String id = home.start(Home.commands("version: 0.2\nphases: {}\n")).id();
            home.codeBuild.stopBuild(request -> request.id(id));
            ids.add(id);
            home.codeBuild.createProject(Home.project("many-%03d".formatted(i)).build());
        }
        var builds = home.codeBuild.listBuildsForProject(request -> request.projectName(Home.PROJECT).sortOrder(SortOrderType.ASCENDING));
        var projects = home.codeBuild.listProjects(request -> { });

        assertThat(builds.ids()).containsExactlyElementsOf(ids.subList(0, 100));
        assertThat(home.codeBuild.listBuildsForProject(request -> request.projectName(Home.PROJECT).sortOrder(SortOrderType.ASCENDING)
                .nextToken(builds.nextToken()))).satisfies(rest -> {
                    assertThat(rest.ids()).containsExactly(ids.get(100));
                    assertThat(rest.nextToken()).isNull();
                });
        assertThat(projects.projects()).hasSize(100).startsWith("many-000");
        assertThat(home.codeBuild.listProjects(request -> request.nextToken(projects.nextToken())).projects())
                .containsExactly("many-100", Home.PROJECT);
        assertThatThrownBy(() -> home.codeBuild.listProjects(request -> request.nextToken("none")))
                .isInstanceOf(InvalidInputException.class);
        assertThatThrownBy(() -> home.codeBuild.listBuildsForProject(request -> request.projectName(Home.PROJECT).nextToken("none")))
                .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void buildNumbersCountPerProject() {
        home.codeBuild.createProject(Home.project("other").build());

        assertThat(home.run("version: 0.2\nphases: {}\n").buildNumber()).isEqualTo(1);
        assertThat(home.run(Home.commands("version: 0.2\nphases: {}\n").projectName("other")).buildNumber()).isEqualTo(1);
        assertThat(home.run("version: 0.2\nphases: {}\n").buildNumber()).isEqualTo(2);
    }

    @Test
    void aDeletedProjectsBuildsStay() {
        Build build = home.run("version: 0.2\nphases: {}\n");
        home.codeBuild.deleteProject(request -> request.name(Home.PROJECT));

        assertThat(home.build(build.id())).isEqualTo(build);
        assertThat(home.log(build.id())).isNotEmpty();
    }

    @Test
    void whatCanNotRunHereIsRefusedByName() {
        assertRefused("GITHUB", Home.commands("x").sourceTypeOverride(SourceType.GITHUB).sourceLocationOverride("https://github.com/a/b"));
        assertRefused("debugSessionEnabled", Home.commands("version: 0.2\n").debugSessionEnabled(true));
        assertRefused("autoRetryLimitOverride", Home.commands("version: 0.2\n").autoRetryLimitOverride(1));
        assertRefused("S3 folder", home.source().sourceLocationOverride("store/folder/sub/"));
        assertRefused("sourceVersion", home.source().sourceTypeOverride(SourceType.CODEPIPELINE).sourceLocationOverride(null)
                .artifactsOverride(artifacts -> artifacts.type(ArtifactsType.CODEPIPELINE)));
        assertThatThrownBy(() -> home.codeBuild.createProject(Home.project("badge").badgeEnabled(true).build()))
                .isInstanceOf(InvalidInputException.class).hasMessageContaining("badgeEnabled");
        assertThatThrownBy(() -> home.codeBuild.startBuildBatch(request -> request.projectName(Home.PROJECT)))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    private void assertRefused(String name, StartBuildRequest.Builder request) {
        assertThatThrownBy(() -> home.start(request)).isInstanceOf(InvalidInputException.class).hasMessageContaining(name);
    }

    @Test
    void aProjectOfAnotherSourceRunsWithOverrides() {
        home.codeBuild.createProject(Home.project("git").source(source -> source.type(SourceType.GITHUB).location("https://github.com/a/b"))
                .artifacts(artifacts -> artifacts.type(ArtifactsType.NO_ARTIFACTS)).build());
        Build build = home.run(home.source("buildspec.yml", "version: 0.2\nphases: {}\nartifacts: {files: [buildspec.yml]}\n")
                .projectName("git"));

        assertThat(build.buildStatus()).isEqualTo(StatusType.SUCCEEDED);
        assertRefused("GITHUB", StartBuildRequest.builder().projectName("git"));
    }
}
