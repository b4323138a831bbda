package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.PipelineStory.admits;
import static io.pipewright.statemachine.execution.PipelineStory.arrive;
import static io.pipewright.statemachine.execution.PipelineStory.begins;
import static io.pipewright.statemachine.execution.PipelineStory.disable;
import static io.pipewright.statemachine.execution.PipelineStory.enable;
import static io.pipewright.statemachine.execution.PipelineStory.end;
import static io.pipewright.statemachine.execution.PipelineStory.resumes;
import static io.pipewright.statemachine.execution.PipelineStory.retry;
import static io.pipewright.statemachine.execution.PipelineStory.start;
import static io.pipewright.statemachine.execution.PipelineStory.update;
import static io.pipewright.statemachine.execution.RunStory.begin;
import static io.pipewright.statemachine.execution.RunStory.enter;
import static io.pipewright.statemachine.execution.RunStory.gate;
import static io.pipewright.statemachine.execution.RunStory.openGate;
import static io.pipewright.statemachine.execution.RunStory.start;
import static io.pipewright.statemachine.execution.RunStory.succeeds;
import static io.pipewright.statemachine.execution.RunStory.tellArrival;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.PARALLEL;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.QUEUED;

import io.pipewright.statemachine.execution.PipelineDecision.Refusal;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import io.pipewright.statemachine.execution.RunEffect.AnswerGate;
import io.pipewright.statemachine.execution.RunReply.Parked;
import org.junit.jupiter.api.Test;

/** User Guide, "How pipeline executions work", PARALLEL mode: executions don't know each other. */
class ParallelTest {

    private static final Plan PLAN = Scenario.plan(Scenario.stage("A", 1), Scenario.stage("B", 1), Scenario.stage("C", 1));

    private static RunStory inA() {
        return RunStory.of(PLAN, PARALLEL).given(begin(), openGate(1, 0), start(1, 0, 0), succeeds(1, 0, 0));
    }

    @Test
    void executionsRunSideBySide() {
        PipelineStory.of(PARALLEL)
                .when(start("1")).thenOwes(begins("1", 1))
                .when(start("2")).thenOwes(begins("2", 2))
                .when(end("1", 1)).thenOwes().thenActive("2 in ");
    }

    @Test
    void openGatesArePassedWithoutAWord() {
        inA().when(openGate(1, 1)).thenAnswered(Answer.SUCCEEDED).thenOwes().thenPublishes("SUCCEEDED 0", "STARTED 1");
    }

    @Test
    void closedGateHoldsTheExecution() {
        inA().when(gate(1, 1)).thenReply(new Parked()).thenOwes(tellArrival(1, "B")).thenPublishes("SUCCEEDED 0")
                .when(enter("B")).thenOwes(new AnswerGate(1, 1, Answer.SUCCEEDED)).thenPublishes("STARTED 1");
    }

    @Test
    void closedFirstGateHoldsTheExecution() {
        RunStory.of(PLAN, PARALLEL).given(begin())
                .when(gate(1, 0)).thenReply(new Parked()).thenOwes(tellArrival(1, "A"));
        PipelineStory.of(PARALLEL).given(disable("A"), start("1"))
                .when(arrive("1", 1, "A")).thenOwes().thenActive("1 before A")
                .when(enable("A")).thenOwes(admits("1", 1, "A"));
    }

    @Test
    void gateAskedAgainSaysOnceThatItWaits() {
        inA().given(gate(1, 1)).when(gate(1, 1)).thenReply(new Parked()).thenNothingChanges();
    }

    @Test
    void gateAskedAgainWhenItIsOpenLetsTheExecutionPass() {
        inA().given(gate(1, 1)).when(openGate(1, 1)).thenAnswered(Answer.SUCCEEDED)
                .when(enter("B")).thenNothingChanges();
    }

    @Test
    void enablingATransitionLetsAllPass() {
        PipelineStory.of(PARALLEL).given(start("1"), start("2"), disable("B"), arrive("1", 1, "B"), arrive("2", 2, "B"))
                .thenActive("1 before B", "2 before B")
                .when(enable("B")).thenOwes(admits("1", 1, "B"), admits("2", 2, "B"));
    }

    @Test
    void transitionEnabledBeforeTheArrivalLetsItPassAtOnce() {
        PipelineStory.of(PARALLEL).given(start("1"))
                .when(arrive("1", 1, "B")).thenOwes(admits("1", 1, "B"));
    }

    @Test
    void anyFailedExecutionIsRetried() {
        PipelineStory.of(PARALLEL).given(start("1"), end("1", 1), start("2"), end("2", 2))
                .when(retry("1", 1, 2, PARALLEL, "B")).thenOwes(resumes("1", 1, 2, "B"))
                .when(retry("2", 2, 2, PARALLEL, "B")).thenOwes(resumes("2", 2, 2, "B"));
    }

    @Test
    void executionsGoOnWithTheVersionThatTheyBeganWith() {
        PipelineStory.of(PARALLEL).given(start("1"), disable("B"), arrive("1", 1, "B"))
                .when(update(2, QUEUED, "A", "B", "C")).thenOwes().thenActive("1 before B")
                .when(enable("B")).thenOwes(admits("1", 1, "B"));
    }

    @Test
    void retryUnderAnotherVersionIsRefused() {
        PipelineStory.of(PARALLEL).given(start("1"), end("1", 1), update(2, PARALLEL, "A", "B", "C"))
                .when(retry("1", 1, 2, PARALLEL, "B")).thenRefused(Refusal.DECLARATION_CHANGED);
    }

    @Test
    void stageThatTheNewVersionLacksIsEntered() {
        PipelineStory.of(PARALLEL).given(start("1"), disable("B"), arrive("1", 1, "B"))
                .when(update(2, PARALLEL, "A", "C")).thenOwes(admits("1", 1, "B"));
    }

    @Test
    void executionArrivesInItsOwnOrderOfStages() {
        PipelineStory.of(PARALLEL)
                .given(start("1"), arrive("1", 1, "B"), disable("C"), update(2, PARALLEL, "A", "C", "B"))
                .when(arrive("1", 1, "C")).thenOwes().thenActive("1 before C")
                .when(enable("C")).thenOwes(admits("1", 1, "C"));
    }

    @Test
    void admissionToAStageBehindItIsIgnored() {
        inA().given(gate(1, 1), enter("B"), start(1, 1, 0), succeeds(1, 1, 0), gate(1, 2))
                .when(enter("B")).thenReply(new RunReply.Ignored()).thenNothingChanges();
    }

    @Test
    void lateArrivalIsIgnoredInItsOwnOrderOfStages() {
        PipelineStory.of(PARALLEL)
                .given(start("1"), arrive("1", 1, "B"), disable("C"), arrive("1", 1, "C"), update(2, PARALLEL, "A", "C", "B"))
                .when(arrive("1", 1, "B")).thenIgnored().thenActive("1 before C")
                .when(enable("C")).thenOwes(admits("1", 1, "C"));
    }

    @Test
    void lateArrivalIsIgnored() {
        PipelineStory.of(PARALLEL).given(start("1"), arrive("1", 1, "B"), disable("C"), arrive("1", 1, "C"))
                .when(arrive("1", 1, "B")).thenIgnored().thenActive("1 before C");
    }
}
