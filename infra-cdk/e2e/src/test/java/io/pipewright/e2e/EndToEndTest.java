package io.pipewright.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.FAILED;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.IN_PROGRESS;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.STOPPED;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.SUCCEEDED;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.SUPERSEDED;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.e2e.GatewayFunction.Answer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;

/** The deployed system, from an upload to a deployment, and three ways that end otherwise. */
class EndToEndTest {
    private static Emulator aws;
    private static World world;
    private static Declarations declare;

    @BeforeAll
    static void deploy(@TempDir Path folder) throws Exception {
        Optional<String> absence = Emulator.absence();
        absence.ifPresent(why -> System.out.println("[e2e] Skipped: " + why + "."));
        assumeTrue(absence.isEmpty(), () -> "Skipped: " + absence.orElseThrow());
        aws = Emulator.start();
        world = new World(aws, folder);
        declare = new Declarations(world);
    }

    @AfterAll
    static void remove() throws Exception {
        if (world != null) {
            world.close();
        }
        if (aws != null) {
            aws.close();
        }
    }

    @Test
    void anUploadIsApprovedByItsLinkAndDeployed() throws Exception {
        Pipeline pipeline = world.create(declare.pipeline("release",
                declare.quietSource("release.zip"), declare.approval(), declare.deploy(world.site())));
        pipeline.awaitStatus(pipeline.runs().get(0).pipelineExecutionId(), FAILED);
        world.startByUpload("release", "release.zip");

        String version = world.upload("release.zip", "Hello");
        JsonNode approval = world.mailbox().approval("release");

        assertThat(pipeline.runs()).extracting(one -> one.trigger().triggerType())
                .containsExactly(TriggerType.CLOUD_WATCH_EVENT, TriggerType.CREATE_PIPELINE);
        String run = pipeline.runs().get(0).pipelineExecutionId();
        assertThat(pipeline.run(run).artifactRevisions()).singleElement()
                .satisfies(revision -> assertThat(revision.revisionId()).isEqualTo(version));
        Answer shown = world.pages().open(approval);
        assertThat(shown.body()).contains("Approve Ask of release?", "Is it good?", version);
        assertThat(shown.status()).isEqualTo(200);
        assertThat(pipeline.run(run).status()).isEqualTo(IN_PROGRESS);

        assertThat(world.pages().decide(approval, "Approved").body()).contains("Your decision is recorded");
        pipeline.awaitStatus(run, SUCCEEDED);

        assertThat(world.page(world.site(), "index.html")).isEqualTo("Hello");
        assertThat(pipeline.history(run)).extracting(ActionExecutionDetail::actionName, ActionExecutionDetail::status)
                .containsExactly(
                        tuple("Put", ActionExecutionStatus.SUCCEEDED),
                        tuple("Ask", ActionExecutionStatus.SUCCEEDED),
                        tuple("Fetch", ActionExecutionStatus.SUCCEEDED));
        assertThat(world.pages().decide(approval, "Rejected").status()).isEqualTo(410);
        world.removeRule("release");
    }

    @Test
    void anUploadStartsWhoPollsIt() throws Exception {
        Pipeline pipeline = world.create(declare.pipeline("polling",
                declare.source("polling.zip"), declare.deploy(world.site())));
        world.upload("polling.zip", "Seen");

        PipelineExecutionSummary run = await().atMost(Pipeline.PATIENCE).pollInterval(Duration.ofMillis(500))
                .until(pipeline::runs, runs -> !runs.isEmpty()).get(0);
        assertThat(run.trigger().triggerType()).isEqualTo(TriggerType.POLL_FOR_SOURCE_CHANGES);
        pipeline.awaitStatus(run.pipelineExecutionId(), SUCCEEDED);
        assertThat(world.page(world.site(), "index.html")).isEqualTo("Seen");
    }

    @Test
    void aFailedActionIsRetried() throws Exception {
        world.upload("retry.zip", "Again");
        Pipeline pipeline = world.create(declare.pipeline("retry",
                declare.quietSource("retry.zip"), declare.deploy(world.later())));
        String run = pipeline.firstRun();
        pipeline.awaitStatus(run, FAILED);
        assertThat(pipeline.stage("Ship").actionStates().get(0).latestExecution().errorDetails().message())
                .contains(world.later());

        world.s3().createBucket(request -> request.bucket(world.later()));
        world.codePipeline().retryStageExecution(request -> request.pipelineName("retry").stageName("Ship")
                .pipelineExecutionId(run).retryMode(StageRetryMode.FAILED_ACTIONS));
        pipeline.awaitStatus(run, SUCCEEDED);

        assertThat(world.page(world.later(), "index.html")).isEqualTo("Again");
        assertThat(pipeline.history(run)).extracting(ActionExecutionDetail::status).containsExactly(
                ActionExecutionStatus.SUCCEEDED, ActionExecutionStatus.FAILED, ActionExecutionStatus.SUCCEEDED);
    }

    @Test
    void aStoppedExecutionEndsAndItsLinkDecidesNothing() throws Exception {
        world.upload("stop.zip", "Never");
        Pipeline pipeline = world.create(declare.pipeline("stop",
                declare.quietSource("stop.zip"), declare.approval(), declare.deploy(world.site())));
        String run = pipeline.firstRun();
        JsonNode approval = world.mailbox().approval("stop");

        world.codePipeline().stopPipelineExecution(request -> request.pipelineName("stop").pipelineExecutionId(run)
                .abandon(true).reason("Not today"));
        pipeline.awaitStatus(run, STOPPED);

        assertThat(pipeline.run(run).statusSummary()).contains("Not today");
        assertThat(world.pages().decide(approval, "Approved").status()).isEqualTo(410);
    }

    @Test
    void aNewerExecutionSupersedesTheOneThatWaits() throws Exception {
        world.upload("supersede.zip", "Newest");
        Pipeline pipeline = world.create(declare.pipeline("supersede",
                declare.quietSource("supersede.zip"), declare.approval(), declare.deploy(world.site())));
        String inside = pipeline.firstRun();
        JsonNode first = world.mailbox().approval("supersede");

        String older = pipeline.start();
        pipeline.awaitWaiting(older, "Review");
        String newer = pipeline.start();
        pipeline.awaitStatus(older, SUPERSEDED);
        pipeline.awaitWaiting(newer, "Review");
        assertThat(pipeline.run(inside).status()).isEqualTo(IN_PROGRESS);

        approve(first);
        pipeline.awaitStatus(inside, SUCCEEDED);
        approve(world.mailbox().approval("supersede"));
        pipeline.awaitStatus(newer, SUCCEEDED);
        assertThat(pipeline.run(older).status()).isEqualTo(SUPERSEDED);
    }

    private static void approve(JsonNode approval) throws Exception {
        assertThat(world.pages().decide(approval, "Approved").body()).contains("Your decision is recorded");
    }
}
