package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.PipelineStory.admits;
import static io.pipewright.statemachine.execution.PipelineStory.begins;
import static io.pipewright.statemachine.execution.PipelineStory.end;
import static io.pipewright.statemachine.execution.PipelineStory.retry;
import static io.pipewright.statemachine.execution.PipelineStory.start;
import static io.pipewright.statemachine.execution.PipelineStory.update;
import static io.pipewright.statemachine.execution.RunStory.begin;
import static io.pipewright.statemachine.execution.RunStory.enter;
import static io.pipewright.statemachine.execution.RunStory.start;
import static io.pipewright.statemachine.execution.RunStory.tellEnd;
import static org.assertj.core.api.Assertions.assertThat;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.PARALLEL;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.QUEUED;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.SUPERSEDED;
import static software.amazon.awssdk.services.codepipeline.model.StageRetryMode.ALL_ACTIONS;

import io.pipewright.statemachine.execution.PipelineDecision.Refusal;
import io.pipewright.statemachine.execution.RunEffect.StartMachine;
import io.pipewright.statemachine.execution.RunEffect.StopMachine;
import org.junit.jupiter.api.Test;

/** How an execution comes into being: its number, its quota, and messages that come twice or in another order. */
class StartTest {

    private static final Plan PLAN = Scenario.plan(Scenario.stage("A", 1), Scenario.stage("B", 1));

    @Test
    void executionsAreNumberedInTheOrderOfTheirStarts() {
        PipelineStory.of(QUEUED)
                .when(start("first")).thenOwes(begins("first", 1), admits("first", 1, "A"))
                .when(start("second")).thenOwes(begins("second", 2))
                .thenActive("first in A", "second before A");
    }

    @Test
    void startThatComesTwiceCountsOnce() {
        PipelineStory.of(QUEUED).given(start("first")).when(start("first")).thenIgnored();
    }

    @Test
    void startThatComesAgainBeforeTheExecutionHeardOfItsNumberSupersedesNobody() {
        PipelineStory.of(SUPERSEDED).given(start("first"), start("second"), start("third"))
                .thenActive("first in A", "third before A")
                .when(start("second")).thenIgnored().thenActive("first in A", "third before A");
    }

    @Test
    void startThatComesAgainAfterTheEndGetsANumberThatIsHandedBack() {
        PipelineStory.of(QUEUED).given(start("first"), end("first", 1)).givenAllCarriedOut()
                .when(start("first")).thenOwes(begins("first", 2), admits("first", 2, "A"))
                .when(end("first", 2, Integer.MAX_VALUE)).thenActive();
        RunStory.of(PLAN).given(begin())
                .when(new RunMessage.Begin(9))
                .thenOwes(new RunEffect.TellPipeline(new PipelineMessage.End(RunStory.RUN, 9, Integer.MAX_VALUE, 0)));
    }

    @Test
    void messagesUnderAnotherNumberChangeNothingElse() {
        RunEffect handBack = new RunEffect.TellPipeline(new PipelineMessage.End(RunStory.RUN, 9, Integer.MAX_VALUE, 0));
        RunStory.of(PLAN).given(begin())
                .when(new RunMessage.Enter(9, 1, "A")).thenOwes(handBack).thenIs(RunStatus.IN_PROGRESS)
                .when(new RunMessage.Supersede(9)).thenOwes(handBack).thenIs(RunStatus.IN_PROGRESS)
                .when(new RunMessage.Cancel(9)).thenOwes(handBack).thenIs(RunStatus.IN_PROGRESS)
                .when(new RunMessage.Vanish(9)).thenOwes(handBack).thenIs(RunStatus.IN_PROGRESS);
    }

    @Test
    void executionBeginsWithItsMachineAtTheFirstGate() {
        RunStory.of(PLAN)
                .when(begin()).thenReply(new RunReply.Done()).thenIs(RunStatus.IN_PROGRESS)
                .thenOwes(new StartMachine(1, "gate-0")).thenPublishes("STARTED")
                .when(begin()).thenNothingChanges();
    }

