package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.RunStory.answerAction;
import static io.pipewright.statemachine.execution.RunStory.begin;
import static io.pipewright.statemachine.execution.RunStory.cancel;
import static io.pipewright.statemachine.execution.RunStory.enter;
import static io.pipewright.statemachine.execution.RunStory.fails;
import static io.pipewright.statemachine.execution.RunStory.gate;
import static io.pipewright.statemachine.execution.RunStory.id;
import static io.pipewright.statemachine.execution.RunStory.resume;
import static io.pipewright.statemachine.execution.RunStory.start;
import static io.pipewright.statemachine.execution.RunStory.stopAndAbandon;
import static io.pipewright.statemachine.execution.RunStory.stopAndWait;
import static io.pipewright.statemachine.execution.RunStory.succeeds;
import static io.pipewright.statemachine.execution.RunStory.supersede;
import static io.pipewright.statemachine.execution.RunStory.tellArrival;
import static io.pipewright.statemachine.execution.RunStory.tellEnd;
import static io.pipewright.statemachine.execution.RunStory.vanish;
import static org.assertj.core.api.Assertions.assertThat;
import static software.amazon.awssdk.services.codepipeline.model.RetryTrigger.AUTOMATED_STAGE_RETRY;
import static software.amazon.awssdk.services.codepipeline.model.RetryTrigger.MANUAL_STAGE_RETRY;
import static software.amazon.awssdk.services.codepipeline.model.StageRetryMode.ALL_ACTIONS;
import static software.amazon.awssdk.services.codepipeline.model.StageRetryMode.FAILED_ACTIONS;

import io.pipewright.statemachine.execution.ActionRun.Status;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import io.pipewright.statemachine.execution.RunEffect.StartMachine;
import io.pipewright.statemachine.execution.RunEffect.StopMachine;
import io.pipewright.statemachine.execution.RunReply.Refusal;
import org.junit.jupiter.api.Test;

/** User Guide, "Configuring stage retry for a failed stage or failed actions". */
class RetryTest {

    /** A: one action, B: a pair and then one more. */
    private static final Plan PLAN = Scenario.plan(Scenario.stage("A", 1), Scenario.stage("B", 2, 1));

    private static final Plan AUTOMATIC =
            Scenario.plan(Scenario.retried(Scenario.stage("A", 2), FAILED_ACTIONS), Scenario.stage("B", 1));

    private static RunStory inPair(Plan plan) {
        return RunStory.of(plan).given(begin(), enter("A"), start(1, 0, 0), succeeds(1, 0, 0), gate(1, 1), enter("B"),
                start(1, 1, 0), start(1, 1, 1));
    }

    @Test
    void failedActionsModeRunsOnlyWhatFailed() {
        inPair(PLAN).given(succeeds(1, 1, 0), fails(1, 1, 1))
                .when(resume(2, "B", FAILED_ACTIONS))
                .thenIs(RunStatus.IN_PROGRESS)
                .thenAction(0, Status.SUCCEEDED).thenAction(1, Status.PENDING)
                .thenOwes(new StartMachine(2, "stage-1-group-0"))
                .thenPublishes("RESUMED", "RESUMED 1")
                .when(start(2, 1, 0)).thenAnswered(Answer.SUCCEEDED)
                .when(start(2, 1, 1)).thenWorks(id(2, 1, 1), false);
    }

    @Test
    void allActionsModeRunsTheStageFromItsFirstGroup() {
        inPair(PLAN).given(succeeds(1, 1, 0), succeeds(1, 1, 1), start(1, 1, 2), fails(1, 1, 2))
                .when(resume(2, "B", ALL_ACTIONS))
                .thenAction(0, Status.PENDING).thenAction(1, Status.PENDING)
                .thenOwes(new StartMachine(2, "stage-1-group-0"))
                .when(start(2, 1, 0)).thenWorks(id(2, 1, 0), false);
    }

