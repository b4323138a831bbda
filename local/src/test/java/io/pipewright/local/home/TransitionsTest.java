package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.TestHome.eventually;
import static io.pipewright.local.home.Wire.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.IN_PROGRESS;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.SUPERSEDED;
import static software.amazon.awssdk.services.codepipeline.model.StageTransitionType.INBOUND;
import static software.amazon.awssdk.services.codepipeline.model.StageTransitionType.OUTBOUND;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineNotFoundException;
import software.amazon.awssdk.services.codepipeline.model.StageTransitionType;

/** Transitions closed and opened while executions come and go. */
class TransitionsTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static void close(Pipeline pipeline, String stage, StageTransitionType type) {
        HOME.codePipeline().disableStageTransition(request -> request.pipelineName(pipeline.name()).stageName(stage)
                .transitionType(type).reason("closed"));
    }

    private static void open(Pipeline pipeline, String stage, StageTransitionType type) {
        HOME.codePipeline().enableStageTransition(request -> request.pipelineName(pipeline.name()).stageName(stage)
                .transitionType(type));
    }

    @Test
    void eitherSideOfATransitionHoldsUntilItOpens() {
        for (ExecutionMode mode : ExecutionMode.knownValues()) {
            for (StageTransitionType type : StageTransitionType.knownValues()) {
                Pipeline pipeline = HOME.create(pipeline(mode + "-" + type, mode, approvals("One", "Two")));
                String run = pipeline.firstRun();
                String stage = type == INBOUND ? "Two" : "One";
                close(pipeline, stage, type);
                pipeline.approve(run, "One");
                if (mode == ExecutionMode.PARALLEL) {
                    eventually(() -> assertThat(pipeline.newest(run, "Ask").orElseThrow().statusAsString())
                            .isEqualTo("Succeeded"));
                } else {
                    pipeline.awaitWaiting(run, "Two");
                }
                assertThat(pipeline.status(run)).isEqualTo(IN_PROGRESS);

                open(pipeline, stage, type);

                pipeline.approve(run, "Two");
                pipeline.awaitSucceeded(run);
            }
        }
    }

    @Test
    void bothSidesMustBeOpen() {
        Pipeline pipeline = HOME.create(pipeline("both", approvals("One", "Two")));
        String run = pipeline.firstRun();
        close(pipeline, "Two", INBOUND);
        close(pipeline, "One", OUTBOUND);
        pipeline.approve(run, "One");
        pipeline.awaitWaiting(run, "Two");

        open(pipeline, "Two", INBOUND);
        assertThat(pipeline.waiting("Two")).containsExactly(run);
        open(pipeline, "One", OUTBOUND);

        pipeline.approve(run, "Two");
        pipeline.awaitSucceeded(run);
    }

    @Test
    void whatRunsInsideIsNotTouched() {
        Pipeline pipeline = HOME.create(pipeline("inside", approvals("One", "Two")));
        String run = pipeline.firstRun();
        pipeline.approve(run, "One");
        pipeline.awaitToken(run, "Two", "Ask");

        close(pipeline, "Two", INBOUND);

        pipeline.approve(run, "Two");
        pipeline.awaitSucceeded(run);
    }

    @Test
    void theNewestOfThoseThatWaitedEntersASupersededPipeline() {
        Pipeline pipeline = HOME.create(pipeline("newest", approvals("One", "Two")));
        close(pipeline, "Two", INBOUND);
        String first = pipeline.firstRun();
        pipeline.approve(first, "One");
        pipeline.awaitWaiting(first, "Two");
        String second = pipeline.start();
        pipeline.approve(second, "One");
        pipeline.awaitStatus(first, SUPERSEDED);

        open(pipeline, "Two", INBOUND);

        pipeline.approve(second, "Two");
        pipeline.awaitSucceeded(second);
    }

    @Test
    void anUpdateKeepsATransitionClosed() {
        Pipeline pipeline = HOME.create(pipeline("kept", approvals("One", "Two")));
        close(pipeline, "Two", INBOUND);

        pipeline.update(pipeline("kept", approvals("Zero", "One", "Two")));

        assertThat(pipeline.stage("Two").inboundTransitionState().enabled()).isFalse();
        assertThat(pipeline.stage("Zero").inboundTransitionState().enabled()).isTrue();
    }

    @Test
    void aTransitionMayBeClosedTwiceAndTheLastReasonHolds() {
        Pipeline pipeline = HOME.create(pipeline("reasons", approvals("One")));
        for (String reason : List.of("first", "second")) {
            HOME.codePipeline().disableStageTransition(request -> request.pipelineName("reasons").stageName("One")
                    .transitionType(INBOUND).reason(reason));
        }

        assertThat(pipeline.stage("One").inboundTransitionState().disabledReason()).isEqualTo("second");
    }

    @Test
    void answersHaveNoBodyAndRefusalsName() {
        Pipeline pipeline = HOME.create(pipeline("wire", approvals("One")));
        ObjectNode request = object().put("pipelineName", "wire").put("stageName", "One")
                .put("transitionType", "Inbound").put("reason", "why not");

        assertThat(HOME.wire().call("DisableStageTransition", request).body()).isEmpty();
        assertThat(HOME.wire().call("EnableStageTransition", request).body()).isEmpty();
        HOME.wire().call("DisableStageTransition", request.deepCopy().put("stageName", "Nowhere")).isError(
                "StageNotFoundException", "Pipeline 'wire' does not have a stage with name 'Nowhere'");
        HOME.wire().call("DisableStageTransition", request.deepCopy().put("reason", "no, never")).isError(
                "ValidationException", "1 validation error detected: Value at 'reason' failed to satisfy constraint: "
                        + "Member must satisfy regular expression pattern: [a-zA-Z0-9!@ \\(\\)\\.\\*\\?\\-]+");
        assertThatThrownBy(() -> close(new Pipeline(HOME.codePipeline(), "absent", ExecutionMode.QUEUED), "One", INBOUND))
                .isInstanceOf(PipelineNotFoundException.class);
        assertThat(pipeline.stage("One").inboundTransitionState().enabled()).isTrue();
    }
}
