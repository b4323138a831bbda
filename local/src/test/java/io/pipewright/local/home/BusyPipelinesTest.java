package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.failing;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.PipelineRecord;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.statemachine.execution.RunEffect;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.CodePipelineException;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.codepipeline.model.StageTransitionType;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/** Many callers do anything at all to one pipeline, and nothing gets stuck, doubled or lost. */
class BusyPipelinesTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static final int CALLERS = 4;
    private static final int CALLS = 60;
    private static final long SEED = Long.getLong("pipewright.seed", 42);

    private static PipelineDeclaration declaration(ExecutionMode mode) {
        return pipeline("busy-" + mode, mode, source(),
                stage("Both", approval("Ask"), deploy("Put"), approval("Also")),
                stage("Odd", failing("Broken"), Sample.at(2, deploy("Put"))).toBuilder().onFailure(onFailure ->
                        onFailure.result("RETRY").retryConfiguration(retry -> retry.retryMode("FAILED_ACTIONS"))).build(),
                stage("Last", approval("Ask")));
    }

    @ParameterizedTest
    @EnumSource(value = ExecutionMode.class, names = {"SUPERSEDED", "QUEUED", "PARALLEL"})
    void nothingIsStuckWhateverIsAskedAtOnce(ExecutionMode mode) {
        Pipeline pipeline = HOME.create(declaration(mode));
        CompletableFuture.allOf(IntStream.range(0, CALLERS)
                .mapToObj(caller -> CompletableFuture.runAsync(() -> call(pipeline, mode, new Random(SEED + caller))))
                .toArray(CompletableFuture[]::new)).join();

        open(pipeline, "Both");
        open(pipeline, "Last");
        eventually(() -> {
            answerAll(pipeline);
            assertThat(pipeline.runs()).noneMatch(run -> run.status() == PipelineExecutionStatus.IN_PROGRESS
                    || run.status() == PipelineExecutionStatus.STOPPING);
        });
        verify(pipeline);
    }

    private static void call(Pipeline pipeline, ExecutionMode mode, Random random) {
        for (int i = 0; i < CALLS; i++) {
            try {
                call(pipeline, mode, random, random.nextInt(20));
            } catch (CodePipelineException e) {
                assertThat(e.statusCode()).as("a refusal, not a fault: " + e.getMessage()).isEqualTo(400);
            }
        }
    }

    private static void call(Pipeline pipeline, ExecutionMode mode, Random random, int what) {
        switch (what) {
            case 0, 1, 2 -> pipeline.start();
            case 3 -> pipeline.stop(anyRun(pipeline, random), false, "wait");
            case 4 -> pipeline.stop(anyRun(pipeline, random), true, "abandon");
            case 5, 6, 7 -> pipeline.retry(anyRun(pipeline, random), random.nextBoolean() ? "Both" : "Odd",
                    random.nextBoolean() ? StageRetryMode.FAILED_ACTIONS : StageRetryMode.ALL_ACTIONS);
            case 8 -> HOME.codePipeline().disableStageTransition(request -> request.pipelineName(pipeline.name())
                    .stageName("Both").transitionType(StageTransitionType.INBOUND).reason("closed"));
            case 9 -> open(pipeline, "Both");
            case 10 -> {
                if (random.nextInt(5) == 0) {
                    pipeline.update(declaration(mode));
                }
            }
            default -> answer(pipeline, random);
        }
    }

    private static void open(Pipeline pipeline, String stage) {
        HOME.codePipeline().enableStageTransition(request -> request.pipelineName(pipeline.name())
                .stageName(stage).transitionType(StageTransitionType.INBOUND));
    }

    private static String anyRun(Pipeline pipeline, Random random) {
        List<PipelineExecutionSummary> runs = pipeline.runs();
        return runs.get(random.nextInt(Math.min(runs.size(), 6))).pipelineExecutionId();
    }

    private static List<ActionExecutionDetail> pending(Pipeline pipeline) {
        return HOME.codePipeline().listActionExecutions(request -> request.pipelineName(pipeline.name()))
                .actionExecutionDetails().stream()
                .filter(action -> action.status() == ActionExecutionStatus.IN_PROGRESS)
                .filter(action -> action.input().actionTypeId().provider().equals("Manual")).toList();
    }

    private static void answer(Pipeline pipeline, Random random) {
        List<ActionExecutionDetail> pending = pending(pipeline);
        if (!pending.isEmpty()) {
            answer(pipeline, pending.get(random.nextInt(pending.size())),
                    random.nextInt(3) == 0 ? ApprovalStatus.REJECTED : ApprovalStatus.APPROVED);
        }
    }

    private static void answer(Pipeline pipeline, ActionExecutionDetail action, ApprovalStatus status) {
        pipeline.answer(action.stageName(), action.actionName(), action.actionExecutionId(), status, "");
    }

    private static void answerAll(Pipeline pipeline) {
        for (ActionExecutionDetail action : pending(pipeline)) {
            try {
                answer(pipeline, action, ApprovalStatus.APPROVED);
            } catch (CodePipelineException e) {
                // Its request isn't out yet, or it has just ended.
                assertThat(e.statusCode()).isEqualTo(400);
            }
        }
    }

    private static void verify(Pipeline pipeline) {
        Store store = HOME.home().engine().store();
        String generation = store.entry(pipeline.name()).orElseThrow().generation();
        eventually(() -> {
            PipelineRecord record = store.pipeline(generation).orElseThrow();
            assertThat(record.state().active()).as("nobody holds a stage").isEmpty();
            assertThat(record.state().owed()).isEmpty();
            assertThat(HOME.home().machines().listExecutionsPaginator(request -> request
                    .stateMachineArn("arn:aws:states:us-east-1:000000000000:stateMachine:pipewright-" + generation)
                    .statusFilter(ExecutionStatus.RUNNING)).executions().stream()).isEmpty();
            List<RunRecord> runs = store.runs(generation, Optional.empty(), 1000).elements();
            assertThat(runs).flatExtracting(run -> run.state().owed())
                    .as("at most what lets a machine go on that has gone on")
                    .allMatch(owed -> owed.effect() instanceof RunEffect.AnswerAction
                            || owed.effect() instanceof RunEffect.AnswerGate
                            || owed.effect() instanceof RunEffect.StartMachine);
            for (RunRecord run : runs) {
                List<ActionRecord> actions = store.actions(run.state().run());
                assertThat(actions).noneMatch(ActionRecord::isInProgress);
                assertThat(actions.stream().map(action ->
                        action.attempt() + " " + action.stageName() + " " + action.actionName())).doesNotHaveDuplicates();
            }
        });
    }
}
