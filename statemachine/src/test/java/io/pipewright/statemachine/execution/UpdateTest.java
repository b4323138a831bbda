package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.PipelineStory.admits;
import static io.pipewright.statemachine.execution.PipelineStory.arrive;
import static io.pipewright.statemachine.execution.PipelineStory.begins;
import static io.pipewright.statemachine.execution.PipelineStory.cancels;
import static io.pipewright.statemachine.execution.PipelineStory.disable;
import static io.pipewright.statemachine.execution.PipelineStory.end;
import static io.pipewright.statemachine.execution.PipelineStory.retry;
import static io.pipewright.statemachine.execution.PipelineStory.start;
import static io.pipewright.statemachine.execution.PipelineStory.update;
import static io.pipewright.statemachine.execution.RunStory.begin;
import static io.pipewright.statemachine.execution.RunStory.cancel;
import static io.pipewright.statemachine.execution.RunStory.enter;
import static io.pipewright.statemachine.execution.RunStory.fails;
import static io.pipewright.statemachine.execution.RunStory.gate;
import static io.pipewright.statemachine.execution.RunStory.id;
import static io.pipewright.statemachine.execution.RunStory.start;
import static io.pipewright.statemachine.execution.RunStory.stopAndWait;
import static io.pipewright.statemachine.execution.RunStory.succeeds;
import static io.pipewright.statemachine.execution.RunStory.tellEnd;
import static org.assertj.core.api.Assertions.assertThat;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.PARALLEL;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.QUEUED;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.SUPERSEDED;

import io.pipewright.statemachine.execution.ActionRun.Status;
import io.pipewright.statemachine.execution.PipelineDecision.Refusal;
import io.pipewright.statemachine.execution.RunEffect.ActionEnd;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import io.pipewright.statemachine.execution.RunEffect.RecordAction;
import io.pipewright.statemachine.execution.RunEffect.StopMachine;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * User Guide, "Edit a pipeline" and "Set or change the pipeline execution mode"; where they disagree, what was recorded of the
 * service: what waits is cancelled at once, an approval too, what runs may finish.
 */
class UpdateTest {

    /** A: a build beside an approval, then another build. B: one action. */
    private static final Plan PLAN =
            Scenario.plan(Scenario.approved(Scenario.stage("A", 2, 1), 1), Scenario.stage("B", 1));

    private static final StopMachine STOP = new StopMachine(1);

    /** The second action of {@link #inA} starts with the fourth message, and a story's messages are a millisecond apart. */
    private static final long STARTED_SECOND = 103;

    private static RunStory inA() {
        return RunStory.of(PLAN).given(begin(), enter("A"), start(1, 0, 0), start(1, 0, 1));
    }

    // The pipeline

    @Test
    void whoWaitsIsCancelledAndForgotten() {
        PipelineStory.of(QUEUED).given(start("1"), start("2"), start("3"))
                .when(update(2, QUEUED, "A", "B", "C"))
                .thenOwes(cancels("1", 1), cancels("2", 2), cancels("3", 3)).thenActive("1 in A");
    }

    @Test
    void whoIsInsideKeepsTheStageUntilItEnds() {
        PipelineStory.of(SUPERSEDED).given(start("1"), update(2, SUPERSEDED, "A", "B", "C"))
                .when(start("2", 2)).thenOwes(begins("2", 2)).thenActive("1 in A", "2 before A")
                .when(end("1", 1)).thenOwes(admits("2", 2, "A"));
    }

    @Test
    void whoArrivesAfterTheUpdateLeavesWithItsEnd() {
        PipelineStory.of(QUEUED).given(start("1"), update(2, QUEUED, "A", "B", "C"))
                .when(arrive("1", 1, "B")).thenIgnored().thenActive("1 in A")
                .when(end("1", 1)).thenActive();
    }

    @Test
    void lateArrivalDoesNotFreeTheStageOfAnOutdatedExecution() {
        PipelineStory.of(QUEUED)
                .given(start("1"), arrive("1", 1, "B"), arrive("1", 1, "C"), update(2, QUEUED, "A", "C", "B"))
                .when(arrive("1", 1, "B")).thenIgnored().thenActive("1 in C");
    }

    @Test
    void stageThatIsRemovedStaysHeldUntilTheEnd() {
        PipelineStory.of(QUEUED).given(start("1"), arrive("1", 1, "B"), update(2, QUEUED, "A", "C")).thenActive("1 in B")
                .when(end("1", 1)).thenOwes().thenActive();
    }

    @Test
    void retryUnderAnotherVersionIsRefused() {
        PipelineStory.of(QUEUED).given(start("1"), end("1", 1), update(2, QUEUED, "A", "B", "C"))
                .when(retry("1", 1, 2, QUEUED, "A")).thenRefused(Refusal.DECLARATION_CHANGED);
    }

