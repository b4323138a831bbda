package io.pipewright.local.home;

import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus.SUCCEEDED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.local.dynamodb.StoredItems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codebuild.model.StatusType;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.codepipeline.model.StageTransitionType;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Today's code goes on with what an earlier release stored, and with what a later one might: members that it doesn't know.
 * {@code src/test/resources/releases/README.md} says how a release's data is kept.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("releases")
class UpgradeTest {
    private static final Path RELEASES = Path.of("src", "test", "resources", "releases");
    private static final String LATER = "a later release";
    private static final ObjectMapper JSON = new ObjectMapper();
    /** Whose members are names of users' own. */
    private static final Set<String> OPEN = Set.of("variables", "resolved");

    @TempDir
    static Path directory;

    private static StoredRelease stored;
    private static LocalHome home;
    private static CodePipelineClient client;

    @Parameter
    String release;

    static Stream<String> releases() throws IOException {
        try (Stream<Path> folders = Files.list(RELEASES)) {
            return Stream.concat(folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()).sorted().toList()
                    .stream(), Stream.of(LATER));
        }
    }

    @BeforeParameterizedClassInvocation(injectArguments = true)
    static void open(String release) throws IOException {
        Path data = directory.resolve(release);
        if (release.equals(LATER)) {
            stored = StoredRelease.make(data);
            String kept = System.getProperty("pipewright.release");
            if (kept != null) {
                stored.keep(RELEASES.resolve(kept));
            }
            StoredItems.replaceAll(stored.database(), UpgradeTest::later);
        } else {
            stored = StoredRelease.unpack(RELEASES.resolve(release), data);
        }
        home = stored.open();
        home.start();
        client = TestHome.client(home);
    }

    @AfterParameterizedClassInvocation
    static void close() {
        client.close();
        home.close();
    }

    private static Map<String, AttributeValue> later(Map<String, AttributeValue> item) {
        Map<String, AttributeValue> more = new HashMap<>(item);
        more.replaceAll((name, value) -> value.s() != null && value.s().startsWith("{") ? AttributeValue.fromS(later(value.s())) : value);
        more.put("later", AttributeValue.fromS("?"));
        return more;
    }

    private static String later(String json) {
        try {
            JsonNode root = JSON.readTree(json);
            extend(root);
            return root.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void extend(JsonNode node) {
        node.fields().forEachRemaining(member -> {
            if (!OPEN.contains(member.getKey())) {
                extend(member.getValue());
            }
        });
        if (node instanceof ObjectNode object) {
            object.put("later", true);
        } else {
            node.forEach(UpgradeTest::extend);
        }
    }

    private static Pipeline pipeline(String name, ExecutionMode mode) {
        return new Pipeline(client, name, mode);
    }

    private static Pipeline pipeline(String name) {
        return pipeline(name, ExecutionMode.SUPERSEDED);
    }

    private static void approve(Pipeline pipeline, String action) {
        pipeline.answer("Gate", action, stored.token(pipeline.name(), action), ApprovalStatus.APPROVED, "fine");
    }

    private static List<String> succeeded(Pipeline pipeline, String run) {
        return pipeline.history(run).stream().filter(action -> action.status() == SUCCEEDED)
                .map(ActionExecutionDetail::actionName).toList();
    }

    @Test
    void aTokenFromBeforeApprovesAndWhoStoodBehindGoesOn() {
        Pipeline pipeline = pipeline(StoredRelease.BY_TOKEN, ExecutionMode.QUEUED);

        approve(pipeline, "Ask");

        pipeline.awaitSucceeded(stored.run(pipeline.name()));
        pipeline.approve(stored.nextRun(pipeline.name()), "Gate");
        pipeline.awaitSucceeded(stored.nextRun(pipeline.name()));
    }

    @Test
    void aLinkFromBeforeShowsItsPageAndDecidesOnce() throws Exception {
        Pipeline pipeline = pipeline(StoredRelease.BY_LINK);

        HttpResponse<String> page = send(HttpRequest.newBuilder().GET());
        HttpResponse<String> decided = send(approval());

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains(pipeline.name());
        assertThat(decided.statusCode()).isEqualTo(200);
        pipeline.awaitSucceeded(stored.run(pipeline.name()));
        assertThat(send(approval()).statusCode()).isEqualTo(410);
    }

    private static HttpRequest.Builder approval() {
        return HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString("decision=Approved"))
                .header("Content-Type", "application/x-www-form-urlencoded");
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        URI link = home.endpoint().resolve(stored.link(StoredRelease.BY_LINK));
        return HttpClient.newHttpClient().send(request.uri(link).build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aGroupThatHadBegunEnds() {
        Pipeline pipeline = pipeline(StoredRelease.GROUP);

        approve(pipeline, "Right");

        pipeline.awaitSucceeded(stored.run(pipeline.name()));
        assertThat(succeeded(pipeline, stored.run(pipeline.name()))).containsExactlyInAnyOrder("Fetch", "Left", "Right", "Put");
    }

    @Test
    void lanesThatHadBegunEnd() {
        Pipeline pipeline = pipeline(StoredRelease.LANES, ExecutionMode.PARALLEL);

        List.of("A1", "A2", "A3", "A4", "A5").forEach(action -> approve(pipeline, action));

        pipeline.approve(stored.run(pipeline.name()), "Gate", "A6");
        pipeline.awaitSucceeded(stored.run(pipeline.name()));
    }

    @Test
    void aBuildThatWaitedIsHeardOf() {
        Pipeline pipeline = pipeline(StoredRelease.QUEUED_BUILD);

        pipeline.awaitSucceeded(stored.run(pipeline.name()));
    }

    /** Locally a build dies with its home; in AWS it would go on, and its end would come by the same event. */
    @Test
    void aBuildThatRanIsHeardOfAndItsStageRetriedByTheStoredMachine() {
        Pipeline pipeline = pipeline(StoredRelease.BUILDING);
        String run = stored.run(pipeline.name());

        pipeline.awaitFailed(run);
        String build = pipeline.newest(run, "Make").orElseThrow().output().executionResult().externalExecutionId();
        home.codeBuild().updateProject(request -> request.name(StoredRelease.SLOW)
                .source(source -> source.type("CODEPIPELINE").buildspec(StoredRelease.buildspec("test -f index.html"))));
        pipeline.retry(run, "Build", StageRetryMode.FAILED_ACTIONS);

        pipeline.awaitSucceeded(run);
        assertThat(home.codeBuild().batchGetBuilds(request -> request.ids(build)).builds().get(0).buildStatus())
                .isEqualTo(StatusType.FAULT);
    }

    @Test
    void aJobFromBeforeIsAnswered() {
        Pipeline pipeline = pipeline(StoredRelease.INVOKING);

        assertThat(client.getJobDetails(request -> request.jobId(stored.job())).jobDetails().data().pipelineContext().pipelineName())
                .isEqualTo(pipeline.name());
        client.putJobSuccessResult(request -> request.jobId(stored.job()).outputVariables(Map.of("answer", "yes")));

        pipeline.awaitSucceeded(stored.run(pipeline.name()));
        assertThat(pipeline.newest(stored.run(pipeline.name()), "Run").orElseThrow().output().outputVariables())
                .containsEntry("answer", "yes");
    }

    @Test
    void aTransitionThatWasDisabledIsEnabled() {
        Pipeline pipeline = pipeline(StoredRelease.HELD);
        assertThat(pipeline.waiting("Ship")).containsExactly(stored.run(pipeline.name()));
        assertThat(pipeline.stage("Ship").inboundTransitionState().disabledReason()).isEqualTo("not today");

        client.enableStageTransition(request -> request.pipelineName(pipeline.name()).stageName("Ship")
                .transitionType(StageTransitionType.INBOUND));

        pipeline.awaitSucceeded(stored.run(pipeline.name()));
    }

    @Test
    void aFailedStageIsRetried() {
        Pipeline pipeline = pipeline(StoredRelease.FAILED);
        String run = stored.run(pipeline.name());
        assertThat(pipeline.status(run)).isEqualTo(PipelineExecutionStatus.FAILED);

        home.engine().clients().s3().get().createBucket(request -> request.bucket(StoredRelease.MISSING_BUCKET));
        pipeline.retry(run, "Ship", StageRetryMode.FAILED_ACTIONS);

        pipeline.awaitSucceeded(run);
        assertThat(succeeded(pipeline, run)).containsExactlyInAnyOrder("Fetch", "Also", "Put");
    }

    @Test
    void aRetryThatWaitedGoesOn() {
        Pipeline pipeline = pipeline(StoredRelease.RETRIED);

        approve(pipeline, "Ask");

        pipeline.awaitSucceeded(stored.run(pipeline.name()));
    }

    @Test
    void aStopThatWaitedForItsActionStops() {
        Pipeline pipeline = pipeline(StoredRelease.STOPPING);

        approve(pipeline, "Ask");

        pipeline.awaitStatus(stored.run(pipeline.name()), PipelineExecutionStatus.STOPPED);
    }

    @Test
    void whatEndedIsHistoryAndItsPipelineIsUsedAsBefore() {
        Pipeline pipeline = pipeline(StoredRelease.ENDED, ExecutionMode.QUEUED);
        String first = stored.run(pipeline.name());
        String second = stored.nextRun(pipeline.name());

        assertThat(pipeline.runs().stream().map(run -> run.pipelineExecutionId()).collect(Collectors.toSet())).contains(first, second);
        assertThat(succeeded(pipeline, first)).containsExactly("Put", "Fetch");
        assertThat(pipeline.start(request -> request.clientRequestToken(StoredRelease.START_TOKEN))).isEqualTo(second);

        String version = home.engine().clients().s3().get().putObject(request -> request.bucket(TestHome.SOURCES)
                .key(StoredRelease.LISTENED), RequestBody.fromBytes(TestHome.zip("after"))).versionId();
        eventually(() -> assertThat(pipeline.runs().get(0).sourceRevisions())
                .anySatisfy(revision -> assertThat(revision.revisionId()).isEqualTo(version)));
        pipeline.awaitSucceeded(pipeline.runs().get(0).pipelineExecutionId());

        PipelineDeclaration declaration = client.getPipeline(request -> request.name(pipeline.name())).pipeline();
        assertThat(pipeline.update(declaration).version()).isEqualTo(declaration.version() + 1);
        pipeline.awaitSucceeded(pipeline.start());
    }
}
