package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.fetch;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static io.pipewright.local.home.Wire.members;
import static io.pipewright.local.home.Wire.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.Starts;
import io.pipewright.functions.pipeline.Sources;
import io.pipewright.functions.store.Listener;
import io.pipewright.functions.store.Store;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.SourceRevision;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;

/** Sources that listen: {@code PollForSourceChanges} absent or true. */
class SourceListeningTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static final StageDeclaration SHIP = stage("Ship", deploy("Put"));

    /** A source of the object, polled or not as the text says; null says nothing. */
    private static ActionDeclaration listening(String action, String key, String poll) {
        Map<String, String> configuration = new TreeMap<>(Map.of("S3Bucket", TestHome.SOURCES, "S3ObjectKey", key));
        if (poll != null) {
            configuration.put("PollForSourceChanges", poll);
        }
        return fetch(action, configuration);
    }

    private static PipelineDeclaration polling(String name, String key, String poll) {
        return pipeline(name, stage("Source", listening("Fetch", key, poll)), SHIP);
    }

    private static List<String> revisions(Pipeline pipeline) {
        return pipeline.runs().stream().flatMap(run -> run.sourceRevisions().stream()).map(SourceRevision::revisionId)
                .toList();
    }

    private static void awaitRevisions(Pipeline pipeline, String... versions) {
        eventually(() -> assertThat(revisions(pipeline)).containsExactly(versions));
        pipeline.runs().forEach(run -> pipeline.awaitSucceeded(run.pipelineExecutionId()));
    }

    /** Everything that the home may still want to do about uploads is done once this pipeline, created last, has its execution. */
    private static void letEventsPass() {
        String name = "passing-" + System.nanoTime();
        String version = HOME.upload(name, "x");
        Pipeline pipeline = HOME.create(polling(name, name, null));
        awaitRevisions(pipeline, version);
        awaitRevisions(pipeline, HOME.upload(name, "y"), version);
    }

    @Test
    void anObjectThatIsThereStartsTheFirstExecution() {
        String version = HOME.upload("there.zip", "1");
        Pipeline pipeline = HOME.create(polling("there", "there.zip", null));

        awaitRevisions(pipeline, version);

        PipelineExecutionSummary run = pipeline.runs().get(0);
        assertThat(run.trigger().triggerType()).isEqualTo(TriggerType.POLL_FOR_SOURCE_CHANGES);
        assertThat(run.trigger().triggerDetail()).isEqualTo("Fetch");
    }

    @Test
    void everyUploadStartsEveryListenerOnce() {
        String first = HOME.upload("heard.zip", "1");
        Pipeline silent = HOME.create(polling("heard-absent", "heard.zip", null));
        Pipeline spoken = HOME.create(polling("heard-true", "heard.zip", "True"));
        Pipeline deaf = HOME.create(polling("heard-false", "heard.zip", "false"));
        Pipeline odd = HOME.create(polling("heard-yes", "heard.zip", "yes"));
        awaitRevisions(silent, first);
        awaitRevisions(spoken, first);

        String second = HOME.upload("heard.zip", "2");
        awaitRevisions(silent, second, first);
        awaitRevisions(spoken, second, first);
        String same = HOME.upload("heard.zip", "2");
        HOME.upload("other.zip", "2");
        awaitRevisions(silent, same, second, first);
        awaitRevisions(spoken, same, second, first);

        letEventsPass();
        assertThat(silent.runs()).hasSize(3);
        assertThat(deaf.runs()).extracting(run -> run.trigger().triggerType()).containsExactly(TriggerType.CREATE_PIPELINE);
        assertThat(odd.runs()).extracting(run -> run.trigger().triggerType()).containsExactly(TriggerType.CREATE_PIPELINE);
    }

    @Test
    void eachOfManyUploadsInARowStartsItsOwnExecution() {
        List<String> versions = new ArrayList<>(List.of(HOME.upload("rapid.zip", "0")));
        Pipeline pipeline = HOME.create(polling("rapid", "rapid.zip", null).toBuilder()
                .executionMode(ExecutionMode.QUEUED).build());
        awaitRevisions(pipeline, versions.get(0));

        for (int i = 1; i <= 10; i++) {
            versions.add(HOME.upload("rapid.zip", "" + i));
        }

        Collections.reverse(versions);
        eventually(() -> assertThat(revisions(pipeline)).isEqualTo(versions));
    }

    @Test
    void aVersionWhoseEventComesLateStartsNothingAfterANewerOne() {
        String first = HOME.upload("late.zip", "1");
        Pipeline pipeline = HOME.create(polling("late", "late.zip", null));
        awaitRevisions(pipeline, first);
        String second = HOME.upload("late.zip", "2");
        awaitRevisions(pipeline, second, first);

        Engine engine = HOME.home().engine();
        new Sources(engine, new Starts(engine)).changed(
                Sources.s3(TestHome.SOURCES, "late.zip"), "older", Optional.of("0"));

        assertThat(pipeline.runs()).hasSize(2);
        awaitRevisions(pipeline, HOME.upload("late.zip", "3"), second, first);
    }

    /** In an account two events of one object may be handled at a time. */
    @Test
    void anOlderVersionThatIsHandledLongerLeavesTheNewestThatWasHeard() {
        HOME.create(polling("beside", "beside.zip", "false"));
        Store store = HOME.home().engine().store();
        Listener read = Listener.on(Sources.s3(TestHome.SOURCES, "nobody-looks.zip"), store.entry("beside").orElseThrow(), "Fetch");
        store.put(read);

        assertThat(store.saveWhileListening(read.saw("newer", Optional.of("0F"), 1))).isTrue();
        assertThat(store.saveWhileListening(read.saw("older", Optional.of("0A"), 2))).isFalse();

        assertThat(store.listener(read.source(), read.generation(), read.action()).orElseThrow().revision()).contains("newer");
        assertThat(store.saveWhileListening(read.saw("newest", Optional.of("10"), 3))).isTrue();
    }

    @Test
    void aMissingObjectShowsInTheStateWithoutAnExecution() {
        Pipeline pipeline = HOME.create(polling("missing", "nowhere.zip", "true"));

        eventually(() -> assertThat(pipeline.action("Source", "Fetch").latestExecution()).isNotNull());
        JsonNode source = HOME.wire().ok("GetPipelineState", "{'name': 'missing'}").at("/stageStates/0");
        assertThat(source.has("latestExecution")).isFalse();
        JsonNode fetch = source.at("/actionStates/0");
        assertThat(members(fetch)).containsExactlyInAnyOrder("actionName", "entityUrl", "latestExecution");
        assertThat(members(fetch.path("latestExecution"))).containsExactlyInAnyOrder(
                "errorDetails", "lastStatusChange", "status");
        assertThat(fetch.at("/latestExecution/status").asText()).isEqualTo("Failed");
        assertThat(fetch.at("/latestExecution/errorDetails")).isEqualTo(object().put("code", "ConfigurationError")
                .put("message", "Could not access the Amazon S3 object: \"sources/nowhere.zip\". Make sure that the names of "
                        + "the bucket and object are both correct."));
        assertThat(pipeline.runs()).isEmpty();

        awaitRevisions(pipeline, HOME.upload("nowhere.zip", "here"));
        assertThat(pipeline.action("Source", "Fetch").latestExecution().errorDetails()).isNull();
    }

    @Test
    void twoPolledSourcesStartTwoExecutionsThatTakeBoth() {
        String one = HOME.upload("one.zip", "1");
        String two = HOME.upload("two.zip", "2");
        Pipeline pipeline = HOME.create(pipeline("two-sources", ExecutionMode.QUEUED,
                stage("Source", listening("Fetch", "one.zip", null), listening("Two", "two.zip", null)), SHIP));

        eventually(() -> assertThat(pipeline.runs()).hasSize(2));
        for (PipelineExecutionSummary run : pipeline.runs()) {
            pipeline.awaitSucceeded(run.pipelineExecutionId());
            assertThat(pipeline.summary(run.pipelineExecutionId()).sourceRevisions())
                    .extracting(SourceRevision::revisionId).containsExactlyInAnyOrder(one, two);
        }
        assertThat(pipeline.runs()).extracting(run -> run.trigger().triggerDetail())
                .containsExactlyInAnyOrder("Fetch", "Two");
    }

    @Test
    void turnedOffAndOnAgainASourceRemembersWhatItSaw() {
        String first = HOME.upload("memory.zip", "1");
        Pipeline pipeline = HOME.create(polling("memory", "memory.zip", "true"));
        awaitRevisions(pipeline, first);

        pipeline.update(polling("memory", "memory.zip", "false"));
        letEventsPass();
        pipeline.update(polling("memory", "memory.zip", "true"));
        letEventsPass();

        assertThat(pipeline.runs()).hasSize(1);
        awaitRevisions(pipeline, HOME.upload("memory.zip", "2"), first);
    }

    @Test
    void whileTurnedOffASourceHearsNothing() {
        String first = HOME.upload("off.zip", "1");
        Pipeline pipeline = HOME.create(polling("off", "off.zip", "true"));
        awaitRevisions(pipeline, first);
        pipeline.update(polling("off", "off.zip", "false"));

        String missed = HOME.upload("off.zip", "2");
        letEventsPass();
        assertThat(pipeline.runs()).hasSize(1);

        pipeline.update(polling("off", "off.zip", "true"));
        awaitRevisions(pipeline, missed, first);
    }

    @Test
    void turnedOnForTheFirstTimeASourceStartsAtOnce() {
        String version = HOME.upload("first-time.zip", "1");
        Pipeline pipeline = HOME.create(polling("first-time", "first-time.zip", "false"));
        pipeline.awaitSucceeded(pipeline.firstRun());

        pipeline.update(polling("first-time", "first-time.zip", null));

        awaitRevisions(pipeline, version, version);
        assertThat(pipeline.runs().get(0).trigger().triggerType()).isEqualTo(TriggerType.POLL_FOR_SOURCE_CHANGES);
    }

    @Test
    void pointedAtAnotherObjectASourceStartsForThatOne() {
        String first = HOME.upload("before.zip", "1");
        String second = HOME.upload("after.zip", "2");
        Pipeline pipeline = HOME.create(polling("moved", "before.zip", null));
        awaitRevisions(pipeline, first);

        pipeline.update(polling("moved", "after.zip", null));
        awaitRevisions(pipeline, second, first);

        HOME.upload("before.zip", "3");
        letEventsPass();
        assertThat(pipeline.runs()).hasSize(2);
    }

    @Test
    void aDeletedPipelineHearsNothingAndItsNamesakeBeginsAnew() {
        HOME.upload("deleted.zip", "1");
        Pipeline pipeline = HOME.create(polling("deleted", "deleted.zip", null));
        eventually(() -> assertThat(pipeline.runs()).hasSize(1));
        HOME.codePipeline().deletePipeline(request -> request.name("deleted"));
        String second = HOME.upload("deleted.zip", "2");
        letEventsPass();

        Pipeline namesake = HOME.create(polling("deleted", "deleted.zip", null));

        awaitRevisions(namesake, second);
    }

    @Test
    void anExecutionTakesTheVersionThatStartedItEvenWhenANewerOneIsThere() {
        String first = HOME.upload("exact.zip", "1");
        Pipeline pipeline = HOME.create(pipeline("exact", ExecutionMode.QUEUED,
                stage("Source", listening("Fetch", "exact.zip", null)), stage("Gate", approval("Ask"))));
        eventually(() -> assertThat(revisions(pipeline)).containsExactly(first));
        HOME.codePipeline().disableStageTransition(request -> request.pipelineName("exact").stageName("Source")
                .transitionType("Inbound").reason("wait"));
        String second = HOME.upload("exact.zip", "2");
        String third = HOME.upload("exact.zip", "3");
        eventually(() -> assertThat(pipeline.runs()).hasSize(3));

        HOME.codePipeline().enableStageTransition(request -> request.pipelineName("exact").stageName("Source")
                .transitionType("Inbound"));

        eventually(() -> assertThat(revisions(pipeline)).containsExactlyInAnyOrder(first, second, third));
    }
}
