package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.PipelineStory.admits;
import static io.pipewright.statemachine.execution.PipelineStory.arrive;
import static io.pipewright.statemachine.execution.PipelineStory.begins;
import static io.pipewright.statemachine.execution.PipelineStory.disable;
import static io.pipewright.statemachine.execution.PipelineStory.disableBehind;
import static io.pipewright.statemachine.execution.PipelineStory.enable;
import static io.pipewright.statemachine.execution.PipelineStory.enableBehind;
import static io.pipewright.statemachine.execution.PipelineStory.end;
import static io.pipewright.statemachine.execution.PipelineStory.resumes;
import static io.pipewright.statemachine.execution.PipelineStory.retry;
import static io.pipewright.statemachine.execution.PipelineStory.start;
import static org.assertj.core.api.Assertions.assertThat;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.QUEUED;

import io.pipewright.statemachine.execution.PipelineDecision.Refusal;
import org.junit.jupiter.api.Test;

/** User Guide, "Working with stage transitions". */
class TransitionTest {

    private static PipelineStory pipeline() {
        return PipelineStory.of(QUEUED);
    }

    @Test
    void disabledTransitionHoldsExecutionsInFrontOfTheStage() {
        pipeline().given(start("1"), disable("B"))
                .when(arrive("1", 1, "B")).thenOwes().thenActive("1 before B")
                .when(enable("B")).thenOwes(admits("1", 1, "B"));
    }

    @Test
    void disabledTransitionInFrontOfTheFirstStageHoldsStarts() {
        pipeline().given(disable("A"))
                .when(start("1")).thenOwes(begins("1", 1)).thenActive("1 before A")
                .when(enable("A")).thenOwes(admits("1", 1, "A"));
    }

    @Test
    void whoIsInsideIsNotTouched() {
        pipeline().given(start("1")).when(disable("A")).thenOwes().thenActive("1 in A");
    }

    @Test
    void transitionBehindAStageHoldsExecutionsInFrontOfTheNext() {
        pipeline().given(start("1"), disableBehind("A"))
                .when(arrive("1", 1, "B")).thenOwes().thenActive("1 before B")
                .when(enableBehind("A")).thenOwes(admits("1", 1, "B"));
    }

    @Test
    void bothTransitionsMustBeEnabled() {
        pipeline().given(start("1"), disableBehind("A"), disable("B"), arrive("1", 1, "B"))
                .when(enable("B")).thenOwes().thenActive("1 before B")
                .when(enableBehind("A")).thenOwes(admits("1", 1, "B"));
    }

    @Test
    void transitionBehindTheLastStageHoldsNobody() {
        pipeline().when(disableBehind("C")).thenOwes()
                .given(start("1"), arrive("1", 1, "B")).when(arrive("1", 1, "C")).thenOwes(admits("1", 1, "C"));
    }

    @Test
    void enablingAStageThatIsHeldLetsNobodyIn() {
        pipeline().given(start("1"), start("2"), disable("A")).when(enable("A")).thenOwes().thenActive("1 in A", "2 before A");
    }

    @Test
    void stageThatIsLeftStaysEmptyBehindADisabledTransition() {
        pipeline().given(start("1"), start("2"), disable("A"))
                .when(arrive("1", 1, "B")).thenOwes(admits("1", 1, "B")).thenActive("1 in B", "2 before A");
    }

    @Test
    void retryInsideAStageNeedsNoTransition() {
        pipeline().given(start("1"), end("1", 1), disable("A"))
                .when(retry("1", 1, 2, QUEUED, "A")).thenOwes(resumes("1", 1, 2, "A"));
    }

    @Test
    void unknownStageIsRefused() {
        pipeline().when(disable("X")).thenRefused(Refusal.STAGE_NOT_FOUND);
    }

    @Test
    void reasonAndAuthorAreKept() {
        StageGate gate = pipeline().given(disable("B")).state().stage("B").orElseThrow();
        assertThat(gate.inbound()).isEqualTo(Transition.disabled("closed", "someone", 1));
        assertThat(gate.outbound()).isEqualTo(Transition.UNTOUCHED);
    }
}
