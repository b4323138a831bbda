package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codepipeline.model.StageState;

class ObstacleTest {
    private static final StageState TAKEN = StageState.builder().stageName("Deploy")
            .inboundExecution(waiting -> waiting.pipelineExecutionId("mine"))
            .inboundTransitionState(transition -> transition.enabled(true))
            .latestExecution(inside -> inside.pipelineExecutionId("other")).build();

    @Test
    void namesTheExecutionThatIsInTheStage() {
        assertThat(lines(TAKEN)).hasSize(2).first().isEqualTo("Deploy is still taken by execution other.");
        assertThat(lines(TAKEN).get(1)).contains("stop-pipeline-execution --pipeline-name shop --pipeline-execution-id other");
    }

    @Test
    void namesADisabledTransitionAndWhyItIs() {
        StageState disabled = TAKEN.toBuilder()
                .inboundTransitionState(transition -> transition.enabled(false).disabledReason("Holidays")).build();
        assertThat(lines(disabled)).first().isEqualTo("The transition into Deploy is disabled: Holidays");
        assertThat(lines(disabled).get(1)).contains("enable-stage-transition --pipeline-name shop --stage-name Deploy");
    }

    @Test
    void whoDoesNotWaitHasNone() {
        assertThat(Obstacle.lines("shop", "another", List.of(TAKEN), URI.create("http://127.0.0.1:1"))).isEmpty();
    }

    private static List<String> lines(StageState stage) {
        return Obstacle.lines("shop", "mine", List.of(stage), URI.create("http://127.0.0.1:1"));
    }
}
