package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.failing;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.Wire.json;
import static io.pipewright.local.home.Wire.members;
import static io.pipewright.local.home.Wire.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.statemachine.definition.Limit;
import io.pipewright.statemachine.definition.Limits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.CodePipelineException;
import software.amazon.awssdk.services.codepipeline.model.ConcurrentPipelineExecutionsLimitExceededException;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.ListPipelineExecutionsResponse;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.PipelineVariable;
import software.amazon.awssdk.services.codepipeline.model.PipelineVariableDeclaration;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionOverride;

/** Executions: what starts them, what binds them, and how they show in lists and one by one. */
class ExecutionsTest {
    private static final int LIMIT = 3;

    @RegisterExtension
    static final TestHome HOME = new TestHome(Limits.AWS.with(Limit.CONCURRENT_EXECUTIONS, LIMIT));

    private static JsonNode listed(String pipeline, int position) {
        return HOME.wire().ok("ListPipelineExecutions", object().put("pipelineName", pipeline))
                .at("/pipelineExecutionSummaries/" + position);
    }

    private static JsonNode got(String pipeline, String run) {
        return HOME.wire().ok("GetPipelineExecution",
                object().put("pipelineName", pipeline).put("pipelineExecutionId", run)).path("pipelineExecution");
    }

    private static void close(String pipeline, String stage) {
        HOME.codePipeline().disableStageTransition(request -> request.pipelineName(pipeline).stageName(stage)
                .transitionType("Inbound").reason("closed"));
    }

    @Test
    void beforeTheSourceEndedThereAreNoRevisions() {
        Pipeline pipeline = HOME.create(pipeline("shape", source(), stage("Ship", deploy("Put"))));
        pipeline.awaitSucceeded(pipeline.firstRun());
        close("shape", "Source");
        String run = pipeline.start();

        JsonNode element = listed("shape", 0);
        assertThat(members(element)).containsExactlyInAnyOrder("pipelineExecutionId", "status", "startTime",
                "lastUpdateTime", "sourceRevisions", "trigger", "executionMode");
        assertThat(element.path("pipelineExecutionId").asText()).isEqualTo(run);
        assertThat(element.path("status").asText()).isEqualTo("InProgress");
        assertThat(element.path("lastUpdateTime")).isEqualTo(element.path("startTime"));
        assertThat(element.path("sourceRevisions")).isEqualTo(json("[]"));
        assertThat(element.path("trigger")).isEqualTo(object()
                .put("triggerType", "StartPipelineExecution").put("triggerDetail", HOME.caller()));
        JsonNode execution = got("shape", run);
        assertThat(members(execution)).containsExactlyInAnyOrder("pipelineName", "pipelineVersion",
                "pipelineExecutionId", "status", "artifactRevisions", "trigger", "executionMode");
        assertThat(execution.path("artifactRevisions")).isEqualTo(json("[]"));
    }

    @Test
    void anExecutionThatEndedShowsItsRevisionsAndTimes() {
        Pipeline pipeline = HOME.create(pipeline("ended", source(), stage("Ship", deploy("Put"))));
        pipeline.awaitSucceeded(pipeline.firstRun());

        JsonNode element = listed("ended", 0);

        assertThat(element.path("trigger")).isEqualTo(object()
                .put("triggerType", "CreatePipeline").put("triggerDetail", HOME.caller()));
        assertThat(element.path("lastUpdateTime").asDouble()).isGreaterThan(element.path("startTime").asDouble());
        JsonNode revision = element.at("/sourceRevisions/0");
        assertThat(members(revision)).containsExactlyInAnyOrder("actionName", "revisionId", "revisionSummary");
        assertThat(revision.path("actionName").asText()).isEqualTo("Fetch");
        String version = revision.path("revisionId").asText();
        assertThat(got("ended", pipeline.firstRun()).path("artifactRevisions")).isEqualTo(json("[{'name': 'App', "
                + "'revisionId': '%s', 'revisionSummary': 'Amazon S3 version id: %s'}]".formatted(version, version)));
    }

    @Test
    void whileItRunsTheLastUpdateIsTheStart() {
        Pipeline pipeline = HOME.create(pipeline("running", approvals("One", "Two")));
        pipeline.approve(pipeline.firstRun(), "One");
        pipeline.awaitToken(pipeline.firstRun(), "Two", "Ask");

        assertThat(listed("running", 0).path("lastUpdateTime")).isEqualTo(listed("running", 0).path("startTime"));
    }

