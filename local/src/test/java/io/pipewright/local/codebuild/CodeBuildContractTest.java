package io.pipewright.local.codebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pipewright.local.codebuild.CodeBuildEndpoint.Place;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.ArtifactNamespace;
import software.amazon.awssdk.services.codebuild.model.ArtifactPackaging;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.CodeBuildException;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.CreateProjectRequest;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectArtifacts;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.SortOrderType;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/** What every CodeBuild does, ours and the real one: {@link CodeBuildEndpoint} says which of them answers. */
class CodeBuildContractTest {
    @TempDir
    Path directory;
    private Place place;
    private CodeBuildClient client;
    private String project;

    @BeforeEach
    void open() {
        place = CodeBuildEndpoint.open(directory);
        client = place.client();
        project = "contract-" + UUID.randomUUID();
        client.createProject(definition(project).build());
    }

    @AfterEach
    void close() {
        client.deleteProject(request -> request.name(project));
        place.close().run();
    }

    private CreateProjectRequest.Builder definition(String name) {
        return CreateProjectRequest.builder().name(name).serviceRole(place.role())
                .source(source -> source.type(SourceType.CODEPIPELINE))
                .artifacts(artifacts -> artifacts.type(ArtifactsType.CODEPIPELINE))
                .environment(environment -> environment.type(EnvironmentType.LINUX_CONTAINER).image("aws/codebuild/standard:7.0")
                        .computeType(ComputeType.BUILD_GENERAL1_SMALL)
                        .environmentVariables(variable("STAGE", "project"), variable("TIER", "project")));
    }

    private static EnvironmentVariable variable(String name, String value) {
        return EnvironmentVariable.builder().name(name).value(value).build();
    }

    private StartBuildRequest.Builder commands(String buildspec) {
        return StartBuildRequest.builder().projectName(project).sourceTypeOverride(SourceType.NO_SOURCE).buildspecOverride(buildspec)
                .artifactsOverride(artifacts -> artifacts.type(ArtifactsType.NO_ARTIFACTS));
    }

    private StartBuildRequest.Builder source(String... namesAndTexts) {
        place.put("in/source", Zips.of(namesAndTexts));
        return StartBuildRequest.builder().projectName(project).sourceTypeOverride(SourceType.S3)
                .sourceLocationOverride(place.bucket() + "/in/source").artifactsOverride(output().build());
    }

    private ProjectArtifacts.Builder output() {
        return ProjectArtifacts.builder().type(ArtifactsType.S3).location(place.bucket()).path("out").name("app.zip")
                .namespaceType(ArtifactNamespace.NONE).packaging(ArtifactPackaging.ZIP);
    }

    private static ProjectSource secondary(SourceType type, String identifier, String location) {
        return ProjectSource.builder().type(type).sourceIdentifier(identifier).location(location).build();
    }

    private Build run(StartBuildRequest.Builder request) {
        return place.ended(client.startBuild(request.build()).build().id());
    }

    private static Map<String, String> exported(Build build) {
        return build.exportedEnvironmentVariables().stream()
                .collect(Collectors.toMap(variable -> variable.name(), variable -> variable.value()));
    }

    private static void assertRefused(String code, String message, ThrowingCallable call) {
        assertThatThrownBy(call).asInstanceOf(type(CodeBuildException.class)).satisfies(e -> {
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
            assertThat(e.awsErrorDetails().errorMessage()).contains(message);
            assertThat(e.awsErrorDetails().serviceName()).isEqualTo("CodeBuild");
            assertThat(e.statusCode()).isEqualTo(400);
        });
    }

    // Projects

