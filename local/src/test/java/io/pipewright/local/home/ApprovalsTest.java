package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static io.pipewright.local.home.Wire.json;
import static io.pipewright.local.home.Wire.members;
import static io.pipewright.local.home.Wire.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.local.sns.Message;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** PutApprovalResult on the wire, the notification as recorded, and the page that its link leads to. */
class ApprovalsTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static final String OUTDATED =
            " has been updated, and the approval request you responded to is now out of date.";
    private static final String COMPLETED = "The approval request that you responded to is already complete or has expired. "
            + "Review the latest revisions in the pipeline, and then try again.";

    private static Pipeline asking(String name, Map<String, String> configuration) {
        return HOME.create(pipeline(name, source(),
                stage("Gate", approval("Ask").toBuilder().configuration(configuration).build())));
    }

    private static ObjectNode request(String pipeline, String token, String status, String summary) {
        ObjectNode request = object().put("pipelineName", pipeline).put("stageName", "Gate").put("actionName", "Ask")
                .put("token", token);
        request.set("result", object().put("status", status).put("summary", summary));
        return request;
    }

    private static Wire.Answer put(ObjectNode request) {
        return HOME.wire().call("PutApprovalResult", request);
    }

    @Test
    void withoutASummaryTheCallerIsNamed() {
        Pipeline pipeline = HOME.create(pipeline("nameless", ExecutionMode.PARALLEL, approvals("Gate")));
        String approved = pipeline.firstRun();
        JsonNode answer = put(request("nameless", pipeline.awaitToken(approved, "Gate", "Ask"), "Approved", "")).json();
        String rejected = pipeline.start();
        put(request("nameless", pipeline.awaitToken(rejected, "Gate", "Ask"), "Rejected", ""));

        assertThat(members(answer)).containsExactly("approvedAt");
        pipeline.awaitSucceeded(approved);
        pipeline.awaitFailed(rejected);
        assertThat(summary(pipeline, approved)).isEqualTo("Approved by " + HOME.caller());
        assertThat(summary(pipeline, rejected)).isEqualTo("Rejected by " + HOME.caller());
    }

    private static String summary(Pipeline pipeline, String run) {
        return pipeline.newest(run, "Ask").orElseThrow().output().executionResult().externalExecutionSummary();
    }

    @Test
    void anApprovalIsAnsweredOnce() {
        Pipeline pipeline = asking("once", Map.of());
        String token = pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        List<Integer> statuses = IntStream.range(0, 8).parallel()
                .mapToObj(i -> put(request("once", token, i % 2 == 0 ? "Approved" : "Rejected", "answer " + i)).status()).toList();

        assertThat(statuses).containsOnlyOnce(200);
        put(request("once", token, "Approved", "again")).isError("ApprovalAlreadyCompletedException", COMPLETED);
        eventually(() -> assertThat(pipeline.status(pipeline.firstRun()))
                .isIn(PipelineExecutionStatus.SUCCEEDED, PipelineExecutionStatus.FAILED));
    }

    @Test
    void wrongTokensAndPlacesAreRefused() {
        Pipeline pipeline = asking("refusing", Map.of());
        String token = pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        put(request("refusing", UUID.randomUUID().toString(), "Approved", "x"))
                .isError("InvalidApprovalTokenException", "The pipeline refusing" + OUTDATED);
        put(request("refusing", "not-a-token", "Approved", "x")).isError("ValidationException",
                "1 validation error detected: Value at 'token' failed to satisfy constraint: Member must satisfy regular "
                        + "expression pattern: [0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
        put(request("refusing", token, "Perhaps", "x")).isError("ValidationException",
                "1 validation error detected: Value at 'result.status' failed to satisfy constraint: Member must satisfy enum "
                        + "value set: [Approved, Rejected]");
        put(request("refusing", token, "Approved", "x".repeat(513))).isError("ValidationException",
                "1 validation error detected: Value at 'result.summary' failed to satisfy constraint: Member must have length "
                        + "less than or equal to 512");
        put(request("refusing", token, "Approved", "x").put("stageName", "Nowhere")).isError(
                "StageNotFoundException", "Pipeline 'refusing' does not have a stage with name 'Nowhere'");
        assertThat(put(request("refusing", token, "Approved", "x").put("actionName", "Nobody")).json().path("__type").asText())
                .isEqualTo("ActionNotFoundException");
        assertThat(pipeline.newest(pipeline.firstRun(), "Ask").orElseThrow().status())
                .isEqualTo(ActionExecutionStatus.IN_PROGRESS);
    }

    @Test
    void aRequiredSummaryIsAskedForAndTheTokenStaysGood() {
        Pipeline pipeline = asking("wordy", Map.of("IsSummaryRequired", "true"));
        String token = pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        for (String status : List.of("Approved", "Rejected")) {
            for (String summary : List.of("", "  ")) {
                put(request("wordy", token, status, summary)).isError("InvalidApprovalTokenException",
                        "Action 'Ask' in stage 'Gate' requires a summary. Provide a summary in the approval result and try "
                                + "again.");
            }
        }
        assertThat(put(request("wordy", token, "Approved", "because")).status()).isEqualTo(200);
        pipeline.awaitSucceeded(pipeline.firstRun());
    }

    // Notifications

    private static String topic(String name) {
        return HOME.home().topics().createTopic(request -> request.name(name)).topicArn();
    }

    private static List<Message> messages(String topic) {
        return HOME.home().topics().messages().stream().filter(message -> message.topicArn().equals(topic)).toList();
    }

    private static JsonNode notification(String topic) {
        eventually(() -> assertThat(messages(topic)).hasSize(1));
        return json(messages(topic).get(0).message());
    }

    @Test
    void theNotificationSaysWhatRecordedOnesSay() {
        String topic = topic("recorded");
        Pipeline pipeline = HOME.create(pipeline("a-pipeline-with-a-rather-long-name",
                stage("Source", Sample.fetch(TestHome.APP).toBuilder().namespace("Taken").build()),
                stage("Gate", approval("Ask").toBuilder().configuration(Map.of("NotificationArn", topic,
                        "CustomData", "see \"#{Taken.ObjectKey}\" & decide")).build())));
        String token = pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");
        JsonNode message = notification(topic);
        Instant startedAt = pipeline.newest(pipeline.firstRun(), "Ask").orElseThrow().startTime();

        assertThat(messages(topic).get(0).subject())
                .isEqualTo("APPROVAL NEEDED: AWS CodePipeline a-pipeline-with-a-rather... for action Ask");
        assertThat(members(message)).containsExactly("region", "consoleLink", "approval");
        assertThat(message.path("consoleLink").asText()).isEqualTo("https://console.aws.amazon.com/codesuite/codepipeline/"
                + "pipelines/a-pipeline-with-a-rather-long-name/view?region=us-east-1");
        JsonNode approval = message.path("approval");
        assertThat(members(approval)).containsExactly("pipelineName", "stageName", "actionName", "token", "expires",
                "externalEntityLink", "approvalReviewLink", "customData");
        assertThat(approval.path("token").asText()).isEqualTo(token);
        assertThat(approval.path("externalEntityLink").isNull()).isTrue();
        assertThat(approval.path("customData").asText()).isEqualTo("see \"app.zip\" & decide");
        assertThat(approval.path("expires").asText()).isEqualTo(startedAt.plus(7, ChronoUnit.DAYS)
                .atOffset(ZoneOffset.UTC).truncatedTo(ChronoUnit.MINUTES).toString());
    }

    @Test
    void everyRetryAsksAgain() {
        String topic = topic("again");
        Pipeline pipeline = asking("again", Map.of("NotificationArn", topic));
        pipeline.reject(pipeline.firstRun(), "Gate");
        pipeline.awaitFailed(pipeline.firstRun());
        pipeline.retry(pipeline.firstRun(), "Gate", StageRetryMode.FAILED_ACTIONS);

        String token = pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        assertThat(messages(topic).stream().map(message -> json(message.message()).at("/approval/token").asText()))
                .hasSize(2).doesNotHaveDuplicates().contains(token);
    }

    @Test
    void aMissingTopicFailsTheActionAndShowsInTheStateAsRecorded() {
        String topic = "arn:aws:sns:us-east-1:000000000000:nowhere";
        Pipeline pipeline = asking("topicless", Map.of("NotificationArn", topic));
        pipeline.awaitFailed(pipeline.firstRun());

        JsonNode state = HOME.wire().ok("GetPipelineState", "{'name': 'topicless'}").at("/stageStates/1/actionStates/0/latestExecution");
        assertThat(members(state)).containsExactlyInAnyOrder("actionExecutionId", "status", "errorDetails");
        assertThat(state.path("errorDetails")).isEqualTo(object().put("code", "ConfigurationError").put("message",
                "No Amazon SNS topic with the ARN " + topic + " was found. Update your pipeline to use an existing topic, or "
                        + "create a new one to use in your pipeline."));
    }

    // The page

    private static HttpResponse<String> get(String link) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(link)).GET());
    }

    private static HttpResponse<String> post(String link, Map<String, String> form) throws IOException, InterruptedException {
        String body = form.entrySet().stream().map(field -> field.getKey() + "="
                + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8)).collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(URI.create(link)).POST(HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/x-www-form-urlencoded"));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void lookingAtThePageDecidesNothingAndTheButtonDecidesOnce() throws Exception {
        String topic = topic("paged");
        Pipeline pipeline = asking("paged", Map.of("NotificationArn", topic));
        String token = pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");
        String link = notification(topic).at("/approval/approvalReviewLink").asText();

        for (int i = 0; i < 3; i++) {
            HttpResponse<String> page = get(link);
            assertThat(page.statusCode()).isEqualTo(200);
            assertThat(page.body()).contains("paged").doesNotContain(token);
        }
        assertThat(pipeline.newest(pipeline.firstRun(), "Ask").orElseThrow().status())
                .isEqualTo(ActionExecutionStatus.IN_PROGRESS);

        assertThat(post(link, Map.of("decision", "Approved", "summary", "from the page")).statusCode()).isEqualTo(200);

        pipeline.awaitSucceeded(pipeline.firstRun());
        assertThat(summary(pipeline, pipeline.firstRun())).isEqualTo("from the page");
        assertThat(post(link, Map.of("decision", "Rejected")).statusCode()).isEqualTo(410);
        assertThat(get(link + "x").statusCode()).isEqualTo(404);
        put(request("paged", token, "Approved", "")).isError("ApprovalAlreadyCompletedException", COMPLETED);
    }

    @Test
    void theLinkDiesWithTheApproval() throws Exception {
        String topic = topic("dead");
        Pipeline pipeline = asking("dead", Map.of("NotificationArn", topic));
        pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");
        String link = notification(topic).at("/approval/approvalReviewLink").asText();

        pipeline.stop(pipeline.firstRun(), true, null);

        assertThat(post(link, Map.of("decision", "Approved")).statusCode()).isEqualTo(410);
        assertThat(pipeline.newest(pipeline.firstRun(), "Ask").orElseThrow().status())
                .isEqualTo(ActionExecutionStatus.ABANDONED);
        pipeline.awaitStatus(pipeline.firstRun(), PipelineExecutionStatus.STOPPED);
    }
}
