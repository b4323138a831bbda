package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.failing;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.FAILED;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.IN_PROGRESS;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.SUCCEEDED;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.SUPERSEDED;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;

/** SUPERSEDED, QUEUED and PARALLEL, with approvals as brakes. */
class ModesTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    // SUPERSEDED

    @Test
    void executionsSupersedeEachOtherInFrontOfAStageButNotTheOneInside() {
        Pipeline pipeline = HOME.create(pipeline("superseding", approvals("Gate")));
        String inside = pipeline.firstRun();
        pipeline.awaitToken(inside, "Gate", "Ask");

        String second = pipeline.start();
        pipeline.awaitWaiting(second, "Gate");
        String third = pipeline.start();

        pipeline.awaitStatus(second, SUPERSEDED);
        pipeline.awaitWaiting(third, "Gate");
        assertThat(pipeline.status(inside)).isEqualTo(IN_PROGRESS);
        PipelineExecutionSummary superseded = pipeline.summary(second);
        assertThat(superseded.lastUpdateTime()).isAfterOrEqualTo(pipeline.summary(third).startTime());
        assertThat(superseded.statusSummary()).isNull();

        pipeline.approve(inside, "Gate");
        pipeline.approve(third, "Gate");
        pipeline.awaitSucceeded(inside);
        pipeline.awaitSucceeded(third);
        assertThat(pipeline.status(second)).isEqualTo(SUPERSEDED);
        assertThat(pipeline.history(second)).extracting(ActionExecutionDetail::actionName).containsExactly("Fetch");
    }

    @Test
    void startsSupersedeEachOtherInFrontOfTheFirstStage() {
        Pipeline pipeline = HOME.create(pipeline("first-stage", source(), stage("Ship", deploy("Put"))));
        pipeline.awaitSucceeded(pipeline.firstRun());
        close("first-stage", "Source");

        String older = pipeline.start();
        String newer = pipeline.start();

        pipeline.awaitStatus(older, SUPERSEDED);
        open("first-stage", "Source");
        pipeline.awaitSucceeded(newer);
        assertThat(pipeline.history(older)).isEmpty();
    }

    private static void close(String pipeline, String stage) {
        HOME.codePipeline().disableStageTransition(request -> request.pipelineName(pipeline).stageName(stage)
                .transitionType("Inbound").reason("closed"));
    }

    private static void open(String pipeline, String stage) {
        HOME.codePipeline().enableStageTransition(request -> request.pipelineName(pipeline).stageName(stage)
                .transitionType("Inbound"));
    }

    @Test
    void differentStagesHoldDifferentExecutions() {
        Pipeline pipeline = HOME.create(pipeline("several", approvals("One", "Two")));
        String first = pipeline.firstRun();
        pipeline.approve(first, "One");
        pipeline.awaitToken(first, "Two", "Ask");
        String second = pipeline.start();
        pipeline.awaitToken(second, "One", "Ask");
        String third = pipeline.start();
        pipeline.awaitWaiting(third, "One");

        assertThat(pipeline.stage("Two").latestExecution().pipelineExecutionId()).isEqualTo(first);
        assertThat(pipeline.stage("One").latestExecution().pipelineExecutionId()).isEqualTo(second);
        assertThat(List.of(first, second, third)).allMatch(run -> pipeline.status(run) == IN_PROGRESS);
    }

    @Test
    void aFailureFreesTheStageForTheOneThatWaits() {
        for (ExecutionMode mode : List.of(ExecutionMode.SUPERSEDED, ExecutionMode.QUEUED)) {
            Pipeline pipeline = HOME.create(pipeline("freed-" + mode, mode, approvals("Gate")));
            String first = pipeline.firstRun();
            pipeline.awaitToken(first, "Gate", "Ask");
            String second = pipeline.start();
            pipeline.awaitWaiting(second, "Gate");

            pipeline.reject(first, "Gate");

            pipeline.awaitFailed(first);
            pipeline.awaitToken(second, "Gate", "Ask");
        }
    }

    // QUEUED

    @Test
    void aQueueServesInTheOrderOfTheStarts() {
        Pipeline pipeline = HOME.create(pipeline("fifo", ExecutionMode.QUEUED, approvals("Gate")));
        List<String> runs = new ArrayList<>(List.of(pipeline.firstRun()));
        for (int i = 0; i < 4; i++) {
            runs.add(pipeline.start());
        }
        pipeline.awaitToken(runs.get(0), "Gate", "Ask");
        eventually(() -> assertThat(pipeline.waiting("Gate")).isEqualTo(runs.subList(1, 5)));

        for (int i = 0; i < runs.size(); i++) {
            assertThat(pipeline.waiting("Gate")).isEqualTo(runs.subList(i + 1, 5));
            pipeline.approve(runs.get(i), "Gate");
            pipeline.awaitSucceeded(runs.get(i));
            if (i + 1 < runs.size()) {
                pipeline.awaitToken(runs.get(i + 1), "Gate", "Ask");
            }
        }
    }

    @Test
    void nobodyOvertakesInAQueueAndNoTwoAreInAStageAtOnce() {
        Pipeline pipeline = HOME.create(pipeline(
                "busy", ExecutionMode.QUEUED, source(), stage("One", deploy("Put")), stage("Two", deploy("Put"))));
        List<String> runs = IntStream.range(0, 12).parallel().mapToObj(i -> pipeline.start()).toList();
        runs.forEach(pipeline::awaitSucceeded);

        List<String> order = new ArrayList<>(pipeline.runs().stream()
                .map(PipelineExecutionSummary::pipelineExecutionId).toList());
        Collections.reverse(order);
        for (String stage : List.of("Source", "One", "Two")) {
            List<ActionExecutionDetail> actions = new ArrayList<>(actionsOf(pipeline.name(), stage));
            Collections.reverse(actions);
            assertThat(actions).extracting(ActionExecutionDetail::pipelineExecutionId).as(stage).isEqualTo(order);
            Instant free = Instant.EPOCH;
            for (ActionExecutionDetail action : actions) {
                assertThat(action.startTime()).as(stage).isAfterOrEqualTo(free);
                free = action.lastUpdateTime();
            }
        }
    }

    private static List<ActionExecutionDetail> actionsOf(String pipeline, String stage) {
        return HOME.codePipeline().listActionExecutionsPaginator(request -> request.pipelineName(pipeline))
                .actionExecutionDetails().stream().filter(action -> action.stageName().equals(stage)).toList();
    }

    @Test
    void behindAClosedTransitionTheQueueGrowsAndItsHeadGoesFirst() {
        Pipeline pipeline = HOME.create(pipeline("growing", ExecutionMode.QUEUED, approvals("Gate")));
        pipeline.approve(pipeline.firstRun(), "Gate");
        pipeline.awaitSucceeded(pipeline.firstRun());
        close("growing", "Gate");
        List<String> runs = List.of(pipeline.start(), pipeline.start(), pipeline.start());
        eventually(() -> assertThat(pipeline.waiting("Gate")).isEqualTo(runs));

        open("growing", "Gate");

        pipeline.awaitToken(runs.get(0), "Gate", "Ask");
        assertThat(pipeline.waiting("Gate")).isEqualTo(runs.subList(1, 3));
    }

    // PARALLEL

    @Test
    void parallelExecutionsGoTheirOwnWays() {
        Pipeline pipeline = HOME.create(pipeline("parallel", ExecutionMode.PARALLEL, approvals("One", "Two")));
        String first = pipeline.firstRun();
        String second = pipeline.start();
        String third = pipeline.start();
        pipeline.awaitToken(first, "One", "Ask");

        pipeline.approve(third, "One");
        pipeline.approve(third, "Two");
        pipeline.awaitSucceeded(third);
        pipeline.reject(second, "One");
        pipeline.awaitFailed(second);
        pipeline.approve(first, "One");
        pipeline.approve(first, "Two");
        pipeline.awaitSucceeded(first);
    }

    @Test
    void aClosedTransitionHoldsParallelExecutionsToo() {
        Pipeline pipeline = HOME.create(pipeline("held", ExecutionMode.PARALLEL, approvals("One", "Two")));
        String first = pipeline.firstRun();
        String second = pipeline.start();
        close("held", "Two");
        pipeline.approve(first, "One");
        pipeline.approve(second, "One");
        for (String run : List.of(first, second)) {
            pipeline.awaitAction(run, "Ask", ActionExecutionStatus.SUCCEEDED);
        }
        assertThat(pipeline.history(first)).hasSize(2);

        open("held", "Two");

        pipeline.approve(second, "Two");
        pipeline.approve(first, "Two");
        pipeline.awaitSucceeded(first);
        pipeline.awaitSucceeded(second);
    }

    private static ActionDeclaration[] many(int count) {
        return IntStream.range(0, count).mapToObj(i -> approval("Ask" + i)).toArray(ActionDeclaration[]::new);
    }

    @Test
    void aParallelExecutionHasFiveActionsInProgressAtMost() {
        Pipeline pipeline = HOME.create(pipeline("lanes", ExecutionMode.PARALLEL, source(), stage("Wide", many(8))));
        String run = pipeline.firstRun();

        for (int i = 0; i < 8; i++) {
            String token = pipeline.awaitToken(run, "Wide", "Ask" + i);
            assertThat(pending(pipeline, run)).hasSizeLessThanOrEqualTo(5);
            pipeline.answer("Wide", "Ask" + i, token, ApprovalStatus.APPROVED, "");
        }

        pipeline.awaitSucceeded(run);
        assertThat(pipeline.history(run)).hasSize(9);
    }

    private static List<ActionExecutionDetail> pending(Pipeline pipeline, String run) {
        return pipeline.history(run).stream()
                .filter(action -> action.status() == ActionExecutionStatus.IN_PROGRESS).toList();
    }

    @Test
    void theOtherModesStartAWholeGroup() {
        Pipeline pipeline = HOME.create(pipeline("group", source(), stage("Wide", many(8))));

        eventually(() -> assertThat(pending(pipeline, pipeline.firstRun())).hasSize(8));
    }

    @Test
    void theLanesGoOnAfterAFailure() {
        ActionDeclaration[] actions = many(8);
        actions[0] = failing("Broken");
        Pipeline pipeline = HOME.create(pipeline("broken-lane", ExecutionMode.PARALLEL, source(), stage("Wide", actions)));
        String run = pipeline.firstRun();

        for (int i = 1; i < 8; i++) {
            pipeline.approve(run, "Wide", "Ask" + i);
        }

        pipeline.awaitStatus(run, FAILED);
        assertThat(pipeline.history(run)).hasSize(9).filteredOn(one -> one.status() == ActionExecutionStatus.FAILED)
                .extracting(ActionExecutionDetail::actionName).containsExactly("Broken");
    }

    @Test
    void aFailureLetsTheSiblingsFinishAndNothingLaterStart() {
        Pipeline pipeline = HOME.create(pipeline("siblings", source(),
                stage("Both", failing("Broken"), approval("Ask"), Sample.at(2, deploy("Later")))));
        String run = pipeline.firstRun();
        String token = pipeline.awaitToken(run, "Both", "Ask");
        pipeline.awaitAction(run, "Broken", ActionExecutionStatus.FAILED);

        assertThat(pipeline.status(run)).isEqualTo(IN_PROGRESS);
        assertThat(pipeline.stage("Both").latestExecution().status()).isEqualTo(StageExecutionStatus.IN_PROGRESS);

        pipeline.answer("Both", "Ask", token, ApprovalStatus.APPROVED, "");
        pipeline.awaitFailed(run);
        assertThat(pipeline.newest(run, "Ask").orElseThrow().status()).isEqualTo(ActionExecutionStatus.SUCCEEDED);
        assertThat(pipeline.newest(run, "Later")).isEmpty();
        assertThat(pipeline.status(run)).isNotEqualTo(SUCCEEDED);
    }
}
