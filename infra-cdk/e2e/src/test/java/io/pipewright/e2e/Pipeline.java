package io.pipewright.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.awaitility.core.ThrowingRunnable;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecution;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.StageState;

/** A pipeline as its users drive and see it. */
final class Pipeline {
    /** Every function's first start takes seconds, on a busy machine many. */
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private final CodePipelineClient client;
    private final String name;

    Pipeline(CodePipelineClient client, String name) {
        this.client = client;
        this.name = name;
    }

    String name() {
        return name;
    }

    String start() {
        return client.startPipelineExecution(request -> request.name(name)).pipelineExecutionId();
    }

    /** Newest first. */
    List<PipelineExecutionSummary> runs() {
        return client.listPipelineExecutions(request -> request.pipelineName(name)).pipelineExecutionSummaries();
    }

    /** The oldest execution. */
    String firstRun() {
        List<PipelineExecutionSummary> runs = runs();
        return runs.get(runs.size() - 1).pipelineExecutionId();
    }

    PipelineExecution run(String id) {
        return client.getPipelineExecution(request -> request.pipelineName(name).pipelineExecutionId(id)).pipelineExecution();
    }

    void awaitStatus(String id, PipelineExecutionStatus status) {
        eventually(() -> assertThat(run(id).status()).as(() -> history(id).toString()).isEqualTo(status));
    }

    /** Newest first. */
    List<ActionExecutionDetail> history(String id) {
        return client.listActionExecutions(request -> request.pipelineName(name)
                .filter(filter -> filter.pipelineExecutionId(id))).actionExecutionDetails();
    }

    StageState stage(String stage) {
        return client.getPipelineState(request -> request.name(name)).stageStates().stream()
                .filter(one -> one.stageName().equals(stage)).findFirst().orElseThrow();
    }

    /** Waits until the execution stands in front of the stage. */
    void awaitWaiting(String id, String stage) {
        eventually(() -> assertThat(stage(stage).inboundExecution()).isNotNull()
                .satisfies(waiting -> assertThat(waiting.pipelineExecutionId()).isEqualTo(id)));
    }

    static void eventually(ThrowingRunnable assertion) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(assertion);
    }
}
