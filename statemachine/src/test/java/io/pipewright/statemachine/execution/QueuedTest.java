package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.PipelineStory.admits;
import static io.pipewright.statemachine.execution.PipelineStory.arrive;
import static io.pipewright.statemachine.execution.PipelineStory.begins;
import static io.pipewright.statemachine.execution.PipelineStory.disable;
import static io.pipewright.statemachine.execution.PipelineStory.enable;
import static io.pipewright.statemachine.execution.PipelineStory.end;
import static io.pipewright.statemachine.execution.PipelineStory.start;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.QUEUED;

import org.junit.jupiter.api.Test;

/** User Guide, "How pipeline executions work", QUEUED mode: all enter, in the order of their starts. */
class QueuedTest {

    private static PipelineStory pipeline() {
        return PipelineStory.of(QUEUED).given(start("1"), start("2"), start("3"));
    }

    @Test
    void executionsQueueInFrontOfTheFirstStage() {
        PipelineStory.of(QUEUED)
                .when(start("1")).thenOwes(begins("1", 1), admits("1", 1, "A"))
                .when(start("2")).thenOwes(begins("2", 2))
                .when(start("3")).thenOwes(begins("3", 3)).thenActive("1 in A", "2 before A", "3 before A");
    }

    @Test
    void nextInTheQueueEntersWhenTheStageIsLeft() {
        pipeline().when(arrive("1", 1, "B")).thenOwes(admits("2", 2, "A"), admits("1", 1, "B"))
                .when(arrive("2", 2, "B")).thenOwes(admits("3", 3, "A")).thenActive("1 in B", "2 before B", "3 in A");
    }

    @Test
    void nextInTheQueueEntersWhenTheOneInsideFails() {
        pipeline().when(end("1", 1)).thenOwes(admits("2", 2, "A")).thenActive("2 in A", "3 before A");
    }

    @Test
    void eachStageHasItsQueue() {
        pipeline().given(arrive("1", 1, "B"), arrive("2", 2, "B"), arrive("3", 3, "B"))
                .thenActive("1 in B", "2 before B", "3 before B")
                .when(arrive("1", 1, "C")).thenOwes(admits("2", 2, "B"), admits("1", 1, "C"));
    }

    @Test
    void whoIsStoppedInTheQueueLeavesIt() {
        pipeline().when(end("2", 2)).thenOwes().thenActive("1 in A", "3 before A")
                .when(end("1", 1)).thenOwes(admits("3", 3, "A"));
    }

    @Test
    void queueGrowsInFrontOfADisabledTransitionAndItsHeadEntersFirst() {
        pipeline().given(disable("B"), arrive("1", 1, "B"), arrive("2", 2, "B"), arrive("3", 3, "B"))
                .thenActive("1 before B", "2 before B", "3 before B")
                .when(enable("B")).thenOwes(admits("1", 1, "B")).thenActive("1 in B", "2 before B", "3 before B");
    }
}
