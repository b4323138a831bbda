package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.at;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static io.pipewright.local.home.Wire.json;
import static io.pipewright.local.home.Wire.members;
import static io.pipewright.local.home.Wire.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** GetPipelineState over time: which members are there at which moment, as recorded. */
class StateViewTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static final String S3_HOME = "https://console.aws.amazon.com/s3/home?region=us-east-1#";
    private static final String SITE_PAGE =
            "https://console.aws.amazon.com/s3/buckets/site/?region=us-east-1&tab=overview";

    private static JsonNode state(String pipeline) {
        return HOME.wire().ok("GetPipelineState", object().put("name", pipeline));
    }

    private static JsonNode stageState(String pipeline, int stage) {
        return state(pipeline).at("/stageStates/" + stage);
    }

    private static JsonNode actionState(String pipeline, int stage, int action) {
        return stageState(pipeline, stage).at("/actionStates/" + action);
    }

    private static double seconds(Instant instant) {
        return instant.toEpochMilli() / 1000.0;
    }

    @Test
    void aStageThatNobodyEnteredShowsItsActionsOnly() {
        ActionDeclaration linked = approval("Look").toBuilder()
                .configuration(Map.of("ExternalEntityLink", "https://example.com/change")).build();
        Pipeline pipeline = HOME.create(pipeline("fresh", source(), stage("Gate", approval("Ask")),
                stage("Ship", deploy("Put"), linked)));
        pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        JsonNode ship = stageState("fresh", 2);

        assertThat(ship).isEqualTo(json("""
                {'stageName': 'Ship', 'inboundExecutions': [], 'inboundTransitionState': {'enabled': true}, 'actionStates': [
                  {'actionName': 'Put', 'entityUrl': '%s'},
                  {'actionName': 'Look', 'entityUrl': 'https://example.com/change'}]}""".formatted(SITE_PAGE)));
        assertThat(members(state("fresh"))).containsExactlyInAnyOrder(
                "pipelineName", "pipelineVersion", "stageStates", "created", "updated");
    }

    @Test
    void aSourceThatIsDoneShowsItsRevision() {
        Pipeline pipeline = HOME.create(pipeline("sourced", approvals("Gate")));
        pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        JsonNode stage = stageState("sourced", 0);
        JsonNode fetch = stage.at("/actionStates/0");

        assertThat(members(stage)).containsExactlyInAnyOrder(
                "stageName", "inboundExecutions", "inboundTransitionState", "actionStates", "latestExecution");
        assertThat(stage.path("latestExecution")).isEqualTo(object()
                .put("pipelineExecutionId", pipeline.firstRun()).put("status", "Succeeded"));
        assertThat(members(fetch)).containsExactlyInAnyOrder(
                "actionName", "currentRevision", "latestExecution", "entityUrl");
        assertThat(members(fetch.path("currentRevision"))).containsExactly("revisionId");
        assertThat(members(fetch.path("latestExecution"))).containsExactlyInAnyOrder(
                "actionExecutionId", "externalExecutionId", "lastStatusChange", "status", "summary");
        String version = fetch.at("/currentRevision/revisionId").asText();
        assertThat(fetch.at("/latestExecution/externalExecutionId").asText()).isEqualTo(version);
        assertThat(fetch.at("/latestExecution/summary").asText()).isEqualTo("Amazon S3 version id: " + version);
        assertThat(fetch.path("entityUrl").asText()).isEqualTo(S3_HOME);
    }

    @Test
    void aPendingApprovalShowsItsTokenAndAnAnsweredOneItsAnswer() {
        Pipeline pipeline = HOME.create(pipeline("answered", approvals("Gate", "Next")));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Gate", "Ask");

        assertThat(actionState("answered", 1, 0)).isEqualTo(json("""
                {'actionName': 'Ask', 'latestExecution':
                  {'actionExecutionId': '%s', 'status': 'InProgress', 'token': '%s'}}""".formatted(token, token)));

        Instant at = pipeline.answer("Gate", "Ask", token, ApprovalStatus.APPROVED, "looks good");

        JsonNode answered = actionState("answered", 1, 0).path("latestExecution");
        assertThat(members(answered)).containsExactlyInAnyOrder(
                "actionExecutionId", "status", "summary", "lastStatusChange", "lastUpdatedBy");
        assertThat(answered.path("status").asText()).isEqualTo("Succeeded");
        assertThat(answered.path("summary").asText()).isEqualTo("looks good");
        assertThat(answered.path("lastUpdatedBy").asText()).isEqualTo(HOME.caller());
        assertThat(answered.path("lastStatusChange").asDouble()).isEqualTo(seconds(at));
    }

    @Test
    void aRejectionIsFailedWithoutErrorDetails() {
        Pipeline pipeline = HOME.create(pipeline("rejected", approvals("Gate")));
        pipeline.reject(pipeline.firstRun(), "Gate");

        JsonNode rejected = actionState("rejected", 1, 0).path("latestExecution");

        assertThat(members(rejected)).containsExactlyInAnyOrder(
                "actionExecutionId", "status", "summary", "lastStatusChange", "lastUpdatedBy");
        assertThat(rejected.path("status").asText()).isEqualTo("Failed");
        pipeline.awaitStage(pipeline.firstRun(), "Gate", StageExecutionStatus.FAILED);
    }

    @Test
    void aDeploymentThatIsDoneShowsWhereItWent() {
        Pipeline pipeline = HOME.create(pipeline("deployed", source(), stage("Ship", deploy("Put"))));
        pipeline.awaitSucceeded(pipeline.firstRun());

        JsonNode put = actionState("deployed", 1, 0);

        assertThat(members(put)).containsExactlyInAnyOrder("actionName", "latestExecution", "entityUrl");
        assertThat(members(put.path("latestExecution"))).containsExactlyInAnyOrder(
                "actionExecutionId", "externalExecutionId", "lastStatusChange", "status", "summary");
        assertThat(put.at("/latestExecution/externalExecutionId").asText()).isEqualTo("site");
        assertThat(put.at("/latestExecution/summary").asText()).isEqualTo("Deployment Succeeded");
        assertThat(put.path("entityUrl").asText()).isEqualTo(SITE_PAGE);
    }

    @Test
    void aFailedActionShowsCodeAndMessage() {
        Pipeline pipeline = HOME.create(pipeline("failed", source(), stage("Ship", Sample.failing("Put"))));
        pipeline.awaitFailed(pipeline.firstRun());

        JsonNode put = actionState("failed", 1, 0).path("latestExecution");

        assertThat(put.path("status").asText()).isEqualTo("Failed");
        assertThat(put.has("summary")).isFalse();
        assertThat(put.path("errorDetails")).isEqualTo(json("""
                {"code": "ConfigurationError", "message": "Invalid value for configuration property 'yes': 'Extract'. \
                Edit your pipeline and set 'Extract' to either 'true' or 'false'."}"""));
        assertThat(stageState("failed", 1).at("/latestExecution/status").asText()).isEqualTo("Failed");
    }

    @Test
    void aNewExecutionInAStageClearsWhatTheOldOneLeft() {
        Pipeline pipeline = HOME.create(
                pipeline("cleared", source(), stage("Ship", approval("Ask"), at(2, deploy("Put")))));
        pipeline.approve(pipeline.firstRun(), "Ship");
        pipeline.awaitSucceeded(pipeline.firstRun());

        String next = pipeline.start();
        pipeline.awaitToken(next, "Ship", "Ask");

        assertThat(members(actionState("cleared", 1, 1))).containsExactlyInAnyOrder("actionName", "entityUrl");
    }

    @Test
    void oneWaitingExecutionShowsInTheSingularOnly() {
        Pipeline pipeline = HOME.create(pipeline("singular", approvals("Gate")));
        pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        String next = pipeline.start();
        pipeline.awaitWaiting(next, "Gate");

        JsonNode gate = stageState("singular", 1);
        assertThat(gate.path("inboundExecution")).isEqualTo(object()
                .put("pipelineExecutionId", next).put("status", "InProgress"));
        assertThat(gate.path("inboundExecutions")).isEqualTo(json("[]"));
        assertThat(gate.at("/latestExecution/pipelineExecutionId").asText()).isEqualTo(pipeline.firstRun());
    }

    @Test
    void aQueueShowsInOrder() {
        Pipeline pipeline = HOME.create(pipeline("queue", ExecutionMode.QUEUED, approvals("Gate")));
        pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        String second = pipeline.start();
        String third = pipeline.start();
        pipeline.awaitWaiting(third, "Gate");

        JsonNode gate = stageState("queue", 1);
        assertThat(gate.path("inboundExecutions").findValuesAsText("pipelineExecutionId"))
                .isEqualTo(List.of(second, third));
        assertThat(gate.at("/inboundExecution/pipelineExecutionId").asText()).isEqualTo(second);
    }

    @Test
    void aParallelPipelineHasNoCommonState() {
        Pipeline pipeline = HOME.create(pipeline("parallel", ExecutionMode.PARALLEL, approvals("Gate")));
        pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        JsonNode state = state("parallel");

        assertThat(members(state)).containsExactlyInAnyOrder(
                "created", "pipelineName", "pipelineVersion", "stageStates", "updated");
        assertThat(state.path("stageStates")).isEqualTo(json("[]"));
    }

    @Test
    void theStateIsEmptyRightAfterAChangeToParallel() {
        Pipeline pipeline = HOME.create(pipeline("turned", source(), stage("Ship", deploy("Put"))));
        pipeline.awaitSucceeded(pipeline.firstRun());

        pipeline.update(pipeline("turned", ExecutionMode.PARALLEL, source(), stage("Ship", deploy("Put"))));

        assertThat(state("turned").path("stageStates")).isEqualTo(json("[]"));
    }

    @Test
    void stoppingLeavesTheApprovalItsToken() {
        Pipeline pipeline = HOME.create(pipeline("stopping", approvals("Gate")));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Gate", "Ask");

        pipeline.stop(run, false, "enough");

        assertThat(stageState("stopping", 1).at("/latestExecution/status").asText()).isEqualTo("Stopping");
        assertThat(actionState("stopping", 1, 0).at("/latestExecution/token").asText()).isEqualTo(token);
    }

    @Test
    void anAbandonedApprovalIsCanceled() {
        Pipeline pipeline = HOME.create(pipeline("abandoned", approvals("Gate")));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Gate", "Ask");

        pipeline.stop(run, true, "enough");

        assertThat(stageState("abandoned", 1).path("latestExecution")).isEqualTo(object()
                .put("pipelineExecutionId", run).put("status", "Stopped"));
        assertThat(actionState("abandoned", 1, 0).path("latestExecution")).isEqualTo(object()
                .put("actionExecutionId", token).put("status", "Abandoned")
                .put("summary", "The approval action has been canceled."));
    }

    @Test
    void anUpdateCancelsAPendingApproval() {
        Pipeline pipeline = HOME.create(pipeline("updated", approvals("Gate")));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Gate", "Ask");

        pipeline.update(pipeline("updated", approvals("Gate", "More")));

        assertThat(actionState("updated", 1, 0).path("latestExecution")).isEqualTo(object()
                .put("actionExecutionId", token).put("status", "Failed")
                .put("summary", "The approval action has been canceled."));
        assertThat(stageState("updated", 2).path("actionStates")).isEqualTo(json("[{'actionName': 'Ask'}]"));
        pipeline.awaitStatus(run, PipelineExecutionStatus.CANCELLED);
    }

    @Test
    void retriesAreCounted() {
        Pipeline pipeline = HOME.create(pipeline("counted", approvals("Gate")));
        String run = pipeline.firstRun();
        pipeline.reject(run, "Gate");
        pipeline.awaitFailed(run);
        assertThat(stageState("counted", 1).has("retryStageMetadata")).isFalse();

        pipeline.retry(run, "Gate", StageRetryMode.FAILED_ACTIONS);

        assertThat(stageState("counted", 1).path("retryStageMetadata")).isEqualTo(json(
                "{'manualStageRetryAttempt': 1, 'latestRetryTrigger': 'ManualStageRetry'}"));
    }

    @Test
    void anUpdateOfTheSourcesKeyResetsTheSource() {
        HOME.upload("other.zip", "other");
        Pipeline pipeline = HOME.create(pipeline("rekeyed", source(), stage("Ship", deploy("Put"))));
        pipeline.awaitSucceeded(pipeline.firstRun());

        pipeline.update(pipeline("rekeyed", stage("Source", Sample.fetch("other.zip")), stage("Ship", deploy("Put"))));

        JsonNode source = stageState("rekeyed", 0);
        assertThat(source.at("/actionStates/0")).isEqualTo(
                object().put("actionName", "Fetch").put("entityUrl", S3_HOME));
        assertThat(source.at("/latestExecution/status").asText()).isEqualTo("Succeeded");
    }

    @Test
    void transitionsShowWhoClosedThemAndWhy() {
        Pipeline pipeline = HOME.create(pipeline("gated", approvals("Gate")));
        HOME.codePipeline().disableStageTransition(request -> request.pipelineName("gated").stageName("Gate")
                .transitionType("Inbound").reason("freeze (until Monday)"));

        JsonNode closed = stageState("gated", 1).path("inboundTransitionState");
        assertThat(members(closed)).containsExactlyInAnyOrder(
                "enabled", "lastChangedBy", "lastChangedAt", "disabledReason");
        assertThat(closed.path("enabled").asBoolean()).isFalse();
        assertThat(closed.path("lastChangedBy").asText()).isEqualTo(HOME.caller());
        assertThat(closed.path("disabledReason").asText()).isEqualTo("freeze (until Monday)");

        HOME.codePipeline().enableStageTransition(request -> request.pipelineName("gated").stageName("Gate")
                .transitionType("Inbound"));

        JsonNode open = stageState("gated", 1).path("inboundTransitionState");
        assertThat(members(open)).containsExactlyInAnyOrder("enabled", "lastChangedBy", "lastChangedAt");
        assertThat(open.path("enabled").asBoolean()).isTrue();
        eventually(() -> assertThat(pipeline.stage("Gate").latestExecution()).isNotNull());
    }
}