    @Test
    void anyWordFromThePipelineBeginsTheExecution() {
        RunStory.of(PLAN)
                .when(enter("A")).thenPublishes("STARTED", "STARTED 0")
                .thenOwes(new StartMachine(1, "gate-0"), new RunEffect.AnswerGate(1, 0, RunEffect.Answer.SUCCEEDED))
                .when(begin()).thenNothingChanges();
        RunStory.of(PLAN)
                .when(RunStory.supersede()).thenIs(RunStatus.SUPERSEDED).thenPublishes("STARTED", "SUPERSEDED")
                .thenOwes(new StartMachine(1, "gate-0"), new StopMachine(1))
                .when(begin()).thenNothingChanges();
        RunStory.of(PLAN).when(RunStory.cancel()).thenIs(RunStatus.CANCELLED).thenPublishes("STARTED", "CANCELED");
        RunStory.of(PLAN).when(RunStory.vanish()).thenIs(RunStatus.CANCELLED).thenPublishes("STARTED");
    }

    @Test
    void nothingRunsBeforeTheBeginning() {
        RunStory.of(PLAN)
                .when(start(1, 0, 0)).thenNothingChanges()
                .when(new RunMessage.MachineEnded(1, "killed")).thenNothingChanges()
                .when(new RunMessage.Expire()).thenNothingChanges();
    }

    @Test
    void executionThatLacksAVariableGetsANumberAndFailsAtOnce() {
        PipelineStory.of(QUEUED).given(start("first"))
                .when(new PipelineMessage.Start("second", 1, true, 1)).thenOwes(begins("second", 2)).thenActive("first in A");
        RunStory.failing(PLAN, "no value")
                .when(begin()).thenIs(RunStatus.FAILED).thenSays("no value").thenOwes().thenPublishes("STARTED", "FAILED")
                .when(begin()).thenNothingChanges()
                .when(RunStory.resume(2, "A", ALL_ACTIONS))
                .thenIs(RunStatus.FAILED).thenOwes(tellEnd(2, 0));
    }

    @Test
    void startOnAnotherVersionIsRefused() {
        PipelineStory.of(QUEUED).given(update(2, QUEUED, "A", "B", "C"))
                .when(start("first", 1)).thenRefused(Refusal.OTHER_VERSION)
                .when(start("first", 2)).thenOwes(begins("first", 1), admits("first", 1, "A"));
    }

    @Test
    void startsBeyondTheQuotaAreRefused() {
        PipelineStory.of(QUEUED).given(start("1"), start("2"), start("3"))
                .when(start("4")).thenRefused(Refusal.TOO_MANY_EXECUTIONS)
                .given(end("2", 2)).when(start("4")).thenOwes(begins("4", 4));
        PipelineStory.of(PARALLEL).given(start("1"), start("2"), start("3"))
                .when(start("4")).thenRefused(Refusal.TOO_MANY_EXECUTIONS);
    }

    @Test
    void refusedStartUsesNoNumber() {
        PipelineStory story = PipelineStory.of(QUEUED).given(start("1"), start("2"), start("3"), start("4"));
        assertThat(story.state().lastNumber()).isEqualTo(3);
    }

    @Test
    void supersededModeHasNoQuota() {
        PipelineStory.of(SUPERSEDED).given(start("1"), start("2"), start("3"), start("4"), start("5"))
                .thenActive("1 in A", "5 before A");
    }

    @Test
    void retryBeyondTheQuotaIsRefused() {
        PipelineStory.of(PARALLEL).given(start("1"), end("1", 1), start("2"), start("3"), start("4"))
                .when(retry("1", 1, 2, PARALLEL, "A")).thenRefused(Refusal.TOO_MANY_EXECUTIONS);
    }

    @Test
    void retryOfOneThatStillCountsNeedsNoRoom() {
        PipelineStory.of(PARALLEL).given(start("1"), start("2"), start("3"))
                .when(retry("1", 1, 2, PARALLEL, "A")).thenOwes(PipelineStory.resumes("1", 1, 2, "A"));
    }
}
