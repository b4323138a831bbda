package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.PipelineStory.admits;
import static io.pipewright.statemachine.execution.PipelineStory.arrive;
import static io.pipewright.statemachine.execution.PipelineStory.begins;
import static io.pipewright.statemachine.execution.PipelineStory.disable;
import static io.pipewright.statemachine.execution.PipelineStory.enable;
import static io.pipewright.statemachine.execution.PipelineStory.end;
import static io.pipewright.statemachine.execution.PipelineStory.start;
import static io.pipewright.statemachine.execution.PipelineStory.supersedes;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.SUPERSEDED;

import org.junit.jupiter.api.Test;

/** User Guide, "How pipeline executions work", SUPERSEDED mode: one inside a stage, the newest in front of it. */
class SupersededTest {

    private static PipelineStory pipeline() {
        return PipelineStory.of(SUPERSEDED);
    }

    @Test
    void firstExecutionEntersAtOnce() {
        pipeline().when(start("1")).thenOwes(begins("1", 1), admits("1", 1, "A")).thenActive("1 in A");
    }

    @Test
    void secondExecutionWaits() {
        pipeline().given(start("1")).when(start("2")).thenOwes(begins("2", 2)).thenActive("1 in A", "2 before A");
    }

    @Test
    void newerExecutionTakesThePlaceOfTheOneThatWaits() {
        pipeline().given(start("1"), start("2"))
                .when(start("3")).thenOwes(begins("3", 3), supersedes("2", 2)).thenActive("1 in A", "3 before A");
    }

    @Test
    void executionInsideTheStageIsLeftAlone() {
        pipeline().given(start("1"), start("2"), start("3")).thenActive("1 in A", "3 before A")
                .when(end("1", 1)).thenOwes(admits("3", 3, "A"));
    }

    @Test
    void executionsInDifferentStagesRunSideBySide() {
        pipeline().given(start("1"), start("2"))
                .when(arrive("1", 1, "B")).thenOwes(admits("2", 2, "A"), admits("1", 1, "B")).thenActive("1 in B", "2 in A");
    }

    @Test
    void whoArrivesWhereAnOlderOneWaitsTakesItsPlace() {
        pipeline().given(start("1"), arrive("1", 1, "B"), start("2"), arrive("2", 2, "B"), start("3"))
                .thenActive("1 in B", "2 before B", "3 in A")
                .when(arrive("3", 3, "B")).thenOwes(supersedes("2", 2)).thenActive("1 in B", "3 before B");
    }

    @Test
    void olderOnesAreSupersededInFrontOfADisabledTransitionToo() {
        pipeline().given(disable("B"), start("1"), arrive("1", 1, "B"), start("2"))
                .when(arrive("2", 2, "B")).thenOwes(supersedes("1", 1)).thenActive("2 before B")
                .when(enable("B")).thenOwes(admits("2", 2, "B"));
    }

    @Test
    void failureOrStopFreesTheStage() {
        pipeline().given(start("1"), arrive("1", 1, "B"), start("2"), arrive("2", 2, "B"))
                .when(end("1", 1)).thenOwes(admits("2", 2, "B")).thenActive("2 in B");
    }

    @Test
    void whoEndsInFrontOfAStageLeavesTheOneInsideAlone() {
        pipeline().given(start("1"), start("2")).when(end("2", 2)).thenOwes().thenActive("1 in A");
    }

    @Test
    void messagesOfTheSupersededChangeNothing() {
        pipeline().given(start("1"), start("2"), start("3"))
                .when(arrive("2", 2, "B")).thenIgnored()
                .when(end("2", 2)).thenIgnored();
    }

    @Test
    void repeatedAndLateArrivalsChangeNothing() {
        pipeline().given(start("1"), arrive("1", 1, "B"), arrive("1", 1, "C"))
                .when(arrive("1", 1, "C")).thenIgnored()
                .when(arrive("1", 1, "B")).thenIgnored().thenActive("1 in C");
    }

    @Test
    void endOfWhoIsGoneChangesNothing() {
        pipeline().given(start("1"), end("1", 1)).when(end("1", 1)).thenIgnored();
    }

    @Test
    void messagesUnderAnotherNumberChangeNothing() {
        pipeline().given(start("1"))
                .when(end("other", 1)).thenIgnored()
                .when(arrive("1", 2, "B")).thenIgnored();
    }
}
