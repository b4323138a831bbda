package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.failing;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.CANCELLED;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.IN_PROGRESS;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.InvalidApprovalTokenException;
import software.amazon.awssdk.services.codepipeline.model.PipelineNotFoundException;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/** Pipelines that are updated or deleted while executions wait and run. */
class RunningUpdateTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    @Test
    void anUpdateEndsWhoWaitsAndWhoRuns() {
        for (ExecutionMode mode : List.of(ExecutionMode.SUPERSEDED, ExecutionMode.QUEUED)) {
            Pipeline pipeline = HOME.create(pipeline("updated-" + mode, mode, approvals("Gate")));
            String inside = pipeline.firstRun();
            String token = pipeline.awaitToken(inside, "Gate", "Ask");
            String waiting = pipeline.start();
            pipeline.awaitWaiting(waiting, "Gate");

            pipeline.update(pipeline("updated-" + mode, mode, approvals("Gate", "More")));

            for (String run : List.of(inside, waiting)) {
                pipeline.awaitStatus(run, CANCELLED);
                assertThat(pipeline.run(run).statusSummary()).isEqualTo("Pipeline definition was updated");
                assertThat(pipeline.run(run).pipelineVersion()).isEqualTo(1);
            }
            assertThat(pipeline.stage("Gate").latestExecution().status()).isEqualTo(StageExecutionStatus.CANCELLED);
            assertThatThrownBy(() -> pipeline.answer("Gate", "Ask", token, ApprovalStatus.APPROVED, "late"))
                    .isInstanceOf(InvalidApprovalTokenException.class)
                    .hasMessageContaining("has been updated, and the approval request you responded to is now out of date.");
            String next = pipeline.start();
            assertThat(pipeline.run(next).pipelineVersion()).isEqualTo(2);
            pipeline.approve(next, "Gate");
            pipeline.approve(next, "More");
            pipeline.awaitSucceeded(next);
        }
    }

    @Test
    void runningActionsFinishBeforeTheExecutionIsCancelled() {
        Pipeline pipeline = HOME.create(pipeline("finishing", source(), stage("Ship", deploy("Put"), approval("Ask"))));
        String run = pipeline.firstRun();
        pipeline.awaitToken(run, "Ship", "Ask");
        pipeline.awaitAction(run, "Put", ActionExecutionStatus.SUCCEEDED);

        pipeline.update(pipeline("finishing", source(), stage("Ship", deploy("Put"))));

        pipeline.awaitStatus(run, CANCELLED);
        assertThat(pipeline.newest(run, "Put").orElseThrow().status()).isEqualTo(ActionExecutionStatus.SUCCEEDED);
        assertThat(pipeline.newest(run, "Ask").orElseThrow().status()).isEqualTo(ActionExecutionStatus.FAILED);
    }

    @Test
    void manyUpdatesWhileManyStartLeaveNothingStuck() {
        Pipeline pipeline = HOME.create(pipeline("restless", source(), stage("One", deploy("Put")), stage("Two", deploy("Put"))));
        for (int i = 0; i < 15; i++) {
            pipeline.start();
            pipeline.update(pipeline("restless", source(), stage("One", deploy("Put")), stage("Two", deploy("Put"))));
        }
        String last = pipeline.start();

        pipeline.awaitSucceeded(last);
        eventually(() -> assertThat(pipeline.runs()).noneMatch(run -> run.status() == IN_PROGRESS));
    }

    @Test
    void parallelExecutionsGoOnWithTheirOwnStructure() {
        Pipeline pipeline = HOME.create(pipeline("structure", ExecutionMode.PARALLEL, approvals("One", "Gone")));
        String run = pipeline.firstRun();
        pipeline.awaitToken(run, "One", "Ask");

        pipeline.update(pipeline("structure", ExecutionMode.PARALLEL, approvals("One", "New")));

        pipeline.approve(run, "One");
        pipeline.approve(run, "Gone");
        pipeline.awaitSucceeded(run);
        String next = pipeline.start();
        pipeline.approve(next, "One");
        pipeline.approve(next, "New");
        pipeline.awaitSucceeded(next);
    }

    @Test
    void aWaitingExecutionOfAParallelPipelineSurvivesAChangeOfMode() {
        Pipeline pipeline = HOME.create(pipeline("mode-change", ExecutionMode.PARALLEL, approvals("One", "Two")));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "One", "Ask");

        pipeline.update(pipeline("mode-change", ExecutionMode.QUEUED, approvals("One", "Two")));

        pipeline.answer("One", "Ask", token, ApprovalStatus.APPROVED, "");
        eventually(() -> assertThat(pipeline.history(run)).hasSize(3));
        String second = pipeline.newest(run, "Ask").orElseThrow().actionExecutionId();
        eventually(() -> assertThat(pipeline.newest(run, "Ask").orElseThrow().output().executionResult()).isNotNull());
        pipeline.answer("Two", "Ask", second, ApprovalStatus.APPROVED, "");
        pipeline.awaitSucceeded(run);
    }

    @Test
    void aDeletedPipelineTakesItsExecutionsAlong() {
        for (ExecutionMode mode : ExecutionMode.knownValues()) {
            String name = "deleted-" + mode;
            Pipeline pipeline = HOME.create(pipeline(name, mode, approvals("Gate")));
            String run = pipeline.firstRun();
            String token = pipeline.awaitToken(run, "Gate", "Ask");
            String machine = HOME.home().engine().store().run(run).map(record -> record.generation()).orElseThrow();

            HOME.codePipeline().deletePipeline(request -> request.name(name));

            assertThatThrownBy(() -> pipeline.answer("Gate", "Ask", token, ApprovalStatus.APPROVED, "late"))
                    .isInstanceOf(PipelineNotFoundException.class);
            assertThatThrownBy(() -> pipeline.run(run)).isInstanceOf(PipelineNotFoundException.class);
            assertThatThrownBy(pipeline::start).isInstanceOf(PipelineNotFoundException.class);
            assertThatThrownBy(() -> pipeline.stop(run, true, null)).isInstanceOf(PipelineNotFoundException.class);
            eventually(() -> assertThat(running(machine)).isEmpty());
        }
    }

    private static List<String> running(String generation) {
        String arn = "arn:aws:states:us-east-1:000000000000:stateMachine:pipewright-" + generation;
        boolean there = HOME.home().machines().listStateMachines(request -> { }).stateMachines().stream()
                .anyMatch(machine -> machine.stateMachineArn().equals(arn));
        return there ? HOME.home().machines().listExecutions(
                        request -> request.stateMachineArn(arn).statusFilter(ExecutionStatus.RUNNING))
                .executions().stream().map(ExecutionListItem::executionArn).toList() : List.of();
    }

    @Test
    void aFailedExecutionCannotBeRetriedInAPipelineOfTheSameName() {
        Pipeline pipeline = HOME.create(pipeline("namesake", source(), stage("Ship", failing("Put"))));
        String run = pipeline.firstRun();
        pipeline.awaitFailed(run);
        HOME.codePipeline().deletePipeline(request -> request.name("namesake"));

        HOME.create(pipeline("namesake", source(), stage("Ship", deploy("Put"))));

        assertThatThrownBy(() -> pipeline.retry(run, "Ship", StageRetryMode.FAILED_ACTIONS))
                .hasMessageContaining("can't be retried now");
    }
}