    @Test
    void aProjectIsFoundByNameAndArn() {
        Project created = client.batchGetProjects(request -> request.names(project)).projects().get(0);

        assertThat(created.arn()).endsWith(":project/" + project);
        assertThat(created.timeoutInMinutes()).isEqualTo(60);
        assertThat(created.queuedTimeoutInMinutes()).isEqualTo(480);
        assertThat(created.created()).isNotNull();
        assertThat(client.batchGetProjects(request -> request.names(created.arn(), "no-such-project")))
                .satisfies(answer -> {
                    assertThat(answer.projects()).containsExactly(created);
                    assertThat(answer.projectsNotFound()).containsExactly("no-such-project");
                });
    }

    @Test
    void anUpdateChangesOnlyWhatItNames() {
        client.updateProject(request -> request.name(project).timeoutInMinutes(30));

        Project updated = client.batchGetProjects(request -> request.names(project)).projects().get(0);
        assertThat(updated.timeoutInMinutes()).isEqualTo(30);
        assertThat(updated.environment().image()).isEqualTo("aws/codebuild/standard:7.0");
        assertThat(updated.lastModified()).isAfterOrEqualTo(updated.created());
    }

    @Test
    void projectsAreListedInTheAskedOrder() {
        String later = project + "-z";
        client.createProject(definition(later).build());

        assertThat(client.listProjects(request -> request.sortOrder(SortOrderType.DESCENDING)).projects())
                .containsSubsequence(later, project);
        assertThat(client.listProjects(request -> request.sortOrder(SortOrderType.ASCENDING)).projects())
                .containsSubsequence(project, later);
        client.deleteProject(request -> request.name(later));
        assertThat(client.listProjects(request -> { }).projects()).doesNotContain(later);
    }

    @Test
    void wrongProjectsAreRefused() {
        assertRefused("ResourceAlreadyExistsException", "Project already exists",
                () -> client.createProject(definition(project).build()));
        assertRefused("InvalidInputException", "name", () -> client.createProject(definition("no spaces").build()));
        assertRefused("InvalidInputException", "sourceType CODEPIPELINE is not allowed for secondarySources",
                () -> client.createProject(definition("other").secondarySources(secondary(SourceType.CODEPIPELINE, "a", null)).build()));
        assertRefused("InvalidInputException",
                "Invalid input: when using CodePipeline both sourceType, and artifactType must be set to: CODEPIPELINE",
                () -> client.createProject(definition("other").artifacts(artifacts -> artifacts.type(ArtifactsType.NO_ARTIFACTS)).build()));
        assertRefused("ResourceNotFoundException", "no-such-project",
                () -> client.updateProject(request -> request.name("no-such-project").timeoutInMinutes(30)));
    }

    // StartBuild

    @Test
    void anAcceptedBuildIsQueued() {
        Build build = client.startBuild(commands("version: 0.2\nphases: {build: {commands: ['true']}}\n").build()).build();

        assertThat(build.id()).matches(project + ":[0-9a-f-]{36}");
        assertThat(build.arn()).endsWith(":build/" + build.id());
        assertThat(build.buildStatus()).isEqualTo(StatusType.IN_PROGRESS);
        assertThat(build.buildComplete()).isFalse();
        assertThat(build.currentPhase()).isEqualTo("QUEUED");
        assertThat(build.phases()).extracting(BuildPhase::phaseTypeAsString).containsExactly("SUBMITTED", "QUEUED");
        assertThat(build.phases().get(0).phaseStatus()).isEqualTo(StatusType.SUCCEEDED);
        assertThat(build.phases()).noneMatch(BuildPhase::hasContexts);
        assertThat(build.logs().deepLink()).endsWith("#logEvent:group=null;stream=null");
        place.ended(build.id());
    }

