package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.PipelineStory.arrive;
import static io.pipewright.statemachine.execution.PipelineStory.disable;
import static io.pipewright.statemachine.execution.PipelineStory.earlierArrive;
import static io.pipewright.statemachine.execution.PipelineStory.start;
import static io.pipewright.statemachine.execution.PipelineStory.update;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.PARALLEL;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.QUEUED;

import org.junit.jupiter.api.Test;

/** Where executions stand was once told by names alone. */
class EarlierReleaseTest {

    @Test
    void executionWithoutPositionIsOnlyMovedOn() {
        PipelineStory.of(QUEUED).given(start("1"), arrive("1", 1, "B")).givenFromAnEarlierRelease()
                .when(arrive("1", 1, "B")).thenIgnored()
                .when(arrive("1", 1, "A")).thenIgnored()
                .when(arrive("1", 1, "C")).thenActive("1 in C");
    }

    @Test
    void arrivalWithoutPositionOnlyMovesOn() {
        PipelineStory.of(QUEUED).given(start("1"), arrive("1", 1, "B"))
                .when(earlierArrive("1", 1, "B")).thenIgnored()
                .when(earlierArrive("1", 1, "A")).thenIgnored()
                .when(earlierArrive("1", 1, "C")).thenActive("1 in C")
                .when(arrive("1", 1, "C")).thenIgnored();
    }

    @Test
    void firstArrivalWithoutPositionIsBelieved() {
        PipelineStory.of(PARALLEL).given(start("1"), disable("B"))
                .when(earlierArrive("1", 1, "B")).thenActive("1 before B");
    }

    @Test
    void arrivalWithoutPositionAfterAnUpdateIsBelieved() {
        PipelineStory.of(PARALLEL)
                .given(start("1"), disable("B"), earlierArrive("1", 1, "B"), update(2, PARALLEL, "A", "C", "B"), disable("C"))
                .when(earlierArrive("1", 1, "C")).thenActive("1 before C");
    }
}
