package io.pipewright.functions.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.action.SampleWork;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.settings.Clients;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ActionResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.AccountLimitExceededException;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsRequest;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsResponse;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.CodeBuildException;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectRequest;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectResponse;
import software.amazon.awssdk.services.codebuild.model.ProjectArtifacts;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;
import software.amazon.awssdk.services.codebuild.model.ResourceNotFoundException;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codebuild.model.StartBuildResponse;
import software.amazon.awssdk.services.codebuild.model.StatusType;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;

class CodeBuildActionsTest {
    private static final String ID = "shop-build:6a5b4c3d-2222-4333-9444-55566677788a";

    private final Service codeBuild = new Service();
    private final CodeBuildActions actions = new CodeBuildActions(engineAfter(Duration.ZERO));

    private Engine engineAfter(Duration time) {
        Clients clients = new Clients(null, null, null, () -> null, () -> null, () -> null, () -> codeBuild,
                () -> null);
        return SampleWork.engine(clients, SampleWork.NOW.plus(time));
    }

    private static SampleWork build(String... configuration) {
        Map<String, String> map = new HashMap<>(Map.of("ProjectName", "shop-build"));
        for (int i = 0; i < configuration.length; i += 2) {
            map.put(configuration[i], configuration[i + 1]);
        }
        return SampleWork.of(ActionCategory.BUILD, "CodeBuild", map);
    }

    private ActionFailure failure(SampleWork work) {
        return catchThrowableOfType(ActionFailure.class, () -> actions.start(work.work()));
    }

    // The request

    @Test
    void anActionWithOneOutputOverridesSourceAndArtifactsExactly() throws Exception {
        Progress.Working working = (Progress.Working) actions.start(
                build().outputs("BuildOutput").encryptedWith("alias/mine").work());

        assertThat(codeBuild.started).containsExactly(StartBuildRequest.builder()
                .projectName("shop-build").idempotencyToken(SampleWork.ID)
                .sourceTypeOverride("S3").sourceLocationOverride("artifacts/shop/Source/in")
                .secondarySourcesOverride(List.of())
                .artifactsOverride(ProjectArtifacts.builder().type("S3").location("artifacts").path("shop/BuildOutput")
                        .name("out").namespaceType("NONE").packaging("ZIP").overrideArtifactName(false).build())
                .secondaryArtifactsOverride(List.of())
                .encryptionKeyOverride("alias/mine")
                .build());
        assertThat(working.reportedAs()).contains("codebuild");
        assertThat(working.sofar().externalId()).contains(ID);
        assertThat(working.sofar().url()).contains(
                "https://console.aws.amazon.com/codebuild/home?region=eu-west-1#/builds/" + ID + "/view/new");
        assertThat(working.sofar().summary()).isEmpty();
    }

    @Test
    void anActionWithoutOutputHasNoArtifacts() throws Exception {
        actions.start(build().work());

        StartBuildRequest request = codeBuild.started.get(0);
        assertThat(request.artifactsOverride()).isEqualTo(ProjectArtifacts.builder().type("NO_ARTIFACTS").build());
        assertThat(request.encryptionKeyOverride()).isNull();
        assertThat(request.hasEnvironmentVariablesOverride()).isFalse();
        assertThat(request.sourceVersion()).isNull();
    }

    @Test
    void severalOutputsAreSecondaryArtifactsOfTheirNames() throws Exception {
        actions.start(build().outputs("App", "Test-Report").work());

        StartBuildRequest request = codeBuild.started.get(0);
        assertThat(request.artifactsOverride().type()).isEqualTo(ArtifactsType.NO_ARTIFACTS);
        assertThat(request.secondaryArtifactsOverride()).extracting(ProjectArtifacts::artifactIdentifier)
                .containsExactly("App", "Test_Report");
        assertThat(request.secondaryArtifactsOverride()).extracting(one -> one.path() + "/" + one.name())
                .containsExactly("shop/App/out", "shop/Test-Report/out");
    }

    @Test
    void severalInputsAreSecondarySourcesBesideThePrimaryOne() throws Exception {
        actions.start(build("PrimarySource", "App").inputs("Lib-1", "App", "Data").work());

        StartBuildRequest request = codeBuild.started.get(0);
        assertThat(request.sourceLocationOverride()).isEqualTo("artifacts/shop/App/in");
        assertThat(request.secondarySourcesOverride()).containsExactly(
                ProjectSource.builder().type("S3").location("artifacts/shop/Lib-1/in").sourceIdentifier("Lib_1").build(),
                ProjectSource.builder().type("S3").location("artifacts/shop/Data/in").sourceIdentifier("Data").build());
    }