    @Test
    void transitionsStayAsTheyAreByStageName() {
        PipelineState state = PipelineStory.of(QUEUED)
                .given(disable("B"), update(2, QUEUED, "A", "X", "B"), update(3, QUEUED, "A", "B")).state();
        assertThat(state.isOpen("B")).isFalse();
        assertThat(state.stages()).extracting(StageGate::name).containsExactly("A", "B");
    }

    @Test
    void otherModeCancelsWhatNeedsLocks() {
        PipelineStory.of(SUPERSEDED).given(start("1"), start("2"))
                .when(update(2, PARALLEL, "A", "B", "C")).thenOwes(cancels("1", 1), cancels("2", 2)).thenActive("1 in A")
                .when(start("3", 2)).thenOwes(begins("3", 3)).thenActive("1 in A", "3 in ");
    }

    @Test
    void parallelExecutionsHoldNoLockAgainstQueuedOnes() {
        PipelineStory.of(PARALLEL).given(start("1"), arrive("1", 1, "A"), update(2, QUEUED, "A", "B", "C"))
                .when(start("2", 2)).thenOwes(begins("2", 2), admits("2", 2, "A"));
    }

    @Test
    void updateOfAnotherVersionThanTheNextIsRefused() {
        PipelineStory.of(QUEUED).when(update(3, QUEUED, "A")).thenRefused(Refusal.OTHER_VERSION)
                .when(update(1, QUEUED, "A")).thenRefused(Refusal.OTHER_VERSION);
    }

    // The execution

    @Test
    void waitingExecutionIsCancelled() {
        RunStory.of(PLAN).given(begin(), gate(1, 0))
                .when(cancel()).thenIs(RunStatus.CANCELLED).thenSays(RunDecider.UPDATED)
                .thenOwes(STOP, tellEnd(1, 0)).thenPublishes("CANCELED")
                .when(enter("A")).thenNothingChanges();
    }

    @Test
    void approvalIsCancelledAtOnceAndTheBuildBesideItMayFinish() {
        inA().when(cancel()).thenIs(RunStatus.IN_PROGRESS)
                .thenAction(0, Status.IN_PROGRESS).thenAction(1, Status.FAILED)
                .thenOwes(new RecordAction(id(1, 0, 1), 1, STARTED_SECOND, ActionEnd.CANCELED, Optional.empty())).thenPublishes("CANCELED 0.1")
                .when(succeeds(1, 0, 1)).thenNothingChanges()
                .when(succeeds(1, 0, 0)).thenIs(RunStatus.CANCELLED).thenSays(RunDecider.UPDATED)
                .thenOwes(STOP, tellEnd(1), RunStory.answerAction(1, 0, 0, Answer.SUCCEEDED))
                .thenPublishes("SUCCEEDED 0.0", "CANCELED 0", "CANCELED");
    }

    @Test
    void approvalAloneEndsTheExecutionAtOnce() {
        inA().given(succeeds(1, 0, 0)).when(cancel()).thenIs(RunStatus.CANCELLED)
                .thenOwes(new RecordAction(id(1, 0, 1), 1, STARTED_SECOND, ActionEnd.CANCELED, Optional.empty()), STOP, tellEnd(1))
                .thenPublishes("CANCELED 0.1", "CANCELED 0", "CANCELED");
    }

    @Test
    void failureAfterTheUpdateIsACancellation() {
        inA().given(succeeds(1, 0, 1), cancel()).when(fails(1, 0, 0)).thenIs(RunStatus.CANCELLED);
    }

    @Test
    void betweenTwoGroupsNothingRunsAndTheExecutionEnds() {
        inA().given(succeeds(1, 0, 0), succeeds(1, 0, 1)).when(cancel()).thenIs(RunStatus.CANCELLED)
                .when(start(1, 0, 2)).thenAnswered(Answer.ENDED).thenNothingChanges();
    }

    @Test
    void nothingNewBeginsAfterTheUpdate() {
        RunStory.of(PLAN).given(begin(), enter("A"), start(1, 0, 0), cancel())
                .when(start(1, 0, 1)).thenAnswered(Answer.ENDED).thenNothingChanges()
                .when(start(1, 0, 0)).thenWorks(id(1, 0, 0), true)
                .when(gate(1, 1)).thenAnswered(Answer.ENDED).thenNothingChanges();
    }

    @Test
    void whatWasToldToStopEndsStopped() {
        inA().given(stopAndWait("enough")).when(cancel()).thenIs(RunStatus.STOPPING)
                .when(succeeds(1, 0, 0)).thenIs(RunStatus.STOPPED).thenSays("enough");
    }

    @Test
    void secondUpdateChangesNothingMore() {
        inA().given(cancel()).when(cancel()).thenReply(new RunReply.Ignored()).thenNothingChanges();
    }

    @Test
    void endedExecutionStaysAsItIs() {
        inA().given(fails(1, 0, 0), fails(1, 0, 1)).when(cancel()).thenIs(RunStatus.FAILED).thenOwes().thenPublishes();
    }
}