    @Test
    void aSucceededBuildShowsAllPhases() {
        Build build = run(commands("version: 0.2\nphases: {build: {commands: ['true']}}\n"));

        assertThat(build.buildStatus()).isEqualTo(StatusType.SUCCEEDED);
        assertThat(build.currentPhase()).isEqualTo("COMPLETED");
        assertThat(build.buildNumber()).isEqualTo(1);
        assertThat(build.endTime()).isAfterOrEqualTo(build.startTime());
        assertThat(build.hasExportedEnvironmentVariables()).isFalse();
        assertThat(build.phases()).extracting(BuildPhase::phaseTypeAsString).containsExactly("SUBMITTED", "QUEUED", "PROVISIONING",
                "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING", "COMPLETED");
        assertThat(build.phases().subList(2, 10)).allSatisfy(phase -> {
            assertThat(phase.phaseStatus()).isEqualTo(StatusType.SUCCEEDED);
            assertThat(phase.contexts()).singleElement().satisfies(context -> {
                assertThat(context.statusCode()).isEmpty();
                assertThat(context.message()).isEmpty();
            });
        });
        assertThat(build.phases().get(10)).satisfies(completed -> {
            assertThat(completed.phaseStatus()).isNull();
            assertThat(completed.endTime()).isNull();
            assertThat(completed.hasContexts()).isFalse();
        });
        assertThat(build.logs().groupName()).isEqualTo("/aws/codebuild/" + project);
        assertThat(build.id()).endsWith(build.logs().streamName());
    }

    @Test
    void aBuildReadsItsSourceAndUploadsItsOutput() {
        Build build = run(source("buildspec.yml", """
                version: 0.2
                env:
                  exported-variables: [GREETING]
                phases:
                  install: {commands: [mkdir out]}
                  build:
                    commands:
                      - tr a-z A-Z < name.txt > out/name.txt
                      - GREETING="hello $(cat name.txt)"
                artifacts:
                  files: ['**/*']
                  base-directory: out
                """, "name.txt", "world"));

        assertThat(build.buildStatus()).as("%s", build.phases()).isEqualTo(StatusType.SUCCEEDED);
        assertThat(Zips.read(place.content("out/app.zip"))).containsExactly(Map.entry("name.txt", "WORLD"));
        assertThat(exported(build)).containsExactly(Map.entry("GREETING", "hello world"));
        assertThat(build.artifacts().location()).isEqualTo("arn:aws:s3:::" + place.bucket() + "/out/app.zip");
        assertThat(build.artifacts().sha256sum()).isEqualTo(place.digest("out/app.zip", "SHA-256"));
        assertThat(build.artifacts().md5sum()).isEqualTo(place.digest("out/app.zip", "MD5"));
        assertThat(build.source().location()).isEqualTo(place.bucket() + "/in/source");
        assertThat(build.resolvedSourceVersion()).isNull();
        assertThat(place.metadata("out/app.zip")).containsEntry("codebuild-buildarn", build.arn());
    }

    @Test
    void theBuildspecOverrideMayBeAPathOrAnObject() {
        String spec = "version: 0.2\nenv: {exported-variables: [WHERE]}\nphases: {build: {commands: ['WHERE=%s']}}\n";
        place.put("specs/build.yml", spec.formatted("object").getBytes(StandardCharsets.UTF_8));
        StartBuildRequest.Builder request = source("ci/build.yml", spec.formatted("path"), "buildspec.yml", spec.formatted("default"))
                .artifactsOverride(artifacts -> artifacts.type(ArtifactsType.NO_ARTIFACTS));

        assertThat(exported(run(request.buildspecOverride("ci/build.yml")))).containsEntry("WHERE", "path");
        assertThat(exported(run(request.buildspecOverride("arn:aws:s3:::" + place.bucket() + "/specs/build.yml"))))
                .containsEntry("WHERE", "object");
        assertThat(exported(run(request.buildspecOverride("")))).containsEntry("WHERE", "default");
        assertThat(exported(run(request.buildspecOverride(spec.formatted("inline"))))).containsEntry("WHERE", "inline");
    }