    @Test
    void configurationBecomesOverrides() throws Exception {
        actions.start(build("BuildspecOverride", "ci/build.yml", "ServiceRoleArnOverride", "arn:aws:iam::1:role/r",
                "BatchEnabled", "false", "EnvironmentVariables",
                "[{\"name\":\"REV\",\"value\":\"abc\"},{\"name\":\"PW\",\"value\":\"db:pw\",\"type\":\"SECRETS_MANAGER\"}]").work());

        StartBuildRequest request = codeBuild.started.get(0);
        assertThat(request.buildspecOverride()).isEqualTo("ci/build.yml");
        assertThat(request.serviceRoleOverride()).isEqualTo("arn:aws:iam::1:role/r");
        assertThat(request.environmentVariablesOverride()).containsExactly(
                EnvironmentVariable.builder().name("REV").value("abc").type("PLAINTEXT").build(),
                EnvironmentVariable.builder().name("PW").value("db:pw").type("SECRETS_MANAGER").build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"no json", "{}", "[1]", "[{\"name\":\"A\"}]", "[{\"value\":\"A\"}]", "[] []",
        "[{\"name\":\"A\",\"value\":{}}]", "[{\"name\":\"A\",\"value\":\"1\",\"type\":\"SECRET\"}]"})
    void malformedEnvironmentVariablesAreAConfigurationError(String json) {
        ActionFailure failure = failure(build("EnvironmentVariables", json));

        assertThat(failure.code()).isEqualTo("ConfigurationError");
        assertThat(failure).hasMessageStartingWith("Invalid value for configuration property 'EnvironmentVariables': ");
        assertThat(codeBuild.started).isEmpty();
    }

    @Test
    void whatCannotBeAskedOfCodeBuildIsAConfigurationErrorThatSaysWhatToDo() {
        assertThat(failure(build().inputs("A", "B"))).hasMessageContaining("'PrimarySource'");
        assertThat(failure(build("PrimarySource", "C").inputs("A", "B"))).hasMessageContaining("C, which is no input");
        assertThat(failure(build("BatchEnabled", "true"))).hasMessageContaining("'BatchEnabled'");
        assertThat(failure(build("CombineArtifacts", "True"))).hasMessageContaining("'CombineArtifacts'");
        assertThat(failure(build().outputs("a-b", "a_b"))).hasMessageContaining("a_b");
        assertThat(codeBuild.started).isEmpty();
    }

    // What CodeBuild refuses

    @Test
    void aMissingProjectIsAConfigurationError() {
        codeBuild.refusal = error(ResourceNotFoundException.builder(), 400, "ResourceNotFoundException",
                "Project cannot be found: arn:aws:codebuild:eu-west-1:210987654321:project/shop-build");

        ActionFailure failure = failure(build());

        assertThat(failure.code()).isEqualTo("ConfigurationError");
        assertThat(failure).hasMessageStartingWith("Error calling startBuild: Project cannot be found: ");
    }

    @Test
    void aMissingPermissionIsAPermissionError() {
        codeBuild.refusal = error(CodeBuildException.builder(), 400, "AccessDeniedException", "not authorized");

        assertThat(failure(build()).code()).isEqualTo("PermissionError");
    }

    @Test
    void limitsAndFaultsAreLeftToTheTasksRetry() {
        for (CodeBuildException refusal : List.of(
                error(AccountLimitExceededException.builder(), 400, "AccountLimitExceededException", "Cannot have more"),
                error(CodeBuildException.builder(), 400, "ThrottlingException", "Rate exceeded"),
                error(CodeBuildException.builder(), 500, "InternalFailure", "oops"))) {
            codeBuild.refusal = refusal;
            assertThatThrownBy(() -> actions.start(build().work())).isSameAs(refusal);
        }
    }

    // After a crash

    @Test
    void whileTheTokenIsKnownTheSameRequestFindsTheBuild() throws Exception {
        actions.start(build().outputs("App").work());
        new CodeBuildActions(engineAfter(Duration.ofMinutes(4))).start(build().outputs("App").after(true).work());

        assertThat(codeBuild.started).hasSize(2);
        assertThat(codeBuild.started.get(0)).isEqualTo(codeBuild.started.get(1));
    }

    @Test
    void laterTheBuildIsFoundByItsOutput() throws Exception {
        for (int i = 0; i < 150; i++) {
            codeBuild.builds.add(sample("shop-build:later" + i, 200 - i, "artifacts/shop/Source/in", "other" + i));
        }
        codeBuild.builds.add(sample(ID, 1, "artifacts/shop/Source/in", "shop/App/out"));
        codeBuild.builds.add(sample("shop-build:old", -10_000, "artifacts/shop/Source/in", "shop/App/out"));

        Progress.Working working = (Progress.Working) new CodeBuildActions(engineAfter(Duration.ofMinutes(6)))
                .start(build().outputs("App").after(true).work());

        assertThat(working.sofar().externalId()).contains(ID);
        assertThat(codeBuild.started).isEmpty();
    }

    @Test
    void ifNoneWasStartedItIsStartedNow() throws Exception {
        codeBuild.builds.add(sample("shop-build:other", 1, "artifacts/shop/Source/in", "shop/Other/out"));

        new CodeBuildActions(engineAfter(Duration.ofMinutes(6))).start(build().outputs("App").after(true).work());

        assertThat(codeBuild.started).hasSize(1);
    }

