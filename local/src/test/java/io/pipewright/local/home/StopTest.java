package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.at;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.failing;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.Wire.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.STOPPED;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.STOPPING;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.InvalidApprovalTokenException;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** Stop and wait, stop and abandon, wherever an execution may be. */
class StopTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static ObjectNode request(Pipeline pipeline, String run, boolean abandon) {
        return object().put("pipelineName", pipeline.name()).put("pipelineExecutionId", run).put("abandon", abandon);
    }

    private static String notStoppable(Pipeline pipeline, String run) {
        return "The pipeline execution with ID '" + run + "' in '" + pipeline.name() + "' can't be stopped now. Either it does "
                + "not exist in the pipeline, or the pipeline execution has no action executions in progress.";
    }

    @Test
    void stopAndWaitWaitsForTheAnswerAndTakesIt() {
        Pipeline pipeline = HOME.create(pipeline("waiting", source(),
                stage("Gate", approval("Ask"), at(2, deploy("Later"))), stage("Next", approval("Ask"))));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Gate", "Ask");

        assertThat(HOME.wire().ok("StopPipelineExecution", request(pipeline, run, false)))
                .isEqualTo(object().put("pipelineExecutionId", run));
        assertThat(pipeline.status(run)).isEqualTo(STOPPING);

        pipeline.answer("Gate", "Ask", token, ApprovalStatus.APPROVED, "late but good");
        pipeline.awaitStatus(run, STOPPED);
        assertThat(pipeline.newest(run, "Ask").orElseThrow().status()).isEqualTo(ActionExecutionStatus.SUCCEEDED);
        assertThat(pipeline.newest(run, "Later")).isEmpty();
        assertThat(pipeline.stage("Next").latestExecution()).isNull();
    }

    @Test
    void aSecondStopIsADuplicateUntilItAbandons() {
        Pipeline pipeline = HOME.create(pipeline("twice", approvals("Gate")));
        String run = pipeline.firstRun();
        pipeline.awaitToken(run, "Gate", "Ask");
        pipeline.stop(run, false, "one");

        HOME.wire().call("StopPipelineExecution", request(pipeline, run, false)).isError("DuplicatedStopRequestException",
                "The execution with ID " + run + " in twice is already in a stopping state. If you already chose to stop and "
                        + "wait, you cannot make that request again. You can choose to stop and abandon now, but be aware "
                        + "that this option can lead to failed actions. If you already chose to stop and abandon, you cannot "
                        + "make that request again.");
        pipeline.stop(run, true, "two");
        pipeline.awaitStatus(run, STOPPED);
        HOME.wire().call("StopPipelineExecution", request(pipeline, run, true))
                .isError("PipelineExecutionNotStoppableException", notStoppable(pipeline, run));
    }

    @Test
    void whatIsOverOrUnknownCannotBeStopped() {
        Pipeline pipeline = HOME.create(pipeline("over", source(), stage("Ship", deploy("Put"))));
        String run = pipeline.firstRun();
        pipeline.awaitSucceeded(run);
        String unknown = UUID.randomUUID().toString();

        for (boolean abandon : List.of(false, true)) {
            HOME.wire().call("StopPipelineExecution", request(pipeline, run, abandon))
                    .isError("PipelineExecutionNotStoppableException", notStoppable(pipeline, run));
        }
        HOME.wire().call("StopPipelineExecution", request(pipeline, unknown, true))
                .isError("PipelineExecutionNotStoppableException", notStoppable(pipeline, unknown));
    }

    @Test
    void abandoningKillsTheTokenAndFreesTheStage() {
        for (ExecutionMode mode : ExecutionMode.knownValues()) {
            Pipeline pipeline = HOME.create(pipeline("abandoned-" + mode, mode, approvals("Gate")));
            String run = pipeline.firstRun();
            String token = pipeline.awaitToken(run, "Gate", "Ask");

            pipeline.stop(run, true, null);

            pipeline.awaitStatus(run, STOPPED);
            assertThat(pipeline.newest(run, "Ask").orElseThrow().status()).isEqualTo(ActionExecutionStatus.ABANDONED);
            assertThatThrownBy(() -> pipeline.answer("Gate", "Ask", token, ApprovalStatus.APPROVED, "too late"))
                    .isInstanceOf(InvalidApprovalTokenException.class)
                    .hasMessageContaining("The pipeline abandoned-" + mode + " has been updated, and the approval request "
                            + "you responded to is now out of date.");
            String next = pipeline.start();
            pipeline.approve(next, "Gate");
            pipeline.awaitSucceeded(next);
        }
    }

    @Test
    void anExecutionInFrontOfAStageStopsAtOnce() {
        for (ExecutionMode mode : List.of(ExecutionMode.SUPERSEDED, ExecutionMode.QUEUED)) {
            Pipeline pipeline = HOME.create(pipeline("queued-" + mode, mode, approvals("Gate")));
            String inside = pipeline.firstRun();
            pipeline.awaitToken(inside, "Gate", "Ask");
            String waiting = pipeline.start();
            pipeline.awaitWaiting(waiting, "Gate");

            pipeline.stop(waiting, false, "not this one");

            assertThat(pipeline.status(waiting)).isEqualTo(STOPPED);
            assertThat(pipeline.waiting("Gate")).isEmpty();
            pipeline.approve(inside, "Gate");
            pipeline.awaitSucceeded(inside);
            assertThat(pipeline.history(waiting)).hasSize(1);
        }
    }

    @Test
    void anExecutionInFrontOfAClosedTransitionStopsAtOnce() {
        for (ExecutionMode mode : ExecutionMode.knownValues()) {
            Pipeline pipeline = HOME.create(pipeline("closed-" + mode, mode, approvals("One", "Two")));
            HOME.codePipeline().disableStageTransition(request -> request.pipelineName(pipeline.name()).stageName("Two")
                    .transitionType("Inbound").reason("closed"));
            String run = pipeline.firstRun();
            pipeline.approve(run, "One");
            pipeline.awaitAction(run, "Ask", ActionExecutionStatus.SUCCEEDED);

            pipeline.stop(run, false, "enough");

            pipeline.awaitStatus(run, STOPPED);
            HOME.codePipeline().enableStageTransition(request -> request.pipelineName(pipeline.name()).stageName("Two")
                    .transitionType("Inbound"));
            assertThat(pipeline.history(run)).hasSize(2);
        }
    }

    @Test
    void aFailureWhileStoppingEndsInAStop() {
        Pipeline pipeline = HOME.create(pipeline("failing", source(),
                stage("Both", failing("Broken"), approval("Ask"))));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Both", "Ask");
        pipeline.awaitAction(run, "Broken", ActionExecutionStatus.FAILED);
        pipeline.stop(run, false, "because");

        pipeline.answer("Both", "Ask", token, ApprovalStatus.REJECTED, "no");

        pipeline.awaitStatus(run, STOPPED);
        assertThat(pipeline.run(run).statusSummary()).isEqualTo("because");
    }

    @Test
    void aStopReachesEveryActionOfAGroupAndNoOther() {
        Pipeline pipeline = HOME.create(pipeline("group", ExecutionMode.PARALLEL, source(),
                stage("Both", approval("One"), approval("Two"), approval("Three"))));
        String run = pipeline.firstRun();
        String other = pipeline.start();
        for (String action : List.of("One", "Two", "Three")) {
            pipeline.awaitToken(run, "Both", action);
            pipeline.awaitToken(other, "Both", action);
        }
        pipeline.approve(run, "Both", "Two");

        pipeline.stop(run, true, null);

        pipeline.awaitStatus(run, STOPPED);
        assertThat(pipeline.newest(run, "One").orElseThrow().status()).isEqualTo(ActionExecutionStatus.ABANDONED);
        assertThat(pipeline.newest(run, "Two").orElseThrow().status()).isEqualTo(ActionExecutionStatus.SUCCEEDED);
        assertThat(pipeline.newest(other, "One").orElseThrow().status()).isEqualTo(ActionExecutionStatus.IN_PROGRESS);
    }

    @Test
    void aStoppedExecutionCanBeRetried() {
        Pipeline pipeline = HOME.create(pipeline("resumed", approvals("Gate")));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Gate", "Ask");
        pipeline.stop(run, true, "pause");
        pipeline.awaitStatus(run, STOPPED);

        pipeline.retry(run, "Gate", StageRetryMode.FAILED_ACTIONS);

        assertThat(pipeline.awaitToken(run, "Gate", "Ask")).isNotEqualTo(token);
        assertThat(pipeline.run(run).statusSummary()).as("the reason is over with the stop").isNull();
        assertThat(pipeline.summary(run).stopTrigger()).isNull();
        pipeline.approve(run, "Gate");
        pipeline.awaitSucceeded(run);
    }
}