    @Test
    void aFailedExecutionHasNoSummary() {
        Pipeline pipeline = HOME.create(pipeline("plain-failure", source(), stage("Ship", failing("Put"))));
        pipeline.awaitFailed(pipeline.firstRun());

        assertThat(listed("plain-failure", 0).has("statusSummary")).isFalse();
        assertThat(got("plain-failure", pipeline.firstRun()).has("statusSummary")).isFalse();
    }

    @Test
    void theReasonOfAStopShowsWhereRecordingsShowIt() {
        Pipeline pipeline = HOME.create(pipeline("reasons", approvals("Gate")));
        String run = pipeline.firstRun();
        pipeline.awaitToken(run, "Gate", "Ask");
        pipeline.stop(run, true, "wrong change");

        assertThat(listed("reasons", 0).path("statusSummary").asText()).isEqualTo("wrong change");
        assertThat(listed("reasons", 0).path("stopTrigger")).isEqualTo(json("{'reason': 'wrong change'}"));
        assertThat(got("reasons", run).path("statusSummary").asText()).isEqualTo("wrong change");
        assertThat(got("reasons", run).has("stopTrigger")).isFalse();

        String other = pipeline.start();
        pipeline.awaitToken(other, "Gate", "Ask");
        pipeline.stop(other, true, null);
        assertThat(listed("reasons", 0).path("status").asText()).isEqualTo("Stopped");
        assertThat(members(listed("reasons", 0))).doesNotContain("statusSummary", "stopTrigger");
    }

    @Test
    void listsComeNewestFirstInPages() {
        Pipeline pipeline = HOME.create(pipeline("paged", source(), stage("Ship", deploy("Put"))));
        List<String> started = new ArrayList<>(List.of(pipeline.firstRun()));
        for (int i = 0; i < 4; i++) {
            pipeline.awaitSucceeded(started.get(0));
            started.add(0, pipeline.start());
        }

        List<String> listed = new ArrayList<>();
        String token = null;
        do {
            String from = token;
            ListPipelineExecutionsResponse page = HOME.codePipeline().listPipelineExecutions(
                    request -> request.pipelineName("paged").maxResults(2).nextToken(from));
            page.pipelineExecutionSummaries().stream().map(PipelineExecutionSummary::pipelineExecutionId)
                    .forEach(listed::add);
            token = page.nextToken();
        } while (token != null);

        assertThat(listed).isEqualTo(started);
    }

    @Test
    void aPageTokenIsGoodForItsOwnListOnly() {
        Pipeline pipeline = HOME.create(pipeline("tokens", source(), stage("Ship", deploy("Put"))));
        pipeline.awaitSucceeded(pipeline.firstRun());
        pipeline.awaitSucceeded(pipeline.start());
        HOME.create(pipeline("other-tokens", source(), stage("Ship", deploy("Put"))));
        String token = HOME.codePipeline().listPipelineExecutions(
                request -> request.pipelineName("tokens").maxResults(1)).nextToken();
        String message = "The nextToken value '" + token
                + "' is not valid. Specify a valid nextToken value, and then try again.";

        HOME.wire().call("ListPipelineExecutions", object().put("pipelineName", "other-tokens").put("nextToken", token))
                .isError("InvalidNextTokenException", message);
        HOME.wire().call("ListActionExecutions", object().put("pipelineName", "tokens").put("nextToken", token))
                .isError("InvalidNextTokenException", message);
    }

    @Test
    void listsCanBeNarrowedToWhatSucceededInAStage() {
        Pipeline pipeline = HOME.create(pipeline("narrowed", approvals("One", "Two")));
        String first = pipeline.firstRun();
        pipeline.approve(first, "One");
        pipeline.reject(first, "Two");
        pipeline.awaitFailed(first);
        String second = pipeline.start();
        pipeline.reject(second, "One");
        pipeline.awaitFailed(second);

        assertThat(succeededIn("One")).containsExactly(first);
        assertThat(succeededIn("Two")).isEmpty();
        assertThat(succeededIn("Source")).containsExactly(second, first);
    }

    private static List<String> succeededIn(String stage) {
        return HOME.codePipeline().listPipelineExecutions(request -> request.pipelineName("narrowed")
                        .filter(filter -> filter.succeededInStage(in -> in.stageName(stage))))
                .pipelineExecutionSummaries().stream().map(PipelineExecutionSummary::pipelineExecutionId).toList();
    }

