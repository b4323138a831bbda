package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.at;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.failing;
import static io.pipewright.local.home.Sample.fetch;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static io.pipewright.local.home.Wire.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static software.amazon.awssdk.services.codepipeline.model.StageRetryMode.ALL_ACTIONS;
import static software.amazon.awssdk.services.codepipeline.model.StageRetryMode.FAILED_ACTIONS;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.ArtifactDetail;
import software.amazon.awssdk.services.codepipeline.model.CodePipelineException;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.NotLatestPipelineExecutionException;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.RetryTrigger;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageNotRetryableException;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** Retries of failed and stopped stages, by people and by the stage itself. */
class RetryTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static String id(Pipeline pipeline, String run, String action) {
        return pipeline.newest(run, action).map(ActionExecutionDetail::actionExecutionId).orElseThrow();
    }

    private static ObjectNode request(Pipeline pipeline, String run, String stage, StageRetryMode mode) {
        return object().put("pipelineName", pipeline.name()).put("pipelineExecutionId", run)
                .put("stageName", stage).put("retryMode", mode.toString());
    }

    private static void isRefused(Pipeline pipeline, String run, String stage, StageRetryMode mode) {
        HOME.wire().call("RetryStageExecution", request(pipeline, run, stage, mode)).isError("StageNotRetryableException",
                "The stage named " + stage + " in the " + pipeline.name() + " pipeline can't be retried now. Either it "
                        + "contains no failed actions, the execution '" + run + "' is already superseded, or the pipeline "
                        + "definition has changed since the action(s) failed.");
    }

    @Test
    void failedActionsRunAgainAndTheOthersStay() {
        for (ExecutionMode mode : ExecutionMode.knownValues()) {
            Pipeline pipeline = HOME.create(pipeline("failed-" + mode, mode, source(),
                    stage("Both", approval("Accept"), approval("Retry"), at(2, approval("Later"))),
                    stage("Last", deploy("Put"))));
            String run = pipeline.firstRun();
            pipeline.approve(run, "Both", "Accept");
            pipeline.reject(run, "Both", "Retry");
            pipeline.awaitFailed(run);
            String accepted = id(pipeline, run, "Accept");
            String rejected = id(pipeline, run, "Retry");

            assertThat(pipeline.retry(run, "Both", FAILED_ACTIONS)).isEqualTo(run);

            assertThat(pipeline.status(run)).isEqualTo(PipelineExecutionStatus.IN_PROGRESS);
            pipeline.approve(run, "Both", "Retry");
            pipeline.approve(run, "Both", "Later");
            pipeline.awaitSucceeded(run);
            assertThat(id(pipeline, run, "Accept")).isEqualTo(accepted);
            assertThat(id(pipeline, run, "Retry")).isNotEqualTo(rejected);
            assertThat(pipeline.history(run)).hasSize(6);
        }
    }

    @Test
    void allActionsRunAgainFromTheFirst() {
        for (ExecutionMode mode : ExecutionMode.knownValues()) {
            Pipeline pipeline = HOME.create(pipeline("all-" + mode, mode, source(),
                    stage("Both", approval("First"), at(2, approval("Second")))));
            String run = pipeline.firstRun();
            pipeline.approve(run, "Both", "First");
            pipeline.reject(run, "Both", "Second");
            pipeline.awaitFailed(run);
            String first = id(pipeline, run, "First");

            pipeline.retry(run, "Both", ALL_ACTIONS);

            eventually(() -> assertThat(id(pipeline, run, "First")).isNotEqualTo(first));
            pipeline.approve(run, "Both", "First");
            pipeline.approve(run, "Both", "Second");
            pipeline.awaitSucceeded(run);
            assertThat(pipeline.history(run)).hasSize(5);
        }
    }

    @Test
    void whatIsNotFailedIsNotRetryable() {
        Pipeline pipeline = HOME.create(pipeline("fine", approvals("One", "Two")));
        String run = pipeline.firstRun();
        pipeline.approve(run, "One");
        pipeline.awaitToken(run, "Two", "Ask");
        for (StageRetryMode mode : StageRetryMode.knownValues()) {
            isRefused(pipeline, run, "One", mode);
            isRefused(pipeline, run, "Two", mode);
        }
        pipeline.approve(run, "Two");
        pipeline.awaitSucceeded(run);
        for (StageRetryMode mode : StageRetryMode.knownValues()) {
            isRefused(pipeline, run, "Two", mode);
            isRefused(pipeline, UUID.randomUUID().toString(), "Two", mode);
        }
        HOME.wire().call("RetryStageExecution", request(pipeline, run, "Three", ALL_ACTIONS)).isError(
                "StageNotFoundException", "Pipeline 'fine' does not have a stage with name 'Three'");
    }

    @Test
    void aFailedActionCanBeRetriedWhileItsSiblingGoesOn() {
        for (ExecutionMode mode : ExecutionMode.knownValues()) {
            Pipeline pipeline = HOME.create(pipeline("beside-" + mode, mode, source(),
                    stage("Both", approval("Slow"), approval("Quick")), stage("Last", deploy("Put"))));
            String run = pipeline.firstRun();
            String slow = pipeline.awaitToken(run, "Both", "Slow");
            pipeline.reject(run, "Both", "Quick");
            pipeline.awaitAction(run, "Quick", ActionExecutionStatus.FAILED);
            isRefused(pipeline, run, "Both", ALL_ACTIONS);

            pipeline.retry(run, "Both", FAILED_ACTIONS);

            pipeline.approve(run, "Both", "Quick");
            assertThat(pipeline.awaitToken(run, "Both", "Slow")).isEqualTo(slow);
            pipeline.answer("Both", "Slow", slow, ApprovalStatus.APPROVED, "at last");
            pipeline.awaitSucceeded(run);
            assertThat(pipeline.history(run)).hasSize(5);
        }
    }

    @Test
    void theSiblingMayEndRightBesideTheRetry() {
        Pipeline pipeline = HOME.create(pipeline("race", ExecutionMode.PARALLEL, source(),
                stage("Both", approval("Slow"), approval("Quick")), stage("Last", deploy("Put"))));
        for (int i = 0; i < 10; i++) {
            String run = pipeline.start();
            String slow = pipeline.awaitToken(run, "Both", "Slow");
            pipeline.reject(run, "Both", "Quick");
            pipeline.awaitAction(run, "Quick", ActionExecutionStatus.FAILED);

            Thread answer = new Thread(() -> pipeline.answer("Both", "Slow", slow, ApprovalStatus.APPROVED, ""));
            answer.start();
            pipeline.retry(run, "Both", FAILED_ACTIONS);

            pipeline.approve(run, "Both", "Quick");
            pipeline.awaitSucceeded(run);
            assertThat(pipeline.history(run)).hasSize(5);
        }
    }

    @Test
    void oneOfManyRetriesAtOnceIsTaken() {
        Pipeline pipeline = HOME.create(pipeline("crowd", approvals("Gate")));
        String run = pipeline.firstRun();
        pipeline.reject(run, "Gate");
        pipeline.awaitFailed(run);

        long taken = IntStream.range(0, 8).parallel().filter(i -> HOME.wire()
                .call("RetryStageExecution", request(pipeline, run, "Gate", FAILED_ACTIONS)).status() == 200).count();

        assertThat(taken).isEqualTo(1);
        pipeline.approve(run, "Gate");
        pipeline.awaitSucceeded(run);
        assertThat(pipeline.history(run)).hasSize(3);
    }

    @Test
    void aNewerExecutionInTheStageEndsTheRightToRetry() {
        Pipeline pipeline = HOME.create(pipeline("newer", approvals("One", "Two")));
        String first = pipeline.firstRun();
        pipeline.reject(first, "One");
        pipeline.awaitFailed(first);
        String second = pipeline.start();
        pipeline.awaitToken(second, "One", "Ask");

        assertThatThrownBy(() -> pipeline.retry(first, "One", FAILED_ACTIONS))
                .isInstanceOf(NotLatestPipelineExecutionException.class);
        pipeline.reject(second, "One");
        pipeline.awaitFailed(second);
        assertThatThrownBy(() -> pipeline.retry(first, "One", FAILED_ACTIONS))
                .isInstanceOf(NotLatestPipelineExecutionException.class);
        pipeline.retry(second, "One", FAILED_ACTIONS);
        pipeline.approve(second, "One");
        pipeline.approve(second, "Two");
        pipeline.awaitSucceeded(second);
    }

    @Test
    void aRetryHoldsTheStageAgainstThoseThatCome() {
        Pipeline pipeline = HOME.create(pipeline("holding", ExecutionMode.QUEUED, approvals("Gate")));
        String first = pipeline.firstRun();
        pipeline.reject(first, "Gate");
        pipeline.awaitFailed(first);
        pipeline.retry(first, "Gate", FAILED_ACTIONS);

        String second = pipeline.start();
        pipeline.awaitWaiting(second, "Gate");

        pipeline.approve(first, "Gate");
        pipeline.awaitSucceeded(first);
        pipeline.approve(second, "Gate");
        pipeline.awaitSucceeded(second);
    }

    @Test
    void anUpdateEndsTheRightToRetry() {
        for (ExecutionMode mode : ExecutionMode.knownValues()) {
            Pipeline pipeline = HOME.create(pipeline("changed-" + mode, mode, approvals("Gate")));
            String run = pipeline.firstRun();
            pipeline.reject(run, "Gate");
            pipeline.awaitFailed(run);

            pipeline.update(pipeline("changed-" + mode, mode, approvals("Gate", "More")));

            isRefused(pipeline, run, "Gate", FAILED_ACTIONS);
            isRefused(pipeline, run, "Gate", ALL_ACTIONS);
        }
    }

    @Test
    void aSourceStageCanBeRetriedAndTakesItsRevisionThen() {
        Pipeline pipeline = HOME.create(
                pipeline("sources", stage("Source", fetch("comes-later.zip")), stage("Ship", deploy("Put"))));
        String run = pipeline.firstRun();
        pipeline.awaitFailed(run);
        String version = HOME.upload("comes-later.zip", "late");

        pipeline.retry(run, "Source", FAILED_ACTIONS);

        pipeline.awaitSucceeded(run);
        assertThat(pipeline.summary(run).sourceRevisions()).extracting(one -> one.revisionId()).containsExactly(version);
    }

    @Test
    void aRetryWorksOnTheSameArtifact() {
        Pipeline pipeline = HOME.create(pipeline("artifact", source(),
                stage("Ship", deploy("Put"), at(2, approval("Ask")))));
        String run = pipeline.firstRun();
        pipeline.reject(run, "Ship");
        pipeline.awaitFailed(run);
        List<ArtifactDetail> taken = pipeline.newest(run, "Put").orElseThrow().input().inputArtifacts();
        String put = id(pipeline, run, "Put");
        HOME.upload(TestHome.APP, "newer");

        pipeline.retry(run, "Ship", ALL_ACTIONS);
        pipeline.approve(run, "Ship");
        pipeline.awaitSucceeded(run);

        assertThat(id(pipeline, run, "Put")).isNotEqualTo(put);
        assertThat(pipeline.newest(run, "Put").orElseThrow().input().inputArtifacts()).isEqualTo(taken);
    }

    @Test
    void manyRetriesInARowAreAllTheSameExecution() {
        Pipeline pipeline = HOME.create(pipeline("often", approvals("Gate")));
        String run = pipeline.firstRun();
        for (int i = 1; i <= 5; i++) {
            pipeline.reject(run, "Gate");
            pipeline.awaitFailed(run);
            pipeline.retry(run, "Gate", i % 2 == 0 ? ALL_ACTIONS : FAILED_ACTIONS);
            assertThat(pipeline.stage("Gate").retryStageMetadata().manualStageRetryAttempt()).isEqualTo(i);
        }
        pipeline.approve(run, "Gate");
        pipeline.awaitSucceeded(run);
        assertThat(pipeline.history(run)).hasSize(7);
        assertThat(pipeline.runs()).hasSize(1);
    }

    @Test
    void lanesAreRetriedToo() {
        Pipeline pipeline = HOME.create(pipeline("lanes", ExecutionMode.PARALLEL, source(), stage("Wide",
                approval("A"), approval("B"), approval("C"), approval("D"), approval("E"), approval("F"), approval("G"))));
        String run = pipeline.firstRun();
        for (String name : List.of("A", "B", "C", "D", "E", "F", "G")) {
            if (name.equals("B") || name.equals("G")) {
                pipeline.reject(run, "Wide", name);
            } else {
                pipeline.approve(run, "Wide", name);
            }
        }
        pipeline.awaitFailed(run);

        pipeline.retry(run, "Wide", FAILED_ACTIONS);

        pipeline.approve(run, "Wide", "B");
        pipeline.approve(run, "Wide", "G");
        pipeline.awaitSucceeded(run);
        assertThat(pipeline.history(run)).hasSize(10);
    }

    // By the stage itself

    private static StageDeclaration retrying(StageRetryMode mode, StageDeclaration stage) {
        return stage.toBuilder().onFailure(onFailure -> onFailure.result("RETRY")
                .retryConfiguration(retry -> retry.retryMode(mode))).build();
    }

    @Test
    void aStageRetriesItselfOnce() {
        Pipeline pipeline = HOME.create(pipeline("itself", source(),
                retrying(FAILED_ACTIONS, stage("Ship", deploy("Put"), failing("Broken")))));
        String run = pipeline.firstRun();

        pipeline.awaitFailed(run);

        assertThat(pipeline.history(run)).extracting(ActionExecutionDetail::actionName)
                .containsExactlyInAnyOrder("Fetch", "Put", "Broken", "Broken");
        assertThat(pipeline.stage("Ship").retryStageMetadata()).satisfies(metadata -> {
            assertThat(metadata.autoStageRetryAttempt()).isEqualTo(1);
            assertThat(metadata.manualStageRetryAttempt()).isNull();
            assertThat(metadata.latestRetryTrigger()).isEqualTo(RetryTrigger.AUTOMATED_STAGE_RETRY);
        });
    }

    @Test
    void afterItsOwnRetryAStageCanBeRetriedByPeople() {
        Pipeline pipeline = HOME.create(pipeline("helped", source(),
                retrying(ALL_ACTIONS, stage("Gate", approval("Ask")))));
        String run = pipeline.firstRun();
        String first = pipeline.awaitToken(run, "Gate", "Ask");
        pipeline.reject(run, "Gate");
        eventually(() -> assertThat(pipeline.awaitToken(run, "Gate", "Ask")).isNotEqualTo(first));
        pipeline.reject(run, "Gate");
        pipeline.awaitFailed(run);

        pipeline.retry(run, "Gate", FAILED_ACTIONS);

        assertThat(pipeline.stage("Gate").retryStageMetadata()).satisfies(metadata -> {
            assertThat(metadata.autoStageRetryAttempt()).isEqualTo(1);
            assertThat(metadata.manualStageRetryAttempt()).isEqualTo(1);
            assertThat(metadata.latestRetryTrigger()).isEqualTo(RetryTrigger.MANUAL_STAGE_RETRY);
        });
        pipeline.approve(run, "Gate");
        pipeline.awaitSucceeded(run);
    }

    @Test
    void anExecutionThatFailedForWantOfVariablesHasNothingToRetry() {
        Pipeline pipeline = HOME.create(pipeline("unbound", approvals("Gate")).toBuilder()
                .variables(one -> one.name("A")).build());

        assertThatThrownBy(() -> pipeline.retry(pipeline.firstRun(), "Source", ALL_ACTIONS))
                .isInstanceOf(StageNotRetryableException.class);
        assertThatThrownBy(() -> pipeline.retry(pipeline.firstRun(), "Gate", ALL_ACTIONS))
                .isInstanceOf(CodePipelineException.class);
    }
}