    @Test
    void ifSeveralMayBeItTheActionFailsRatherThanGuess() {
        codeBuild.builds.add(sample("shop-build:a", 2, "artifacts/shop/Source/in", null));
        codeBuild.builds.add(sample("shop-build:b", 1, "artifacts/shop/Source/in", null));

        assertThatThrownBy(() -> new CodeBuildActions(engineAfter(Duration.ofMinutes(6)))
                .start(build().after(true).work()))
                .isInstanceOf(ActionFailure.class).hasMessageContaining("shop-build:a, shop-build:b");
        assertThat(codeBuild.started).isEmpty();
    }

    private static Build sample(String id, int secondsAfter, String source, String output) {
        return Build.builder().id(id).startTime(SampleWork.NOW.plusSeconds(secondsAfter))
                .source(ProjectSource.builder().type("S3").location(source).build())
                .artifacts(artifacts -> artifacts.location(output == null ? "" : "arn:aws:s3:::artifacts/" + output))
                .build();
    }

    // Looking

    private static ActionRecord running() {
        return build().record().working(ActionResult.working(ID, Optional.of("url")));
    }

    @Test
    void aSuccessfulBuildHandsOnWhatItExports() throws Exception {
        codeBuild.builds.add(Build.builder().id(ID).buildStatus(StatusType.SUCCEEDED).exportedEnvironmentVariables(
                one -> one.name("VERSION").value("1.2"), one -> one.name("EMPTY").value("")).build());

        Progress.Succeeded done = (Progress.Succeeded) actions.look(running());

        assertThat(done.variables()).containsExactlyInAnyOrderEntriesOf(Map.of("VERSION", "1.2", "EMPTY", ""));
        assertThat(done.result()).isEqualTo(ActionResult.working(ID, Optional.of("url")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FAILED", "FAULT", "TIMED_OUT", "STOPPED"})
    void anyOtherEndFailsTheActionWithTheBuildsStatus(String status) {
        codeBuild.builds.add(Build.builder().id(ID).buildStatus(status).build());

        ActionFailure failure = catchThrowableOfType(ActionFailure.class, () -> actions.look(running()));

        assertThat(failure.code()).isEqualTo("JobFailed");
        assertThat(failure).hasMessage("Build terminated with state: " + status);
        assertThat(failure.sofar().externalId()).contains(ID);
        assertThat(failure.sofar().url()).contains("url");
    }

    @Test
    void aRunningBuildIsStillAtWork() throws Exception {
        codeBuild.builds.add(Build.builder().id(ID).buildStatus(StatusType.IN_PROGRESS).build());

        assertThat(actions.look(running())).isInstanceOf(Progress.Working.class);
    }

    @Test
    void aBuildThatDoesNotShowIsMissedOnlyAfterAWhile() throws Exception {
        assertThat(actions.look(running())).isInstanceOf(Progress.Working.class);
        assertThatThrownBy(() -> new CodeBuildActions(engineAfter(Duration.ofHours(1))).look(running()))
                .isInstanceOf(ActionFailure.class).hasMessageContaining(ID);
    }

    @Test
    void variablesBeyondTheLimitFailTheAction() {
        char[] large = new char[122_880];
        Arrays.fill(large, 'x');
        codeBuild.builds.add(Build.builder().id(ID).buildStatus(StatusType.SUCCEEDED)
                .exportedEnvironmentVariables(one -> one.name("A").value(new String(large))).build());

        assertThatThrownBy(() -> actions.look(running()))
                .isInstanceOf(ActionFailure.class).hasMessageContaining("larger than");
    }

    private static CodeBuildException error(CodeBuildException.Builder builder, int status, String code, String message) {
        return (CodeBuildException) builder.message(message).statusCode(status).requestId("R")
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(message).build()).build();
    }

    /** Records what is asked of CodeBuild; lists 100 builds a page, in the order added. */
    private static final class Service implements CodeBuildClient {
        private final List<StartBuildRequest> started = new ArrayList<>();
        private final List<Build> builds = new ArrayList<>();
        private CodeBuildException refusal;

        @Override
        public StartBuildResponse startBuild(StartBuildRequest request) {
            if (refusal != null) {
                throw refusal;
            }
            started.add(request);
            return StartBuildResponse.builder().build(build -> build.id(ID)).build();
        }

        @Override
        public BatchGetBuildsResponse batchGetBuilds(BatchGetBuildsRequest request) {
            return BatchGetBuildsResponse.builder().builds(
                    builds.stream().filter(build -> request.ids().contains(build.id())).toList()).build();
        }

        @Override
        public ListBuildsForProjectResponse listBuildsForProject(ListBuildsForProjectRequest request) {
            int from = request.nextToken() == null ? 0 : Integer.parseInt(request.nextToken());
            int to = Math.min(from + 100, builds.size());
            return ListBuildsForProjectResponse.builder().ids(builds.subList(from, to).stream().map(Build::id).toList())
                    .nextToken(to < builds.size() ? Integer.toString(to) : null).build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() { }
    }
}