    @Test
    void anUnknownExecutionIsNamedInTheServicesWords() {
        HOME.create(pipeline("unknown", approvals("Gate")));
        Pipeline other = HOME.create(pipeline("unknown-other", approvals("Gate")));
        String id = UUID.randomUUID().toString();
        ObjectNode request = object().put("pipelineName", "unknown").put("pipelineExecutionId", id);

        HOME.wire().call("GetPipelineExecution", request).isError("PipelineExecutionNotFoundException",
                "Pipeline Execution with id '" + id + "' does not exist in pipeline with name 'unknown'");
        HOME.wire().call("GetPipelineExecution", request.put("pipelineExecutionId", other.firstRun())).isError(
                "PipelineExecutionNotFoundException", "Pipeline Execution with id '" + other.firstRun()
                        + "' does not exist in pipeline with name 'unknown'");
    }

    // Variables

    private static PipelineDeclaration withVariables(String name, PipelineVariableDeclaration... variables) {
        return pipeline(name, source(), stage("Gate", approval("Ask").toBuilder().configuration(Map.of("CustomData",
                        List.of(variables).stream().map(variable -> "#{variables." + variable.name() + "}")
                                .collect(java.util.stream.Collectors.joining(" ")))).build()))
                .toBuilder().variables(variables).build();
    }

    private static PipelineVariableDeclaration variable(String name, String defaultValue) {
        return PipelineVariableDeclaration.builder().name(name).defaultValue(defaultValue).build();
    }

    private static PipelineVariable value(String name, String value) {
        return PipelineVariable.builder().name(name).value(value).build();
    }

    private static Map<String, String> bound(Pipeline pipeline, String run) {
        return pipeline.run(run).variables().stream().collect(java.util.stream.Collectors.toMap(
                one -> one.name(), one -> one.resolvedValue()));
    }

    private static String customData(Pipeline pipeline, String run) {
        pipeline.awaitToken(run, "Gate", "Ask");
        return pipeline.newest(run, "Ask").map(ActionExecutionDetail::input).orElseThrow()
                .resolvedConfiguration().get("CustomData");
    }

    @Test
    void variablesTakeTheirDefaultsAndGivenValuesAndForgetUnknownNames() {
        Pipeline pipeline = HOME.create(withVariables("bound", variable("A_B-C@1", "default"), variable("Other", "kept")));

        String run = pipeline.start(request -> request.variables(value("A_B-C@1", "given"), value("Nobody", "x")));

        assertThat(bound(pipeline, run)).isEqualTo(Map.of("A_B-C@1", "given", "Other", "kept"));
        assertThat(bound(pipeline, pipeline.firstRun())).isEqualTo(Map.of("A_B-C@1", "default", "Other", "kept"));
        pipeline.stop(pipeline.firstRun(), true, null);
        assertThat(customData(pipeline, run)).isEqualTo("given kept");
    }

    @Test
    void anEmptyListOfVariablesIsAsGoodAsNone() {
        Pipeline pipeline = HOME.create(withVariables("empty-list", variable("A", "default")));

        String run = HOME.wire().ok("StartPipelineExecution", "{'name': 'empty-list', 'variables': []}")
                .path("pipelineExecutionId").asText();

        assertThat(bound(pipeline, run)).isEqualTo(Map.of("A", "default"));
    }

    @Test
    void variablesAreBoundOnce() {
        Pipeline pipeline = HOME.create(withVariables("once", variable("A", "old")).toBuilder()
                .executionMode(ExecutionMode.PARALLEL).build());
        String run = pipeline.firstRun();

        pipeline.update(withVariables("once", variable("A", "new")).toBuilder()
                .executionMode(ExecutionMode.PARALLEL).build());

        assertThat(bound(pipeline, run)).isEqualTo(Map.of("A", "old"));
        assertThat(pipeline.run(run).pipelineVersion()).isEqualTo(1);
        assertThat(customData(pipeline, run)).isEqualTo("old");
        assertThat(bound(pipeline, pipeline.start())).isEqualTo(Map.of("A", "new"));
    }

    @Test
    void aValueIsNeverResolvedAgain() {
        Pipeline pipeline = HOME.create(withVariables("literal", variable("A", "x")));
        pipeline.stop(pipeline.firstRun(), true, null);

        String run = pipeline.start(request -> request.variables(value("A", "#{codepipeline.PipelineExecutionId}")));

        assertThat(customData(pipeline, run)).isEqualTo("#{codepipeline.PipelineExecutionId}");
    }

