package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.PipelineStory.arrive;
import static io.pipewright.statemachine.execution.PipelineStory.disable;
import static io.pipewright.statemachine.execution.PipelineStory.end;
import static io.pipewright.statemachine.execution.PipelineStory.retry;
import static io.pipewright.statemachine.execution.PipelineStory.start;
import static io.pipewright.statemachine.execution.PipelineStory.update;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.PARALLEL;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.QUEUED;

import io.pipewright.statemachine.execution.PipelineDecision.Refusal;
import org.junit.jupiter.api.Test;

/** A deleted pipeline's executions vanish. */
class DeleteTest {

    private static final PipelineMessage DELETE = new PipelineMessage.Delete();

    @Test
    void allActiveExecutionsVanish() {
        PipelineStory.of(QUEUED).given(start("1"), start("2"))
                .when(DELETE).thenOwes(new PipelineEffect.Vanish("1", 1), new PipelineEffect.Vanish("2", 2)).thenActive();
        PipelineStory.of(PARALLEL).given(start("1"))
                .when(DELETE).thenOwes(new PipelineEffect.Vanish("1", 1)).thenActive();
    }

    @Test
    void secondDeletionChangesNothing() {
        PipelineStory.of(QUEUED).given(DELETE).when(DELETE).thenIgnored();
    }

    @Test
    void lateMessagesOfItsExecutionsChangeNothing() {
        PipelineStory.of(QUEUED).given(start("1"), DELETE)
                .when(arrive("1", 1, "B")).thenIgnored()
                .when(end("1", 1)).thenIgnored();
    }

    @Test
    void nothingIsPossibleAnyMore() {
        PipelineStory.of(QUEUED).given(start("1"), end("1", 1), DELETE)
                .when(start("2")).thenRefused(Refusal.PIPELINE_DELETED)
                .when(retry("1", 1, 2, QUEUED, "A")).thenRefused(Refusal.DECLARATION_CHANGED)
                .when(update(2, QUEUED, "A")).thenRefused(Refusal.PIPELINE_DELETED)
                .when(disable("A")).thenRefused(Refusal.PIPELINE_DELETED);
    }
}