    @Test
    void failedActionsModeEntersAtTheGroupThatFailed() {
        inPair(PLAN).given(succeeds(1, 1, 0), succeeds(1, 1, 1), start(1, 1, 2), fails(1, 1, 2))
                .when(resume(2, "B", FAILED_ACTIONS))
                .thenOwes(new StartMachine(2, "stage-1-action-2"));
    }

    @Test
    void abandonedActionsRunAgain() {
        inPair(PLAN).given(succeeds(1, 1, 0), stopAndAbandon())
                .when(resume(2, "B", FAILED_ACTIONS))
                .thenIs(RunStatus.IN_PROGRESS).thenAction(1, Status.PENDING)
                .thenOwes(new StartMachine(2, "stage-1-group-0"));
    }

    @Test
    void whatStoppedBetweenTwoGroupsGoesOnWithTheNext() {
        inPair(PLAN).given(stopAndWait("enough"), succeeds(1, 1, 0), succeeds(1, 1, 1))
                .when(resume(2, "B", FAILED_ACTIONS))
                .thenOwes(new StartMachine(2, "stage-1-action-2"));
    }

    @Test
    void whatStoppedWithNothingUnfinishedPassesOn() {
        RunStory.of(PLAN).given(begin(), enter("A"), start(1, 0, 0), stopAndWait("enough"), succeeds(1, 0, 0),
                        resume(2, "A", FAILED_ACTIONS))
                .when(start(2, 0, 0)).thenAnswered(Answer.SUCCEEDED)
                .when(gate(2, 1)).thenReply(new RunReply.Parked()).thenOwes(tellArrival(2, "B"));
    }

    @Test
    void laterStagesAreEnteredUnderTheNewAttempt() {
        inPair(PLAN).given(succeeds(1, 1, 0), fails(1, 1, 1), resume(2, "B", FAILED_ACTIONS), start(2, 1, 0),
                        start(2, 1, 1), succeeds(2, 1, 1), start(2, 1, 2), succeeds(2, 1, 2))
                .when(gate(2, 2)).thenAnswered(Answer.SUCCEEDED).thenIs(RunStatus.SUCCEEDED).thenOwes(tellEnd(2, 2));
    }

    @Test
    void messagesOfTheFormerAttemptChangeNothing() {
        RunStory story = inPair(PLAN).given(succeeds(1, 1, 0), fails(1, 1, 1), resume(2, "B", FAILED_ACTIONS));
        story.when(start(1, 1, 1)).thenAnswered(Answer.ENDED).thenNothingChanges();
        story.when(fails(1, 1, 1)).thenNothingChanges();
        story.when(gate(1, 2)).thenAnswered(Answer.ENDED).thenNothingChanges();
        story.when(enter(1, "B")).thenNothingChanges();
        story.when(new RunMessage.MachineEnded(1, "killed")).thenNothingChanges();
        story.when(resume(2, "B", FAILED_ACTIONS)).thenNothingChanges();
    }

    @Test
    void retriesAreCounted() {
        RunStory story = inPair(PLAN)
                .given(succeeds(1, 1, 0), fails(1, 1, 1), resume(2, "B", FAILED_ACTIONS));
        assertThat(story.state().retries().manual()).isEqualTo(1);
        assertThat(story.state().retries().latest()).hasValue(MANUAL_STAGE_RETRY);
        assertThat(story.state().attempt()).isEqualTo(2);
    }

    // Beside siblings

    @Test
    void failedActionIsRetriedWhileItsSiblingRunsOn() {
        inPair(PLAN).given(fails(1, 1, 0))
                .when(new RunMessage.RetryBesideSiblings("B"))
                .thenReply(new RunReply.Done())
                .thenAction(0, Status.PENDING).thenAction(1, Status.IN_PROGRESS)
                .thenOwes(new StopMachine(1), new StartMachine(2, "stage-1-group-0"))
                .thenPublishes("RESUMED", "RESUMED 1")
                .when(start(2, 1, 0)).thenWorks(id(2, 1, 0), false)
                .when(start(2, 1, 1)).thenWorks(id(1, 1, 1), true);
    }