    @Test
    void withoutAValueForARequiredVariableTheExecutionFailsAtOnce() {
        HOME.create(withVariables("required", variable("A", null), variable("D", "d"), variable("B", null)));

        String run = HOME.wire().ok("StartPipelineExecution", "{'name': 'required', 'variables': [{'name': 'X', 'value': 'x'}]}")
                .path("pipelineExecutionId").asText();

        JsonNode element = listed("required", 0);
        assertThat(element.path("pipelineExecutionId").asText()).isEqualTo(run);
        assertThat(element.path("status").asText()).isEqualTo("Failed");
        assertThat(element.path("statusSummary").asText())
                .isEqualTo("Values for required variables haven't been provided: A,B");
        assertThat(element.path("sourceRevisions")).isEqualTo(json("[]"));
        assertThat(got("required", run).has("variables")).isFalse();
        assertThat(got("required", run).path("statusSummary")).isEqualTo(element.path("statusSummary"));
        assertThat(HOME.wire().ok("ListActionExecutions", "{'pipelineName': 'required'}").path("actionExecutionDetails"))
                .isEqualTo(json("[]"));
        assertThat(listed("required", 1).path("status").asText()).as("the first one has no values either")
                .isEqualTo("Failed");
    }

    @Test
    void startsThatContradictThemselvesAreRefused() {
        HOME.create(withVariables("contradiction", variable("A", "a")));

        HOME.wire().call("StartPipelineExecution", "{'name': 'contradiction', 'variables': "
                + "[{'name': 'X', 'value': '1'}, {'name': 'X', 'value': '2'}]}").isError("ValidationException",
                "Variable names must be unique. The following variable name is already in use: X");
        HOME.wire().call("StartPipelineExecution", "{'name': 'contradiction', 'variables': [{'name': 'A', 'value': ''}]}")
                .isError("ValidationException", "1 validation error detected: Value at 'variables.1.member.value' failed "
                        + "to satisfy constraint: Member must have length greater than or equal to 1");
        HOME.wire().call("StartPipelineExecution", "{'name': 'contradiction', 'sourceRevisions': [{'actionName': 'Ask', "
                + "'revisionType': 'S3_OBJECT_VERSION_ID', 'revisionValue': 'v'}]}").isError("ValidationException",
                "The action name provided in the source revision is not valid. The action must be a source action in "
                        + "your pipeline.");
        HOME.wire().call("StartPipelineExecution", "{'name': 'contradiction', 'sourceRevisions': [{'actionName': 'Fetch', "
                + "'revisionType': 'COMMIT_ID', 'revisionValue': 'v'}]}").isError("ValidationException",
                "The revision type COMMIT_ID provided in the source revision is not valid for the action Fetch. "
                        + "The action takes S3_OBJECT_KEY, S3_OBJECT_VERSION_ID.");
    }

    // The same start again

    @Test
    void aRequestTokenGivesTheFirstExecutionWhateverElseIsAsked() {
        Pipeline pipeline = HOME.create(withVariables("replayed", variable("A", "a"), variable("B", "b")));
        String run = pipeline.start(request -> request.clientRequestToken("once").variables(value("A", "1")));

        assertThat(pipeline.start(request -> request.clientRequestToken("once"))).isEqualTo(run);
        assertThat(pipeline.start(request -> request.clientRequestToken("once")
                .variables(value("B", "2"), value("A", "3"), value("Nobody", "4")))).isEqualTo(run);
        pipeline.update(withVariables("replayed", variable("A", "z")));
        assertThat(pipeline.start(request -> request.clientRequestToken("once"))).isEqualTo(run);
        assertThat(pipeline.runs()).hasSize(2);
        assertThat(bound(pipeline, run)).isEqualTo(Map.of("A", "1", "B", "b"));
        assertThat(pipeline.start(request -> request.clientRequestToken("twice"))).isNotEqualTo(run);
    }

