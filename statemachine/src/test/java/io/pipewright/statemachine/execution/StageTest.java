package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.RunStory.answerAction;
import static io.pipewright.statemachine.execution.RunStory.begin;
import static io.pipewright.statemachine.execution.RunStory.enter;
import static io.pipewright.statemachine.execution.RunStory.fails;
import static io.pipewright.statemachine.execution.RunStory.gate;
import static io.pipewright.statemachine.execution.RunStory.id;
import static io.pipewright.statemachine.execution.RunStory.start;
import static io.pipewright.statemachine.execution.RunStory.succeeds;
import static io.pipewright.statemachine.execution.RunStory.supersede;
import static io.pipewright.statemachine.execution.RunStory.tellArrival;
import static io.pipewright.statemachine.execution.RunStory.tellEnd;

import io.pipewright.statemachine.execution.ActionRun.Status;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import io.pipewright.statemachine.execution.RunEffect.AnswerGate;
import io.pipewright.statemachine.execution.RunEffect.StopMachine;
import io.pipewright.statemachine.execution.RunReply.Parked;
import org.junit.jupiter.api.Test;

/** How an execution goes through its stages, and how one fails: User Guide, "How pipeline executions work". */
class StageTest {

    /** A: a pair and then one more. B: one action. */
    private static final Plan PLAN = Scenario.plan(Scenario.stage("A", 2, 1), Scenario.stage("B", 1));

    private static RunStory inA() {
        return RunStory.of(PLAN).given(begin(), gate(1, 0), enter("A"));
    }

    private static RunStory inPair() {
        return inA().given(start(1, 0, 0), start(1, 0, 1));
    }

    private static RunStory behindA() {
        return inPair().given(succeeds(1, 0, 0), succeeds(1, 0, 1), start(1, 0, 2), succeeds(1, 0, 2));
    }

    // Gates

    @Test
    void executionWaitsAtTheGateUntilItsPipelineAdmitsIt() {
        RunStory.of(PLAN).given(begin())
                .when(gate(1, 0)).thenReply(new Parked()).thenNothingChanges()
                .when(enter("A")).thenReply(new RunReply.Done())
                .thenOwes(new AnswerGate(1, 0, Answer.SUCCEEDED)).thenPublishes("STARTED 0");
    }

    @Test
    void executionThatWasAdmittedBeforeItAskedPassesAtOnce() {
        RunStory.of(PLAN).given(begin(), enter("A"))
                .when(gate(1, 0)).thenAnswered(Answer.SUCCEEDED).thenNothingChanges();
    }

    @Test
    void admissionCountsOnce() {
        inA().when(enter("A")).thenReply(new RunReply.Ignored()).thenNothingChanges();
    }

    @Test
    void leavingAStageAndStandingBeforeTheNextIsOneDecision() {
        behindA().when(gate(1, 1)).thenReply(new Parked()).thenOwes(tellArrival(1, "B")).thenPublishes("SUCCEEDED 0")
                .when(gate(1, 1)).thenReply(new Parked()).thenNothingChanges();
    }

    @Test
    void gateBehindIsPassedByALateInvocation() {
        behindA().given(gate(1, 1), enter("B"))
                .when(gate(1, 0)).thenAnswered(Answer.SUCCEEDED).thenNothingChanges()
                .when(start(1, 0, 0)).thenAnswered(Answer.ENDED).thenNothingChanges();
    }

    @Test
    void stageIsLeftOnlyWhenAllOfItSucceeded() {
        inPair().given(succeeds(1, 0, 0)).when(gate(1, 1)).thenAnswered(Answer.ENDED).thenNothingChanges();
    }

    @Test
    void lastGateEndsTheExecution() {
        behindA().given(gate(1, 1), enter("B"), start(1, 1, 0), succeeds(1, 1, 0))
                .when(gate(1, 2)).thenAnswered(Answer.SUCCEEDED).thenIs(RunStatus.SUCCEEDED)
                .thenOwes(tellEnd(1, 2)).thenPublishes("SUCCEEDED 1", "SUCCEEDED");
    }

    @Test
    void supersededExecutionEndsBetweenStages() {
        behindA().given(gate(1, 1))
                .when(supersede()).thenIs(RunStatus.SUPERSEDED).thenOwes(new StopMachine(1)).thenPublishes("SUPERSEDED")
                .when(enter("B")).thenNothingChanges();
    }

    @Test
    void executionInsideAStageIsNotSuperseded() {
        inA().when(supersede()).thenReply(new RunReply.Ignored()).thenNothingChanges();
    }

    // Groups