    @Test
    void siblingThatEndsBeforeItIsAdoptedAnswersTheNewMachine() {
        inPair(PLAN).given(fails(1, 1, 0), new RunMessage.RetryBesideSiblings("B"))
                .when(succeeds(1, 1, 1)).thenOwes(answerAction(2, 1, 1, Answer.SUCCEEDED))
                .when(start(2, 1, 1)).thenAnswered(Answer.SUCCEEDED);
    }

    @Test
    void siblingWhoseStartIsOnTheWayStartsInTheNewMachineOnly() {
        RunStory.of(PLAN).given(begin(), enter("A"), start(1, 0, 0), succeeds(1, 0, 0), gate(1, 1), enter("B"),
                        start(1, 1, 0), fails(1, 1, 0), new RunMessage.RetryBesideSiblings("B"))
                .when(start(1, 1, 1)).thenAnswered(Answer.ENDED).thenNothingChanges()
                .when(start(2, 1, 1)).thenWorks(id(2, 1, 1), false);
    }

    @Test
    void nothingFailedNothingIsRetriedBesideSiblings() {
        inPair(PLAN).when(new RunMessage.RetryBesideSiblings("B")).thenRefused(Refusal.NOT_RETRYABLE);
    }

    @Test
    void otherStageIsNotRetriedBesideSiblings() {
        inPair(PLAN).given(fails(1, 1, 0)).when(new RunMessage.RetryBesideSiblings("A")).thenRefused(Refusal.NOT_RETRYABLE);
    }

    @Test
    void stoppingAndCancelledExecutionsAreNotRetriedBesideSiblings() {
        inPair(PLAN).given(fails(1, 1, 0), stopAndWait("enough"))
                .when(new RunMessage.RetryBesideSiblings("B")).thenRefused(Refusal.NOT_RETRYABLE);
        inPair(PLAN).given(fails(1, 1, 0), cancel())
                .when(new RunMessage.RetryBesideSiblings("B")).thenRefused(Refusal.NOT_RETRYABLE);
    }

    @Test
    void endedExecutionIsNotRetriedBesideSiblings() {
        inPair(PLAN).given(fails(1, 1, 0), fails(1, 1, 1))
                .when(new RunMessage.RetryBesideSiblings("B")).thenRefused(Refusal.NOT_RETRYABLE);
    }

    // Automatic

    @Test
    void stageIsRetriedOnceByItself() {
        RunStory story = RunStory.of(AUTOMATIC).given(begin(), enter("A"), start(1, 0, 0), start(1, 0, 1), succeeds(1, 0, 0));
        story.when(fails(1, 0, 1))
                .thenIs(RunStatus.IN_PROGRESS)
                .thenOwes(answerAction(1, 0, 1, Answer.FAILED), new StartMachine(2, "stage-0-group-0"))
                .thenPublishes("FAILED 0.1", "FAILED 0", "RESUMED", "RESUMED 0");
        assertThat(story.state().retries().automatic()).isEqualTo(1);
        assertThat(story.state().retries().latest()).hasValue(AUTOMATED_STAGE_RETRY);
        story.given(start(2, 0, 0), start(2, 0, 1)).when(fails(2, 0, 1)).thenIs(RunStatus.FAILED)
                .thenOwes(tellEnd(2), answerAction(2, 0, 1, Answer.FAILED));
    }

    @Test
    void automaticRetryWaitsForTheSiblings() {
        RunStory.of(AUTOMATIC).given(begin(), enter("A"), start(1, 0, 0), start(1, 0, 1))
                .when(fails(1, 0, 0)).thenOwes(answerAction(1, 0, 0, Answer.FAILED))
                .when(succeeds(1, 0, 1))
                .thenOwes(answerAction(1, 0, 1, Answer.SUCCEEDED), new StartMachine(2, "stage-0-group-0"));
    }