    @Test
    void aKnownRequestTokenDoesNotExcuseAContradiction() {
        Pipeline pipeline = HOME.create(withVariables("unexcused", variable("A", "a")));
        pipeline.start(request -> request.clientRequestToken("once"));

        assertThatThrownBy(() -> pipeline.start(request -> request.clientRequestToken("once")
                .variables(value("A", "1"), value("A", "1")))).isInstanceOf(CodePipelineException.class)
                .hasMessageContaining("Variable names must be unique");
        assertThatThrownBy(() -> pipeline.start(request -> request.clientRequestToken("once")
                .sourceRevisions(override("Nobody", "v")))).isInstanceOf(CodePipelineException.class)
                .hasMessageContaining("must be a source action");
    }

    @Test
    void aRequestTokenUsedByManyAtOnceStartsOneExecution() throws Exception {
        Pipeline pipeline = HOME.create(pipeline("crowd", approvals("Gate")));
        pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        List<String> runs = atOnce(8, () -> pipeline.start(request -> request.clientRequestToken("crowd")));

        assertThat(runs).containsOnly(runs.get(0));
        assertThat(pipeline.runs()).hasSize(2);
    }

    private static <T> List<T> atOnce(int times, Callable<T> call) throws InterruptedException, ExecutionException {
        ExecutorService crowd = Executors.newFixedThreadPool(times);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> result : crowd.invokeAll(java.util.Collections.nCopies(times, call))) {
                results.add(result.get());
            }
            return results;
        } finally {
            crowd.shutdown();
        }
    }

    // Source revisions

    private static SourceRevisionOverride override(String action, String version) {
        return SourceRevisionOverride.builder().actionName(action).revisionType("S3_OBJECT_VERSION_ID")
                .revisionValue(version).build();
    }

    @Test
    void aStartMayNameAnOlderVersion() {
        String old = HOME.upload("versions.zip", "old");
        String newer = HOME.upload("versions.zip", "newer");
        Pipeline pipeline = HOME.create(pipeline("overridden", stage("Source", Sample.fetch("versions.zip")),
                stage("Ship", deploy("Put", Map.of("ObjectKey", "overridden")))));
        pipeline.awaitSucceeded(pipeline.firstRun());

        String run = pipeline.start(request -> request.sourceRevisions(override("Fetch", old)));
        pipeline.awaitSucceeded(run);

        assertThat(pipeline.summary(pipeline.firstRun()).sourceRevisions().get(0).revisionId()).isEqualTo(newer);
        assertThat(pipeline.summary(run).sourceRevisions().get(0).revisionId()).isEqualTo(old);
        assertThat(HOME.s3().getObjectAsBytes(request -> request.bucket("site").key("overridden/index.html"))
                .asUtf8String()).isEqualTo("old");
    }

    @Test
    void aVersionThatIsNotThereFailsTheSource() {
        Pipeline pipeline = HOME.create(pipeline("no-version", source(), stage("Ship", deploy("Put"))));
        pipeline.awaitSucceeded(pipeline.firstRun());

        String run = pipeline.start(request -> request.sourceRevisions(override("Fetch", "0123456789abcdef0123456789abcdef")));
        pipeline.awaitFailed(run);

        assertThat(pipeline.action("Source", "Fetch").latestExecution().errorDetails().code())
                .isEqualTo("ConfigurationError");
    }

    // Limits

    @Test
    void atTheLimitOfActiveExecutionsAStartIsRefused() {
        for (ExecutionMode mode : List.of(ExecutionMode.QUEUED, ExecutionMode.PARALLEL)) {
            Pipeline pipeline = HOME.create(pipeline("limited-" + mode, mode, approvals("Gate")));
            String second = pipeline.start();
            String third = pipeline.start();

            assertThatThrownBy(pipeline::start).isInstanceOf(ConcurrentPipelineExecutionsLimitExceededException.class);

            assertThat(pipeline.runs()).hasSize(LIMIT);
            pipeline.stop(second, true, null);
            pipeline.awaitStatus(second, PipelineExecutionStatus.STOPPED);
            assertThat(pipeline.start()).isNotEqualTo(third);
        }
    }

    @Test
    void supersededPipelinesKnowNoSuchLimit() {
        Pipeline pipeline = HOME.create(pipeline("unlimited", approvals("Gate")));
        pipeline.awaitToken(pipeline.firstRun(), "Gate", "Ask");

        String last = "";
        for (int i = 0; i < 2 * LIMIT; i++) {
            last = pipeline.start();
        }

        pipeline.awaitWaiting(last, "Gate");
        assertThat(pipeline.runs()).hasSize(1 + 2 * LIMIT);
    }
}
