package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.RunStory.answerAction;
import static io.pipewright.statemachine.execution.RunStory.begin;
import static io.pipewright.statemachine.execution.RunStory.enter;
import static io.pipewright.statemachine.execution.RunStory.fails;
import static io.pipewright.statemachine.execution.RunStory.gate;
import static io.pipewright.statemachine.execution.RunStory.id;
import static io.pipewright.statemachine.execution.RunStory.start;
import static io.pipewright.statemachine.execution.RunStory.stopAndAbandon;
import static io.pipewright.statemachine.execution.RunStory.stopAndWait;
import static io.pipewright.statemachine.execution.RunStory.succeeds;
import static io.pipewright.statemachine.execution.RunStory.supersede;
import static io.pipewright.statemachine.execution.RunStory.tellEnd;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.statemachine.execution.ActionRun.Status;
import io.pipewright.statemachine.execution.RunEffect.ActionEnd;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import io.pipewright.statemachine.execution.RunEffect.RecordAction;
import io.pipewright.statemachine.execution.RunEffect.StopMachine;
import io.pipewright.statemachine.execution.RunReply.Refusal;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** User Guide, "Stop a pipeline execution", in each place where an execution can be. */
class StopTest {

    /** A: a build beside an approval, then another build. B: one action. */
    private static final Plan PLAN =
            Scenario.plan(Scenario.approved(Scenario.stage("A", 2, 1), 1), Scenario.stage("B", 1));

    private static final StopMachine STOP = new StopMachine(1);

    /** A story's messages are a millisecond apart: the two actions start with the third and the fourth. */
    private static final long STARTED_FIRST = 102;
    private static final long STARTED_SECOND = 103;

    private static RunStory inA() {
        return RunStory.of(PLAN).given(begin(), enter("A"), start(1, 0, 0), start(1, 0, 1));
    }

    // Stop and wait

    @Test
    void executionInFrontOfAStageStopsAtOnce() {
        RunStory.of(PLAN).given(begin(), gate(1, 0))
                .when(stopAndWait("enough")).thenReply(new RunReply.Done()).thenIs(RunStatus.STOPPED).thenSays("enough")
                .thenOwes(STOP, tellEnd(1, 0)).thenPublishes("STOPPING", "STOPPED")
                .when(enter("A")).thenReply(new RunReply.Ignored()).thenNothingChanges();
    }

    @Test
    void runningActionsMayFinish() {
        inA().when(stopAndWait("enough")).thenIs(RunStatus.STOPPING).thenOwes().thenPublishes("STOPPING", "STOPPING 0")
                .when(succeeds(1, 0, 0)).thenIs(RunStatus.STOPPING).thenOwes(answerAction(1, 0, 0, Answer.SUCCEEDED))
                .when(succeeds(1, 0, 1)).thenIs(RunStatus.STOPPED).thenSays("enough")
                .thenOwes(STOP, tellEnd(1), answerAction(1, 0, 1, Answer.SUCCEEDED))
                .thenPublishes("SUCCEEDED 0.1", "STOPPED 0", "STOPPED");
    }

    @Test
    void pendingApprovalIsStillAnswered() {
        inA().given(succeeds(1, 0, 0), stopAndWait("enough"))
                .when(succeeds(1, 0, 1)).thenIs(RunStatus.STOPPED).thenAction(1, Status.SUCCEEDED);
    }

    @Test
    void failureMeanwhileIsAStop() {
        inA().given(stopAndWait("enough"), succeeds(1, 0, 0)).when(fails(1, 0, 1)).thenIs(RunStatus.STOPPED).thenSays("enough");
    }

    @Test
    void executionStopsAfterAFailureWhenTheSiblingEnds() {
        inA().given(fails(1, 0, 0), stopAndWait("enough")).thenIs(RunStatus.STOPPING)
                .when(succeeds(1, 0, 1)).thenIs(RunStatus.STOPPED);
    }

    @Test
    void betweenTwoGroupsNothingRunsAndTheExecutionStopsAtOnce() {
        inA().given(succeeds(1, 0, 0), succeeds(1, 0, 1))
                .when(stopAndWait("enough")).thenIs(RunStatus.STOPPED)
                .when(start(1, 0, 2)).thenAnswered(Answer.ENDED).thenNothingChanges();
    }