    @Test
    void automaticRetryOfAllActionsRunsThemAll() {
        Plan all = Scenario.plan(Scenario.retried(Scenario.stage("A", 2), ALL_ACTIONS), Scenario.stage("B", 1));
        RunStory.of(all).given(begin(), enter("A"), start(1, 0, 0), start(1, 0, 1), succeeds(1, 0, 0), fails(1, 0, 1))
                .when(start(2, 0, 0)).thenWorks(id(2, 0, 0), false);
    }

    @Test
    void manualRetryFollowsAnAutomaticOne() {
        RunStory.of(AUTOMATIC).given(begin(), enter("A"), start(1, 0, 0), start(1, 0, 1), succeeds(1, 0, 0), fails(1, 0, 1),
                        start(2, 0, 0), start(2, 0, 1), fails(2, 0, 1))
                .when(resume(3, "A", FAILED_ACTIONS)).thenIs(RunStatus.IN_PROGRESS)
                .thenOwes(new StartMachine(3, "stage-0-group-0"));
    }

    @Test
    void stoppedStageIsNotRetriedByItself() {
        RunStory.of(AUTOMATIC).given(begin(), enter("A"), start(1, 0, 0), start(1, 0, 1), succeeds(1, 0, 0), stopAndWait("enough"))
                .when(fails(1, 0, 1)).thenIs(RunStatus.STOPPED);
    }

    // What the pipeline holds for a retry that doesn't come is handed back

    @Test
    void secondOfTwoRetriesIsHandedBackWhenTheFirstIsOver() {
        inPair(PLAN).given(succeeds(1, 1, 0), fails(1, 1, 1), resume(2, "B", FAILED_ACTIONS), start(2, 1, 0), start(2, 1, 1),
                        fails(2, 1, 1))
                .when(resume(2, "B", ALL_ACTIONS))
                .thenReply(new RunReply.Ignored()).thenIs(RunStatus.FAILED).thenOwes(tellEnd(2, 2));
    }

    @Test
    void retryOfWhatHasSucceededMeanwhileIsHandedBack() {
        RunStory.of(Scenario.plan(Scenario.stage("A", 1)))
                .given(begin(), enter("A"), start(1, 0, 0), succeeds(1, 0, 0), gate(1, 1))
                .when(resume(2, "A", ALL_ACTIONS))
                .thenReply(new RunReply.Ignored()).thenIs(RunStatus.SUCCEEDED).thenOwes(tellEnd(2));
    }

    @Test
    void retryOfAnExecutionThatStoppedInFrontOfTheStageIsHandedBack() {
        RunStory.of(PLAN).given(begin(), enter("A"), start(1, 0, 0), succeeds(1, 0, 0), gate(1, 1), stopAndWait("enough"))
                .when(resume(2, "A", FAILED_ACTIONS)).thenIs(RunStatus.STOPPED).thenOwes(tellEnd(2));
    }

    @Test
    void retryOfASupersededExecutionIsHandedBack() {
        RunStory.of(PLAN).given(begin(), supersede())
                .when(resume(2, "A", FAILED_ACTIONS)).thenIs(RunStatus.SUPERSEDED).thenOwes(tellEnd(2, 0));
    }

    @Test
    void updateThatOvertakesTheRetryWins() {
        inPair(PLAN).given(succeeds(1, 1, 0), fails(1, 1, 1), cancel())
                .when(resume(2, "B", FAILED_ACTIONS))
                .thenReply(new RunReply.Ignored()).thenIs(RunStatus.FAILED).thenOwes(tellEnd(2, 2));
    }

    @Test
    void deletionThatOvertakesTheRetryWins() {
        inPair(PLAN).given(succeeds(1, 1, 0), fails(1, 1, 1), vanish())
                .when(resume(2, "B", FAILED_ACTIONS))
                .thenReply(new RunReply.Ignored()).thenIs(RunStatus.FAILED).thenOwes(tellEnd(2, 2));
    }
}
