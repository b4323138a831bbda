package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.PipelineStory.admits;
import static io.pipewright.statemachine.execution.PipelineStory.arrive;
import static io.pipewright.statemachine.execution.PipelineStory.end;
import static io.pipewright.statemachine.execution.PipelineStory.resumes;
import static io.pipewright.statemachine.execution.PipelineStory.retry;
import static io.pipewright.statemachine.execution.PipelineStory.start;
import static org.assertj.core.api.Assertions.assertThat;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.QUEUED;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.SUPERSEDED;

import io.pipewright.statemachine.execution.PipelineDecision.Refusal;
import org.junit.jupiter.api.Test;

/** Which retries a pipeline grants, and what they do to its stages. */
class GrantedRetryTest {

    private static PipelineStory failedInA() {
        return PipelineStory.of(QUEUED).given(start("1"), end("1", 1));
    }

    @Test
    void retriedExecutionHoldsItsStageAgain() {
        failedInA().when(retry("1", 1, 2, QUEUED, "A")).thenOwes(resumes("1", 1, 2, "A")).thenActive("1 in A")
                .when(start("2")).thenActive("1 in A", "2 before A");
    }

    @Test
    void retryIsGrantedBeforeTheEndIsHeardOf() {
        PipelineStory.of(QUEUED).given(start("1"))
                .when(retry("1", 1, 2, QUEUED, "A")).thenOwes(resumes("1", 1, 2, "A"))
                .when(end("1", 1, 1)).thenIgnored().thenActive("1 in A")
                .when(end("1", 1, 2)).thenOwes().thenActive();
    }

    @Test
    void retryIsRefusedWhenANewerOneHasEnteredTheStage() {
        failedInA().given(start("2")).when(retry("1", 1, 2, QUEUED, "A")).thenRefused(Refusal.NOT_LATEST)
                .given(arrive("2", 2, "B")).when(retry("1", 1, 2, QUEUED, "A")).thenRefused(Refusal.NOT_LATEST)
                .given(end("2", 2)).when(retry("1", 1, 2, QUEUED, "A")).thenRefused(Refusal.NOT_LATEST);
    }

    @Test
    void retryIsGrantedWhenTheNewerOneEndedBeforeItEntered() {
        failedInA().given(start("2"), end("2", 2, 1, 0))
                .when(retry("1", 1, 2, QUEUED, "A")).thenOwes(resumes("1", 1, 2, "A"));
    }

    @Test
    void formerLatestIsForgottenOnceTheNewerOneHasEntered() {
        assertThat(failedInA().given(start("2"), arrive("2", 2, "B")).state().stages())
                .allMatch(stage -> stage.previous().isEmpty());
        assertThat(failedInA().given(start("2"), end("2", 2, 1, 1)).state().stages())
                .allMatch(stage -> stage.previous().isEmpty());
    }

    @Test
    void retryIsRefusedWhenTheNewerOneEndedInFrontOfTheNextStage() {
        failedInA().given(start("2"), end("2", 2, 1, 1))
                .when(retry("1", 1, 2, QUEUED, "A")).thenRefused(Refusal.NOT_LATEST);
    }

    @Test
    void retryIsGrantedWhileNewerOnesAreInEarlierStages() {
        PipelineStory.of(SUPERSEDED).given(start("1"), arrive("1", 1, "B"), end("1", 1), start("2"))
                .when(retry("1", 1, 2, SUPERSEDED, "B")).thenOwes(resumes("1", 1, 2, "B")).thenActive("1 in B", "2 in A")
                .when(arrive("2", 2, "B")).thenOwes().thenActive("1 in B", "2 before B")
                .when(end("1", 1, 2)).thenOwes(admits("2", 2, "B"));
    }

    @Test
    void secondRetryIsRefusedWhileTheFirstIsUnderWay() {
        failedInA().given(retry("1", 1, 2, QUEUED, "A"))
                .when(retry("1", 1, 2, QUEUED, "A")).thenRefused(Refusal.RETRY_RUNNING);
    }

    @Test
    void retryAfterARetryIsGranted() {
        failedInA().given(retry("1", 1, 2, QUEUED, "A"), end("1", 1, 2))
                .when(retry("1", 1, 3, QUEUED, "A")).thenOwes(resumes("1", 1, 3, "A"));
    }

    @Test
    void retriedExecutionGoesOnUnderItsAttempt() {
        failedInA().given(retry("1", 1, 2, QUEUED, "A"))
                .when(arrive("1", 1, 2, "B")).thenOwes(admits("1", 1, 2, "B"))
                .when(arrive("1", 1, 1, "C")).thenIgnored();
    }

    @Test
    void retryInAStageThatIsGoneIsRefused() {
        failedInA().when(retry("1", 1, 2, QUEUED, "X")).thenRefused(Refusal.DECLARATION_CHANGED);
    }

    @Test
    void retryThatIsHandedBackFreesTheStage() {
        failedInA().given(retry("1", 1, 2, QUEUED, "A"), start("2"))
                .when(end("1", 1, 2)).thenOwes(admits("2", 2, "A"));
    }
}
