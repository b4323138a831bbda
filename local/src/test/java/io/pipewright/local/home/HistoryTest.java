package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.failing;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.Wire.json;
import static io.pipewright.local.home.Wire.members;
import static io.pipewright.local.home.Wire.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** ListActionExecutions: what each action execution shows, and the filters. */
class HistoryTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    /** Like the recorded example: one run with many attempts. */
    private static Pipeline retried;
    private static String run;
    private static String otherRun;

    @BeforeAll
    static void retryOften() {
        retried = HOME.create(pipeline("retried", source(), stage("Both", approval("Accept"), approval("Retry")),
                stage("Last", approval("Final"))));
        run = retried.firstRun();
        retried.approve(run, "Both", "Accept");
        retried.reject(run, "Both", "Retry");
        retried.awaitFailed(run);
        retried.retry(run, "Both", StageRetryMode.FAILED_ACTIONS);
        retried.reject(run, "Both", "Retry");
        retried.awaitFailed(run);
        retried.retry(run, "Both", StageRetryMode.ALL_ACTIONS);
        retried.approve(run, "Both", "Accept");
        retried.approve(run, "Both", "Retry");
        retried.reject(run, "Last", "Final");
        retried.awaitFailed(run);
        retried.retry(run, "Last", StageRetryMode.FAILED_ACTIONS);
        retried.approve(run, "Last", "Final");
        retried.awaitSucceeded(run);
        otherRun = retried.start();
        retried.awaitToken(otherRun, "Both", "Retry");
    }

    private static JsonNode list(String request) {
        return HOME.wire().ok("ListActionExecutions", request(request));
    }

    private static ObjectNode request(String request) {
        ObjectNode named = (ObjectNode) json(request.replace("$run", run).replace("$other", otherRun));
        return named.put("pipelineName", "retried");
    }

    private static List<String> names(String request) {
        return list(request).path("actionExecutionDetails").findValuesAsText("actionName");
    }

    @Test
    void allMeansEveryAttemptNewestFirst() {
        assertThat(names("{'filter': {'latestInPipelineExecution': {'pipelineExecutionId': '$run', 'startTimeRange': 'All'}}}"))
                .hasSize(8)
                .startsWith("Final", "Final")
                .endsWith("Fetch");
        assertThat(list("{'filter': {'pipelineExecutionId': '$run'}}"))
                .as("the filter of one run says the same")
                .isEqualTo(list("{'filter': {'latestInPipelineExecution': "
                        + "{'pipelineExecutionId': '$run', 'startTimeRange': 'All'}}}"));
        List<JsonNode> starts = list("{'filter': {'pipelineExecutionId': '$run'}}").findValues("startTime");
        assertThat(starts).isSortedAccordingTo((one, other) -> Double.compare(other.asDouble(), one.asDouble()));
    }

    @Test
    void latestMeansTheNewestAttemptOfEveryActionOfTheRun() {
        JsonNode latest = list("{'filter': {'latestInPipelineExecution': "
                + "{'pipelineExecutionId': '$run', 'startTimeRange': 'Latest'}}}").path("actionExecutionDetails");

        assertThat(latest.findValuesAsText("actionName")).containsExactlyInAnyOrder("Final", "Retry", "Accept", "Fetch");
        assertThat(StreamSupport.stream(latest.spliterator(), false).map(one -> one.path("status").asText()))
                .containsOnly("Succeeded");
    }

    @Test
    void twoFiltersMustNameTheSameRun() {
        String nested = "{'filter': {'pipelineExecutionId': '%s', 'latestInPipelineExecution': "
                + "{'pipelineExecutionId': '%s', 'startTimeRange': 'Latest'}}}";

        assertThat(names(nested.formatted("$run", "$run"))).hasSize(4);
        assertThat(names(nested.formatted("$run", "$other"))).isEmpty();
        assertThat(names(nested.formatted("$run", UUID.randomUUID()))).isEmpty();
        String unknown = UUID.randomUUID().toString();
        HOME.wire().call("ListActionExecutions", request(nested.formatted(unknown, "$run"))).isError(
                "PipelineExecutionNotFoundException",
                "Pipeline Execution with id '" + unknown + "' does not exist in pipeline with name 'retried'");
        HOME.wire().call("ListActionExecutions", request("{'filter': {'latestInPipelineExecution': "
                        + "{'pipelineExecutionId': '" + unknown + "', 'startTimeRange': 'All'}}}"))
                .isError("PipelineExecutionNotFoundException",
                        "Pipeline Execution with id 'null' does not exist in pipeline with name 'retried'");
    }

    @Test
    void aBadFilterIsNamedBeforeAMissingPipeline() {
        HOME.wire().call("ListActionExecutions", "{'pipelineName': 'absent', 'filter': {'latestInPipelineExecution': {}}}")
                .isError("ValidationException", "2 validation errors detected: "
                        + "Value at 'filter.latestInPipelineExecution.pipelineExecutionId' failed to satisfy constraint: "
                        + "Member must not be null; "
                        + "Value at 'filter.latestInPipelineExecution.startTimeRange' failed to satisfy constraint: "
                        + "Member must not be null");
        HOME.wire().call("ListActionExecutions", request("{'filter': {'latestInPipelineExecution': "
                + "{'pipelineExecutionId': '$run', 'startTimeRange': 'Some'}}}")).isError("ValidationException",
                "1 validation error detected: Value at 'filter.latestInPipelineExecution.startTimeRange' failed to satisfy "
                        + "constraint: Member must satisfy enum value set: [All, Latest]");
    }

    @Test
    void pagesHoldWhatIsAskedForAndTheLastHasNoToken() {
        for (String filter : List.of("{'pipelineExecutionId': '$run'}",
                "{'latestInPipelineExecution': {'pipelineExecutionId': '$run', 'startTimeRange': 'Latest'}}", "{}")) {
            String whole = "{'filter': " + filter + "}";
            List<String> ids = new ArrayList<>();
            String token = null;
            do {
                ObjectNode request = request(whole).put("maxResults", 1);
                JsonNode page = HOME.wire().ok("ListActionExecutions", token == null ? request : request.put("nextToken", token));
                assertThat(page.path("actionExecutionDetails")).as("also the last page").hasSize(1);
                ids.addAll(page.findValuesAsText("actionExecutionId"));
                token = page.path("nextToken").asText(null);
            } while (token != null);
            assertThat(ids).as(filter).isEqualTo(
                    list(whole).path("actionExecutionDetails").findValuesAsText("actionExecutionId"));
        }
    }

    @Test
    void aTokenIsGoodForItsOwnFilterOnly() {
        String token = list("{'maxResults': 1, 'filter': {'latestInPipelineExecution': "
                + "{'pipelineExecutionId': '$run', 'startTimeRange': 'All'}}}").path("nextToken").asText();
        String refusal = "The nextToken value '" + token + "' is not valid. Specify a valid nextToken value, and then try again.";

        assertThat(list("{'maxResults': 1, 'nextToken': '" + token + "', 'filter': {'pipelineExecutionId': '$run'}}")
                .path("actionExecutionDetails")).as("the same list by its other name").hasSize(1);
        HOME.wire().call("ListActionExecutions",
                        request("{'nextToken': '" + token + "', 'filter': {'pipelineExecutionId': '$other'}}"))
                .isError("InvalidNextTokenException", refusal);
        HOME.wire().call("ListActionExecutions", request("{'nextToken': '" + token + "', 'filter': "
                        + "{'latestInPipelineExecution': {'pipelineExecutionId': '$run', 'startTimeRange': 'Latest'}}}"))
                .isError("InvalidNextTokenException", refusal);
    }

    // Elements

    private static JsonNode newest(Pipeline pipeline, String execution, String action) {
        JsonNode history = HOME.wire().ok("ListActionExecutions", object().put("pipelineName", pipeline.name())
                .set("filter", object().put("pipelineExecutionId", execution))).path("actionExecutionDetails");
        return StreamSupport.stream(history.spliterator(), false)
                .filter(one -> one.path("actionName").asText().equals(action)).findFirst().orElseThrow();
    }

    @Test
    void aPendingApprovalHasNoResult() {
        JsonNode pending = newest(retried, otherRun, "Retry");

        assertThat(members(pending)).containsExactlyInAnyOrder("actionExecutionId", "actionName", "stageName",
                "pipelineExecutionId", "pipelineVersion", "startTime", "lastUpdateTime", "status", "input", "output");
        assertThat(pending.path("lastUpdateTime")).isEqualTo(pending.path("startTime"));
        assertThat(members(pending.path("input"))).containsExactlyInAnyOrder(
                "actionTypeId", "configuration", "resolvedConfiguration", "region", "inputArtifacts");
        assertThat(pending.path("output")).isEqualTo(json("{'outputArtifacts': [], 'outputVariables': {}}"));
    }

    @Test
    void anAnsweredApprovalShowsWhoAnsweredWhat() {
        JsonNode approved = newest(retried, run, "Final");
        assertThat(approved.path("updatedBy").asText()).isEqualTo(HOME.caller());
        assertThat(approved.at("/output/executionResult")).isEqualTo(object()
                .put("externalExecutionId", approved.path("actionExecutionId").asText())
                .put("externalExecutionSummary", "fine"));

        Pipeline pipeline = HOME.create(pipeline("no", approvals("Gate")));
        pipeline.reject(pipeline.firstRun(), "Gate");
        pipeline.awaitFailed(pipeline.firstRun());
        JsonNode rejected = newest(pipeline, pipeline.firstRun(), "Ask");
        assertThat(rejected.path("status").asText()).isEqualTo("Failed");
        assertThat(members(rejected.at("/output/executionResult")))
                .containsExactlyInAnyOrder("externalExecutionId", "externalExecutionSummary");
    }

    @Test
    void aSourceAndADeploymentShowTheirArtifactsAndResults() {
        Pipeline pipeline = HOME.create(pipeline("a-name-longer-than-twenty", source(), stage("Ship", deploy("Put"))));
        pipeline.awaitSucceeded(pipeline.firstRun());

        JsonNode fetch = newest(pipeline, pipeline.firstRun(), "Fetch");
        JsonNode variables = fetch.at("/output/outputVariables");
        assertThat(members(variables)).containsExactlyInAnyOrder("BucketName", "ETag", "ObjectKey", "VersionId");
        assertThat(variables.path("ETag").asText()).matches("[0-9a-f]+");
        String version = variables.path("VersionId").asText();
        assertThat(fetch.at("/output/executionResult")).isEqualTo(object().put("externalExecutionId", version)
                .put("externalExecutionSummary", "Amazon S3 version id: " + version));
        JsonNode artifact = fetch.at("/output/outputArtifacts/0");
        assertThat(artifact.path("name").asText()).isEqualTo("App");
        assertThat(artifact.at("/s3location/bucket").asText()).isEqualTo("artifacts");
        assertThat(artifact.at("/s3location/key").asText()).matches("a-name-longer-than-t/App/[A-Za-z0-9]{7}\\.zip");

        JsonNode put = newest(pipeline, pipeline.firstRun(), "Put");
        assertThat(put.at("/input/inputArtifacts/0")).isEqualTo(artifact);
        assertThat(put.path("output")).isEqualTo(json("{'outputArtifacts': [], 'outputVariables': {}, 'executionResult': "
                + "{'externalExecutionId': 'site', 'externalExecutionSummary': 'Deployment Succeeded'}}"));
        assertThat(put.path("lastUpdateTime").asDouble()).isGreaterThanOrEqualTo(put.path("startTime").asDouble());
    }

    @Test
    void aFailureHasItsCodeHereAndItsTextInTheSummary() {
        Pipeline pipeline = HOME.create(pipeline("failure", source(), stage("Ship", failing("Put"))));
        pipeline.awaitFailed(pipeline.firstRun());

        JsonNode result = newest(pipeline, pipeline.firstRun(), "Put").at("/output/executionResult");

        assertThat(result.path("errorDetails")).isEqualTo(json("{'code': 'ConfigurationError'}"));
        assertThat(result.path("externalExecutionSummary").asText()).startsWith("Invalid value for configuration property");
    }

    @Test
    void anAbandonedActionHasNoResult() {
        Pipeline pipeline = HOME.create(pipeline("left", approvals("Gate")));
        pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");
        pipeline.stop(pipeline.firstRun(), true, null);
        pipeline.awaitAction(pipeline.firstRun(), "Ask", ActionExecutionStatus.ABANDONED);

        assertThat(newest(pipeline, pipeline.firstRun(), "Ask").path("output"))
                .isEqualTo(json("{'outputArtifacts': [], 'outputVariables': {}}"));
    }

    @Test
    void aParallelApprovalShowsItsTokenInTheHistory() {
        Pipeline pipeline = HOME.create(pipeline("parallel", ExecutionMode.PARALLEL, approvals("Gate")));
        String token = pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        JsonNode pending = newest(pipeline, pipeline.firstRun(), "Ask");
        assertThat(pending.at("/output/executionResult")).isEqualTo(object().put("externalExecutionId", token));
        assertThat(pending.path("actionExecutionId").asText()).isEqualTo(token);

        pipeline.answer("Gate", "Ask", token, ApprovalStatus.APPROVED, "");
        pipeline.awaitSucceeded(pipeline.firstRun());
    }
}