    @Test
    void actionsOfAGroupStartTogether() {
        inA().when(start(1, 0, 0)).thenWorks(id(1, 0, 0), false)
                .thenAction(0, Status.IN_PROGRESS).thenAction(1, Status.PENDING).thenPublishes("STARTED 0.0")
                .when(start(1, 0, 1)).thenWorks(id(1, 0, 1), false).thenAction(1, Status.IN_PROGRESS);
    }

    @Test
    void nextGroupStartsWhenAllOfTheFormerSucceeded() {
        inPair().given(succeeds(1, 0, 0))
                .when(start(1, 0, 2)).thenAnswered(Answer.ENDED).thenNothingChanges()
                .given(succeeds(1, 0, 1)).when(start(1, 0, 2)).thenWorks(id(1, 0, 2), false);
    }

    @Test
    void actionThatIsAskedForAgainIsTheSameAction() {
        inPair().when(new RunMessage.StartAction(1, 0, 0, "another id", 1000)).thenWorks(id(1, 0, 0), true).thenNothingChanges();
    }

    @Test
    void actionThatIsAskedForAgainAfterItsEndIsAnsweredByItsOutcome() {
        inPair().given(succeeds(1, 0, 0), fails(1, 0, 1))
                .when(start(1, 0, 0)).thenAnswered(Answer.ENDED).thenNothingChanges();
        inPair().given(succeeds(1, 0, 0)).when(start(1, 0, 0)).thenAnswered(Answer.SUCCEEDED).thenNothingChanges();
        inPair().given(fails(1, 0, 0)).when(start(1, 0, 0)).thenAnswered(Answer.FAILED).thenNothingChanges();
    }

    @Test
    void outcomeIsRecordedAndTheMachineIsAnswered() {
        inPair().when(succeeds(1, 0, 0)).thenAction(0, Status.SUCCEEDED)
                .thenOwes(answerAction(1, 0, 0, Answer.SUCCEEDED)).thenPublishes("SUCCEEDED 0.0");
    }

    @Test
    void firstOutcomeCounts() {
        inPair().given(succeeds(1, 0, 0)).when(fails(1, 0, 0)).thenReply(new RunReply.Ignored()).thenNothingChanges();
    }

    @Test
    void outcomeOfAnUnknownActionChangesNothing() {
        inPair().when(new RunMessage.FinishAction("unknown", true)).thenReply(new RunReply.Ignored()).thenNothingChanges();
    }

    @Test
    void nothingStartsBeforeTheStageIsEntered() {
        RunStory.of(PLAN).given(begin()).when(start(1, 0, 0)).thenAnswered(Answer.ENDED).thenNothingChanges();
        behindA().given(gate(1, 1)).when(start(1, 1, 0)).thenAnswered(Answer.ENDED).thenNothingChanges();
    }

    // Failures

    @Test
    void siblingsOfAFailedActionGoOnToTheirEnd() {
        inPair().when(fails(1, 0, 0)).thenIs(RunStatus.IN_PROGRESS).thenAction(1, Status.IN_PROGRESS)
                .thenOwes(answerAction(1, 0, 0, Answer.FAILED)).thenPublishes("FAILED 0.0")
                .when(succeeds(1, 0, 1)).thenIs(RunStatus.FAILED).thenOwes(tellEnd(1), answerAction(1, 0, 1, Answer.SUCCEEDED))
                .thenPublishes("SUCCEEDED 0.1", "FAILED 0", "FAILED");
    }

    @Test
    void siblingWhoseStartIsOnTheWayStartsAfterTheFailure() {
        inA().given(start(1, 0, 0)).when(fails(1, 0, 0)).thenIs(RunStatus.IN_PROGRESS)
                .when(start(1, 0, 1)).thenWorks(id(1, 0, 1), false)
                .when(fails(1, 0, 1)).thenIs(RunStatus.FAILED);
    }

    @Test
    void nextGroupDoesNotStartAfterAFailure() {
        inPair().given(fails(1, 0, 0)).when(start(1, 0, 2)).thenAnswered(Answer.ENDED).thenNothingChanges();
    }

    @Test
    void failureOfALaterGroupFailsTheStage() {
        inPair().given(succeeds(1, 0, 0), succeeds(1, 0, 1), start(1, 0, 2))
                .when(fails(1, 0, 2)).thenIs(RunStatus.FAILED).thenOwes(tellEnd(1), answerAction(1, 0, 2, Answer.FAILED))
                .thenPublishes("FAILED 0.2", "FAILED 0", "FAILED");
    }

    @Test
    void failedExecutionPassesNoGate() {
        inPair().given(fails(1, 0, 0), fails(1, 0, 1)).when(gate(1, 1)).thenAnswered(Answer.ENDED).thenNothingChanges();
    }
}
