package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.failing;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static io.pipewright.local.home.Wire.json;
import static io.pipewright.local.home.Wire.members;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** State changes on the event bus: their order, members and attempt counters as recorded. */
class EventsTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static final List<JsonNode> EVENTS = new CopyOnWriteArrayList<>();
    private static AutoCloseable watching;

    @BeforeAll
    static void watch() {
        watching = HOME.home().bus().subscribe(event -> EVENTS.add(json(event)));
    }

    @AfterAll
    static void stopWatching() throws Exception {
        watching.close();
    }

    /** The run's events in order of arrival, once the last of them has this state. */
    private static List<JsonNode> events(String run, String last) {
        eventually(() -> assertThat(of(run)).isNotEmpty().last().satisfies(event -> {
            assertThat(event.path("detail-type").asText()).startsWith("CodePipeline Pipeline");
            assertThat(event.at("/detail/state").asText()).isEqualTo(last);
        }));
        return of(run);
    }

    private static List<JsonNode> of(String run) {
        return EVENTS.stream().filter(event -> event.at("/detail/execution-id").asText().equals(run))
                .filter(event -> event.path("source").asText().equals("pipewright.codepipeline")).toList();
    }

    /** Such as {@code action Gate/Ask STARTED 1}. */
    private static String line(JsonNode event) {
        JsonNode detail = event.path("detail");
        String level = event.path("detail-type").asText().split(" ")[1].toLowerCase(java.util.Locale.ROOT);
        String place = switch (level) {
            case "stage" -> " " + detail.path("stage").asText();
            case "action" -> " " + detail.path("stage").asText() + "/" + detail.path("action").asText();
            default -> "";
        };
        return level + place + " " + detail.path("state").asText() + " "
                + detail.path("pipeline-execution-attempt").asInt();
    }

    private static List<String> lines(String run, String last) {
        return events(run, last).stream().map(EventsTest::line).toList();
    }

    private static JsonNode event(String run, String line) {
        return of(run).stream().filter(event -> line(event).equals(line)).findFirst().orElseThrow();
    }

    @Test
    void theLogHasALineForEachThatNamesWhatItIsAbout() throws IOException {
        Pipeline pipeline = HOME.create(pipeline("logged", source(), stage("Ship", deploy("Put"))));
        String run = pipeline.firstRun();
        int events = events(run, "SUCCEEDED").size();

        List<JsonNode> lines = Files.readAllLines(HOME.data().resolve("log/pipewright.log")).stream().map(Wire::json)
                .filter(line -> line.path("pipelineExecutionId").asText().equals(run)).toList();

        assertThat(lines).hasSize(events);
        assertThat(lines).filteredOn(line -> line.path("message").asText().startsWith("CodePipeline Action"))
                .last().satisfies(line -> {
                    assertThat(members(line)).containsExactly("time", "level", "message", "pipelineName",
                            "pipelineExecutionId", "stageName", "actionName", "state");
                    assertThat(line.path("actionName").asText()).isEqualTo("Put");
                });
        assertThat(members(lines.get(0))).as("what it isn't about is absent").doesNotContain("stageName", "actionName");
    }

    @Test
    void retriesShowInTheEventsAsRecorded() {
        Pipeline pipeline = HOME.create(pipeline("recorded", approvals("ManualA", "ManualB")));
        String run = pipeline.firstRun();
        for (String stage : List.of("ManualA", "ManualB")) {
            pipeline.reject(run, stage);
            pipeline.awaitFailed(run);
            pipeline.retry(run, stage, StageRetryMode.FAILED_ACTIONS);
            pipeline.approve(run, stage);
        }

        assertThat(lines(run, "SUCCEEDED")).containsExactly(
                "pipeline STARTED 1",
                "stage Source STARTED 0", "action Source/Fetch STARTED 1",
                "action Source/Fetch SUCCEEDED 1", "stage Source SUCCEEDED 0",
                "stage ManualA STARTED 0", "action ManualA/Ask STARTED 1",
                "action ManualA/Ask FAILED 1", "stage ManualA FAILED 0", "pipeline FAILED 1",
                "pipeline RESUMED 2", "stage ManualA RESUMED 2", "action ManualA/Ask STARTED 2",
                "action ManualA/Ask SUCCEEDED 2", "stage ManualA SUCCEEDED 2",
                "stage ManualB STARTED 2", "action ManualB/Ask STARTED 2",
                "action ManualB/Ask FAILED 2", "stage ManualB FAILED 2", "pipeline FAILED 2",
                "pipeline RESUMED 3", "stage ManualB RESUMED 3", "action ManualB/Ask STARTED 3",
                "action ManualB/Ask SUCCEEDED 3", "stage ManualB SUCCEEDED 3", "pipeline SUCCEEDED 3");

        has(run, "pipeline STARTED 1", "pipeline", "execution-id", "execution-trigger", "start-time", "state", "version",
                "pipeline-execution-attempt");
        assertThat(members(event(run, "pipeline STARTED 1").at("/detail/execution-trigger")))
                .containsExactlyInAnyOrder("trigger-type", "trigger-detail");
        has(run, "pipeline FAILED 1", "pipeline", "execution-id", "start-time", "state", "version",
                "pipeline-execution-attempt");
        for (String line : List.of("pipeline RESUMED 2", "pipeline FAILED 2", "pipeline SUCCEEDED 3")) {
            has(run, line, "pipeline", "execution-id", "start-time", "state", "version", "pipeline-execution-attempt",
                    "last-retry-attempt-time");
        }
        for (String line : List.of("stage Source STARTED 0", "stage ManualA FAILED 0", "stage ManualB STARTED 2",
                "stage ManualB FAILED 2")) {
            has(run, line, "pipeline", "execution-id", "start-time", "stage", "state", "version",
                    "pipeline-execution-attempt");
        }
        for (String line : List.of("stage ManualA RESUMED 2", "stage ManualA SUCCEEDED 2", "stage ManualB SUCCEEDED 3")) {
            has(run, line, "pipeline", "execution-id", "start-time", "stage", "state", "version",
                    "pipeline-execution-attempt", "stage-last-retry-attempt-time");
        }
        assertThat(event(run, "stage ManualA RESUMED 2").at("/detail/start-time"))
                .as("still that of the first entry").isEqualTo(event(run, "stage ManualA FAILED 0").at("/detail/start-time"));
        for (String line : List.of("action Source/Fetch STARTED 1", "action ManualA/Ask STARTED 1")) {
            has(run, line, "pipeline", "execution-id", "start-time", "stage", "action-execution-id", "action", "state",
                    "region", "type", "version", "pipeline-execution-attempt");
        }
        has(run, "action Source/Fetch SUCCEEDED 1", "pipeline", "execution-id", "start-time", "stage",
                "action-execution-id", "action", "state", "region", "type", "version", "pipeline-execution-attempt",
                "execution-result", "output-artifacts");
        has(run, "action ManualA/Ask SUCCEEDED 2", "pipeline", "execution-id", "start-time", "stage",
                "action-execution-id", "action", "state", "region", "type", "version", "pipeline-execution-attempt",
                "execution-result");
        JsonNode rejected = event(run, "action ManualA/Ask FAILED 1").path("detail");
        assertThat(rejected.path("execution-result")).isEqualTo(json(("{'external-execution-summary': 'no', "
                + "'external-execution-id': '%s', 'error-code': 'JobFailed'}")
                .formatted(rejected.path("action-execution-id").asText())));
        assertThat(rejected.path("type")).isEqualTo(
                json("{'owner': 'AWS', 'provider': 'Manual', 'category': 'Approval', 'version': '1'}"));
    }

    private static void has(String run, String line, String... members) {
        assertThat(members(event(run, line).path("detail"))).as(line).containsExactlyInAnyOrder(members);
    }

    @Test
    void theEnvelopeNamesThePipeline() {
        Pipeline pipeline = HOME.create(pipeline("envelope", source(), stage("Ship", deploy("Put"))));
        JsonNode event = events(pipeline.firstRun(), "SUCCEEDED").get(0);

        assertThat(event.path("resources")).isEqualTo(json("['arn:aws:codepipeline:us-east-1:000000000000:envelope']"));
        assertThat(event.path("region").asText()).isEqualTo("us-east-1");
        assertThat(event.path("account").asText()).isEqualTo("000000000000");
        assertThat(event.path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(event.at("/detail/version").isNumber()).isTrue();
    }

    @Test
    void aFailedDeploymentTellsItsCodeAndArtifacts() {
        Pipeline pipeline = HOME.create(pipeline("failed", source(), stage("Ship", failing("Put"))));

        assertThat(lines(pipeline.firstRun(), "FAILED")).endsWith(
                "action Ship/Put STARTED 1", "action Ship/Put FAILED 1", "stage Ship FAILED 0", "pipeline FAILED 1");
        JsonNode started = event(pipeline.firstRun(), "action Ship/Put STARTED 1").path("detail");
        assertThat(started.at("/input-artifacts/0/name").asText()).isEqualTo("App");
        assertThat(event(pipeline.firstRun(), "action Ship/Put FAILED 1").at("/detail/execution-result/error-code").asText())
                .isEqualTo("ConfigurationError");
    }

    @Test
    void aStopIsToldInTwoSteps() {
        Pipeline pipeline = HOME.create(pipeline("stopped", approvals("Gate")));
        String run = pipeline.firstRun();
        pipeline.awaitToken(run, "Gate", "Ask");
        pipeline.stop(run, true, "enough");

        List<String> lines = lines(run, "STOPPED");
        assertThat(lines).endsWith("stage Gate STOPPED 0", "pipeline STOPPED 1").containsSubsequence(
                "action Gate/Ask STARTED 1", "pipeline STOPPING 1", "stage Gate STOPPING 0", "action Gate/Ask ABANDONED 1");
        assertThat(event(run, "pipeline STOPPED 1").at("/detail/stop-execution-comments").asText()).isEqualTo("enough");
    }

    @Test
    void aStopThatWaitsTellsTheEndWhenItCame() {
        Pipeline pipeline = HOME.create(pipeline("stopped-later", approvals("Gate")));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Gate", "Ask");
        pipeline.stop(run, false, null);
        pipeline.answer("Gate", "Ask", token, ApprovalStatus.APPROVED, "");

        assertThat(lines(run, "STOPPED")).endsWith("pipeline STOPPING 1", "stage Gate STOPPING 0",
                "action Gate/Ask SUCCEEDED 1", "stage Gate STOPPED 0", "pipeline STOPPED 1");
    }

    @Test
    void supersededAndCancelledExecutionsSaySo() {
        Pipeline pipeline = HOME.create(pipeline("replaced", approvals("Gate")));
        String inside = pipeline.firstRun();
        pipeline.awaitToken(inside, "Gate", "Ask");
        String superseded = pipeline.start();
        pipeline.awaitWaiting(superseded, "Gate");
        String waiting = pipeline.start();
        pipeline.awaitStatus(superseded, PipelineExecutionStatus.SUPERSEDED);
        pipeline.awaitWaiting(waiting, "Gate");
        pipeline.update(pipeline("replaced", approvals("Gate", "More")));

        assertThat(lines(superseded, "SUPERSEDED")).doesNotContain("stage Gate STARTED 0");
        assertThat(lines(inside, "CANCELED")).endsWith(
                "action Gate/Ask CANCELED 1", "stage Gate CANCELED 0", "pipeline CANCELED 1");
        assertThat(lines(waiting, "CANCELED")).endsWith("stage Source SUCCEEDED 0", "pipeline CANCELED 1");
    }

    @Test
    void anExecutionWithoutItsVariablesIsStartedAndFailed() {
        Pipeline pipeline = HOME.create(pipeline("unbound", approvals("Gate")).toBuilder()
                .variables(one -> one.name("A")).build());

        assertThat(lines(pipeline.firstRun(), "FAILED")).containsExactly("pipeline STARTED 1", "pipeline FAILED 1");
    }

    @Test
    void anAutomaticRetryResumesWithoutAFailureOfThePipeline() {
        Pipeline pipeline = HOME.create(pipeline("automatic", source(), stage("Ship", failing("Put")).toBuilder()
                .onFailure(onFailure -> onFailure.result("RETRY").retryConfiguration(
                        retry -> retry.retryMode(StageRetryMode.FAILED_ACTIONS))).build()));

        assertThat(lines(pipeline.firstRun(), "FAILED")).endsWith(
                "action Ship/Put FAILED 1", "stage Ship FAILED 0", "pipeline RESUMED 2", "stage Ship RESUMED 2",
                "action Ship/Put STARTED 2", "action Ship/Put FAILED 2", "stage Ship FAILED 2", "pipeline FAILED 2");
    }

    @Test
    void noEventIsToldTwice() {
        Pipeline pipeline = HOME.create(pipeline("once", source(), stage("Ship", deploy("Put"))));
        for (int i = 0; i < 5; i++) {
            String run = pipeline.start();
            pipeline.awaitSucceeded(run);
            assertThat(lines(run, "SUCCEEDED")).doesNotHaveDuplicates().hasSize(10);
        }
    }
}