    @Test
    void insideAStageBeforeItsFirstActionTheExecutionStopsAtOnce() {
        RunStory.of(PLAN).given(begin(), enter("A"))
                .when(stopAndWait("enough")).thenIs(RunStatus.STOPPED)
                .thenPublishes("STOPPING", "STOPPING 0", "STOPPED 0", "STOPPED")
                .when(start(1, 0, 0)).thenAnswered(Answer.ENDED).thenNothingChanges();
    }

    @Test
    void actionWhoseStartIsOnTheWayDoesNotStart() {
        RunStory.of(PLAN).given(begin(), enter("A"), start(1, 0, 0), stopAndWait("enough"))
                .when(start(1, 0, 1)).thenAnswered(Answer.ENDED).thenNothingChanges()
                .when(succeeds(1, 0, 0)).thenIs(RunStatus.STOPPED);
    }

    @Test
    void runningActionThatIsAskedForAgainIsStillTheSame() {
        inA().given(stopAndWait("enough")).when(start(1, 0, 0)).thenWorks(id(1, 0, 0), true).thenNothingChanges();
    }

    @Test
    void noGateIsPassedWhileStopping() {
        inA().given(stopAndWait("enough")).when(gate(1, 1)).thenAnswered(Answer.ENDED).thenNothingChanges();
    }

    @Test
    void secondStopAndWaitIsRefused() {
        inA().given(stopAndWait("enough")).when(stopAndWait("really")).thenRefused(Refusal.STOP_REPEATED);
    }

    // Stop and abandon

    @Test
    void runningActionsAreAbandoned() {
        inA().when(stopAndAbandon()).thenIs(RunStatus.STOPPED)
                .thenAction(0, Status.ABANDONED).thenAction(1, Status.ABANDONED)
                .thenOwes(new RecordAction(id(1, 0, 0), 0, STARTED_FIRST, ActionEnd.ABANDONED, Optional.empty()),
                        new RecordAction(id(1, 0, 1), 1, STARTED_SECOND, ActionEnd.ABANDONED, Optional.empty()), STOP, tellEnd(1))
                .thenPublishes("STOPPING", "STOPPING 0", "ABANDONED 0.0", "ABANDONED 0.1", "STOPPED 0", "STOPPED");
    }

    @Test
    void resultOfAnAbandonedActionIsIgnored() {
        inA().given(stopAndAbandon()).when(succeeds(1, 0, 0)).thenReply(new RunReply.Ignored()).thenNothingChanges();
    }

    @Test
    void executionInFrontOfAStageIsAbandonedLikeStopped() {
        RunStory.of(PLAN).given(begin()).when(stopAndAbandon()).thenIs(RunStatus.STOPPED).thenOwes(STOP, tellEnd(1, 0));
    }

    @Test
    void waitingForActionsToFinishCanBeGivenUp() {
        inA().given(stopAndWait("enough"), succeeds(1, 0, 0))
                .when(stopAndAbandon()).thenIs(RunStatus.STOPPED).thenSays("enough")
                .thenAction(0, Status.SUCCEEDED).thenAction(1, Status.ABANDONED)
                .thenPublishes("ABANDONED 0.1", "STOPPED 0", "STOPPED");
    }

    @Test
    void laterReasonReplacesTheFormer() {
        inA().given(stopAndWait("enough")).when(new RunMessage.Stop(true, Optional.of("really"))).thenSays("really");
    }

    @Test
    void endedExecutionsAreNotStoppable() {
        inA().given(stopAndAbandon()).when(stopAndAbandon()).thenRefused(Refusal.NOT_STOPPABLE);
        inA().given(fails(1, 0, 0), fails(1, 0, 1)).when(stopAndWait("enough")).thenRefused(Refusal.NOT_STOPPABLE);
        RunStory.of(PLAN).given(begin(), supersede()).when(stopAndWait("enough")).thenRefused(Refusal.NOT_STOPPABLE);
    }

    @Test
    void executionWithoutANumberIsNotStoppable() {
        RunStory.of(PLAN).when(stopAndWait("enough")).thenRefused(Refusal.NOT_STOPPABLE);
    }

    @Test
    void stopWithoutReasonSaysNothing() {
        assertThat(inA().when(stopAndAbandon()).state().summary()).isEmpty();
    }
}
