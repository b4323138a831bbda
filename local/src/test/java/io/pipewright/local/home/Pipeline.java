package io.pipewright.local.home;

import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ActionState;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecution;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.StageExecution;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.codepipeline.model.StageState;
import software.amazon.awssdk.services.codepipeline.model.StartPipelineExecutionRequest;

/** A pipeline as its users drive and see it. */
final class Pipeline {
    private final CodePipelineClient client;
    private final String name;
    private final ExecutionMode mode;

    Pipeline(TestHome home, PipelineDeclaration declaration) {
        this(home.codePipeline(), declaration.name(), declaration.executionMode());
    }

    Pipeline(CodePipelineClient client, String name, ExecutionMode mode) {
        this.client = client;
        this.name = name;
        this.mode = mode;
    }

    String name() {
        return name;
    }

    /** The execution that the creation started. */
    String firstRun() {
        List<PipelineExecutionSummary> runs = runs();
        return runs.get(runs.size() - 1).pipelineExecutionId();
    }

    String start() {
        return start(request -> { });
    }

    String start(Consumer<StartPipelineExecutionRequest.Builder> request) {
        return client.startPipelineExecution(request.andThen(named -> named.name(name))).pipelineExecutionId();
    }

    /** Newest first. */
    List<PipelineExecutionSummary> runs() {
        return client.listPipelineExecutions(request -> request.pipelineName(name)).pipelineExecutionSummaries();
    }

    PipelineExecution run(String id) {
        return client.getPipelineExecution(request -> request.pipelineName(name).pipelineExecutionId(id))
                .pipelineExecution();
    }

    PipelineExecutionSummary summary(String id) {
        return runs().stream().filter(one -> one.pipelineExecutionId().equals(id)).findFirst().orElseThrow();
    }

    PipelineExecutionStatus status(String id) {
        return run(id).status();
    }

    void awaitStatus(String id, PipelineExecutionStatus status) {
        eventually(() -> assertThat(status(id)).isEqualTo(status));
    }

    void awaitSucceeded(String id) {
        awaitStatus(id, PipelineExecutionStatus.SUCCEEDED);
    }

    void awaitFailed(String id) {
        awaitStatus(id, PipelineExecutionStatus.FAILED);
    }

    List<StageState> stages() {
        return client.getPipelineState(request -> request.name(name)).stageStates();
    }

    StageState stage(String stage) {
        return stages().stream().filter(one -> one.stageName().equals(stage)).findFirst().orElseThrow();
    }

    ActionState action(String stage, String action) {
        return stage(stage).actionStates().stream().filter(one -> one.actionName().equals(action)).findFirst()
                .orElseThrow();
    }

    /** Waits until the execution stands in front of the stage. */
    void awaitWaiting(String run, String stage) {
        eventually(() -> assertThat(waiting(stage)).contains(run));
    }

    /** Who stands in front of the stage, as far as the state shows. */
    List<String> waiting(String stage) {
        StageState state = stage(stage);
        if (state.inboundExecutions().isEmpty()) {
            return Optional.ofNullable(state.inboundExecution()).map(StageExecution::pipelineExecutionId).stream()
                    .toList();
        }
        return state.inboundExecutions().stream().map(StageExecution::pipelineExecutionId).toList();
    }

    void awaitStage(String run, String stage, StageExecutionStatus status) {
        eventually(() -> {
            StageExecution latest = stage(stage).latestExecution();
            assertThat(latest).isNotNull();
            assertThat(latest.pipelineExecutionId()).isEqualTo(run);
            assertThat(latest.status()).isEqualTo(status);
        });
    }

    /** The execution's history, newest first. */
    List<ActionExecutionDetail> history(String run) {
        return client.listActionExecutions(request -> request.pipelineName(name)
                .filter(filter -> filter.pipelineExecutionId(run))).actionExecutionDetails();
    }

    /** The newest execution of an action in a run. */
    Optional<ActionExecutionDetail> newest(String run, String action) {
        return history(run).stream().filter(one -> one.actionName().equals(action)).findFirst();
    }

    void awaitAction(String run, String action, ActionExecutionStatus status) {
        eventually(() -> assertThat(newest(run, action).map(ActionExecutionDetail::status)).contains(status));
    }

    /** Waits for an approval of the execution and answers its token. */
    String awaitToken(String run, String stage, String action) {
        AtomicReference<String> token = new AtomicReference<>();
        eventually(() -> {
            Optional<String> found = token(run, stage, action);
            assertThat(found).isPresent();
            token.set(found.get());
        });
        return token.get();
    }

    private Optional<String> token(String run, String stage, String action) {
        if (mode == ExecutionMode.PARALLEL) {
            return newest(run, action).filter(one -> one.status() == ActionExecutionStatus.IN_PROGRESS)
                    .flatMap(one -> Optional.ofNullable(one.output().executionResult()))
                    .map(result -> result.externalExecutionId());
        }
        StageState state = stage(stage);
        boolean inside = state.latestExecution() != null
                && state.latestExecution().pipelineExecutionId().equals(run);
        return inside ? state.actionStates().stream().filter(one -> one.actionName().equals(action)).findFirst()
                .flatMap(one -> Optional.ofNullable(one.latestExecution()))
                .flatMap(one -> Optional.ofNullable(one.token())) : Optional.empty();
    }

    Instant answer(String stage, String action, String token, ApprovalStatus decision, String summary) {
        return client.putApprovalResult(request -> request.pipelineName(name).stageName(stage).actionName(action)
                .token(token).result(result -> result.status(decision).summary(summary))).approvedAt();
    }

    /** Waits for an approval and approves. */
    void approve(String run, String stage, String action) {
        answer(stage, action, awaitToken(run, stage, action), ApprovalStatus.APPROVED, "fine");
    }

    /** Waits for the approval {@code Ask} and approves. */
    void approve(String run, String stage) {
        approve(run, stage, "Ask");
    }

    void reject(String run, String stage, String action) {
        answer(stage, action, awaitToken(run, stage, action), ApprovalStatus.REJECTED, "no");
    }

    void reject(String run, String stage) {
        reject(run, stage, "Ask");
    }

    void stop(String run, boolean abandon, String reason) {
        client.stopPipelineExecution(request -> request.pipelineName(name).pipelineExecutionId(run)
                .abandon(abandon).reason(reason));
    }

    String retry(String run, String stage, StageRetryMode retryMode) {
        return client.retryStageExecution(request -> request.pipelineName(name).pipelineExecutionId(run)
                .stageName(stage).retryMode(retryMode)).pipelineExecutionId();
    }

    PipelineDeclaration update(PipelineDeclaration declaration) {
        return client.updatePipeline(request -> request.pipeline(declaration)).pipeline();
    }
}