    @Test
    void secondarySourcesAndOutputsHaveTheirOwnPlaces() {
        place.put("in/tools", Zips.of("tool.txt", "hammer"));
        Build build = run(source("buildspec.yml", """
                version: 0.2
                phases:
                  build:
                    commands:
                      - test "$(pwd)" = "$CODEBUILD_SRC_DIR"
                      - cp "$CODEBUILD_SRC_DIR_tools/tool.txt" copy.txt
                artifacts:
                  files: [copy.txt]
                  secondary-artifacts:
                    kit:
                      base-directory: $CODEBUILD_SRC_DIR_tools
                      files: [tool.txt]
                """)
                .secondarySourcesOverride(secondary(SourceType.S3, "tools", place.bucket() + "/in/tools"))
                .secondaryArtifactsOverride(output().artifactIdentifier("kit").name("kit.zip").build()));

        assertThat(build.buildStatus()).as("%s", build.phases()).isEqualTo(StatusType.SUCCEEDED);
        assertThat(Zips.read(place.content("out/app.zip"))).containsExactly(Map.entry("copy.txt", "hammer"));
        assertThat(Zips.read(place.content("out/kit.zip"))).containsExactly(Map.entry("tool.txt", "hammer"));
        assertThat(build.secondaryArtifacts()).singleElement().satisfies(artifacts -> {
            assertThat(artifacts.artifactIdentifier()).isEqualTo("kit");
            assertThat(artifacts.location()).isEqualTo("arn:aws:s3:::" + place.bucket() + "/out/kit.zip");
            assertThat(artifacts.sha256sum()).hasSize(64);
        });
    }

    @Test
    void unpackedOutputIsWrittenFileByFile() {
        Build build = run(source("buildspec.yml", "version: 0.2\nphases: {}\nartifacts: {files: ['site/**/*']}\n",
                "site/index.html", "home", "site/a/b.html", "deep")
                .artifactsOverride(output().packaging(ArtifactPackaging.NONE).name("web").namespaceType(ArtifactNamespace.BUILD_ID).build()));

        String prefix = "out/" + build.logs().streamName() + "/web/";
        assertThat(place.content(prefix + "site/index.html")).asString().isEqualTo("home");
        assertThat(place.content(prefix + "site/a/b.html")).asString().isEqualTo("deep");
        assertThat(build.artifacts().md5sum()).isNull();
    }

    @Test
    void theBuildspecNamesTheOutputOnlyWhereItMay() {
        String spec = "version: 0.2\nphases: {}\nartifacts: {files: [a.txt], name: 'made/$CODEBUILD_BUILD_NUMBER-$(echo x).zip'}\n";
        Build without = run(source("buildspec.yml", spec, "a.txt", "a"));
        Build with = run(source("buildspec.yml", spec, "a.txt", "a").artifactsOverride(output().overrideArtifactName(true).build()));

        assertThat(without.artifacts().location()).endsWith("/out/app.zip");
        assertThat(with.artifacts().location()).endsWith("/out/made/2-x.zip");
    }

    @Test
    void overridesWinOverTheProjectAndTheProjectOverTheBuildspec() {
        Build build = run(commands("""
                version: 0.2
                env:
                  variables: {STAGE: buildspec, TIER: buildspec, OWN: 1.10}
                  exported-variables: [STAGE, TIER, OWN]
                phases: {}
                """).environmentVariablesOverride(variable("STAGE", "override $PATH")));

        assertThat(exported(build)).containsOnly(Map.entry("STAGE", "override $PATH"), Map.entry("TIER", "project"), Map.entry("OWN", "1.10"));
        assertThat(build.environment().environmentVariables()).extracting(EnvironmentVariable::name, EnvironmentVariable::value)
                .contains(tuple("STAGE", "override $PATH"));
    }

    @Test
    void wrongBuildsAreRefused() {
        assertRefused("ResourceNotFoundException", "Project cannot be found: arn:aws:codebuild:",
                () -> client.startBuild(request -> request.projectName("no-such-project")));
        assertRefused("InvalidInputException", "both sourceType, and artifactType must be set to: CODEPIPELINE",
                () -> client.startBuild(request -> request.projectName(project).sourceTypeOverride(SourceType.S3)
                        .sourceLocationOverride("bucket/key.zip")));
        assertRefused("InvalidInputException", "Invalid artifacts: location should not have a forward-slash",
                () -> client.startBuild(source().artifactsOverride(output().location("bucket/path").build()).build()));
        assertRefused("InvalidInputException", "buildspec", () -> client.startBuild(commands("ci/build.yml").build()));
        assertRefused("InvalidInputException", "location", () -> client.startBuild(source().sourceLocationOverride("bucket").build()));
        assertRefused("InvalidInputException", "timeoutInMinutes",
                () -> client.startBuild(commands("version: 0.2\n").timeoutInMinutesOverride(4).build()));
        assertRefused("InvalidInputException", "sourceType CODEPIPELINE is not allowed for secondarySources",
                () -> client.startBuild(source().secondarySourcesOverride(secondary(SourceType.CODEPIPELINE, "x", null)).build()));
    }

    @Test
    void anIdempotencyTokenMakesOneBuild() {
        StartBuildRequest.Builder request = commands("version: 0.2\nphases: {}\n").idempotencyToken(UUID.randomUUID().toString());
        Build first = client.startBuild(request.build()).build();

        assertThat(client.startBuild(request.build()).build().id()).isEqualTo(first.id());
        assertRefused("InvalidInputException", "idempotencyToken",
                () -> client.startBuild(request.timeoutInMinutesOverride(7).build()));
        assertThat(place.ended(first.id()).buildNumber()).isEqualTo(1);
    }

    // Reading and stopping

    @Test
    void unknownBuildsAreNoError() {
        Build build = client.startBuild(commands("version: 0.2\nphases: {}\n").build()).build();
        String unknown = project + ":00000000-0000-4000-8000-000000000000";

        assertThat(client.batchGetBuilds(request -> request.ids(unknown, build.arn()))).satisfies(answer -> {
            assertThat(answer.builds()).extracting(Build::id).containsExactly(build.id());
            assertThat(answer.buildsNotFound()).containsExactly(unknown);
        });
        assertRefused("ResourceNotFoundException", "", () -> client.stopBuild(request -> request.id(unknown)));
        place.ended(build.id());
    }

    @Test
    void buildsAreListedNewestFirst() {
        List<String> ids = Stream.generate(() -> run(commands("version: 0.2\nphases: {}\n")).id()).limit(3).toList();

        assertThat(client.listBuildsForProject(request -> request.projectName(project)).ids())
                .containsExactly(ids.get(2), ids.get(1), ids.get(0));
        assertThat(client.listBuildsForProject(request -> request.projectName(project).sortOrder(SortOrderType.ASCENDING)).ids())
                .containsExactlyElementsOf(ids);
        assertRefused("ResourceNotFoundException", "no-such-project",
                () -> client.listBuildsForProject(request -> request.projectName("no-such-project")));
    }

    @Test
    void aStoppedBuildEndsAtOnceAndStaysStopped() {
        Build build = client.startBuild(commands("version: 0.2\nphases: {build: {commands: [sleep 300]}}\n").build()).build();
        place.await(build.id(), running -> "BUILD".equals(running.currentPhase()));
        client.stopBuild(request -> request.id(build.id()));

        Build stopped = place.ended(build.id());
        assertThat(stopped.buildStatus()).isEqualTo(StatusType.STOPPED);
        assertThat(stopped.phases()).filteredOn(phase -> phase.phaseType() == BuildPhaseType.BUILD)
                .singleElement().satisfies(phase -> assertThat(phase.phaseStatus()).isEqualTo(StatusType.STOPPED));
        assertThat(client.stopBuild(request -> request.id(build.id())).build().buildStatus()).isEqualTo(StatusType.STOPPED);
    }

    @Test
    void stoppingAnEndedBuildChangesNothing() {
        Build ended = run(commands("version: 0.2\nphases: {}\n"));

        assertThat(client.stopBuild(request -> request.id(ended.id())).build()).isEqualTo(ended);
    }
}
