package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.at;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.failing;
import static io.pipewright.local.home.Sample.fetch;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;

/** A state transition costs money: an execution of S stages and A actions takes S + A + 2, and two more per parallel group. */
class TransitionBudgetTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static List<HistoryEvent> history(Pipeline pipeline, String run, int attempt) {
        String generation = HOME.home().engine().store().entry(pipeline.name()).orElseThrow().generation();
        String execution = "arn:aws:states:us-east-1:000000000000:execution:pipewright-" + generation + ":" + run + "-" + attempt;
        return HOME.home().machines().getExecutionHistoryPaginator(request -> request.executionArn(execution))
                .events().stream().toList();
    }

    private static List<String> entered(Pipeline pipeline, String run, int attempt) {
        return history(pipeline, run, attempt).stream().filter(event -> event.stateEnteredEventDetails() != null)
                .map(event -> event.stateEnteredEventDetails().name()).toList();
    }

    private static int budget(PipelineDeclaration declaration) {
        int actions = 0;
        int groups = 0;
        for (StageDeclaration stage : declaration.stages()) {
            actions += stage.actions().size();
            Map<Integer, Long> sizes = stage.actions().stream()
                    .collect(Collectors.groupingBy(action -> action.runOrder() == null ? 1 : action.runOrder(), Collectors.counting()));
            groups += (int) sizes.values().stream().filter(size -> size > 1).count();
        }
        return declaration.stages().size() + actions + 2 + 2 * groups;
    }

    private static ActionDeclaration[] deployments(int count) {
        return IntStream.range(0, count).mapToObj(i -> deploy("Put" + i)).toArray(ActionDeclaration[]::new);
    }

    private static ActionDeclaration[] inSequence(int count) {
        return IntStream.range(0, count).mapToObj(i -> at(i + 1, deploy("Put" + i))).toArray(ActionDeclaration[]::new);
    }

    private static ActionDeclaration[] both(ActionDeclaration[] one, ActionDeclaration[] other) {
        return Stream.concat(Arrays.stream(one), Arrays.stream(other)).toArray(ActionDeclaration[]::new);
    }

    private static List<PipelineDeclaration> shapes() {
        List<PipelineDeclaration> shapes = new ArrayList<>();
        for (ExecutionMode mode : ExecutionMode.knownValues()) {
            shapes.add(pipeline("smallest-" + mode, mode, source(), stage("A", deploy("Put"))));
            shapes.add(pipeline("sequence-" + mode, mode, source(), stage("A", inSequence(4)), stage("B", inSequence(3))));
            shapes.add(pipeline("group-" + mode, mode, source(), stage("A", deployments(3)), stage("B", deploy("Put"))));
            shapes.add(pipeline("wide-" + mode, mode, source(), stage("A", deployments(8))));
            shapes.add(pipeline("mixed-" + mode, mode,
                    stage("Source", fetch(TestHome.APP), fetch("More", Map.of("S3Bucket", TestHome.SOURCES,
                            "S3ObjectKey", TestHome.APP, "PollForSourceChanges", "false"))),
                    stage("A", both(deployments(2), new ActionDeclaration[] {at(2, deploy("Then"))})),
                    stage("B", deploy("Put")), stage("C", deployments(6)), stage("D", deploy("Put")),
                    stage("E", deploy("Put"))));
        }
        return shapes;
    }

    @TestFactory
    Stream<DynamicTest> everyShapeStaysWithinItsBudget() {
        return shapes().stream().map(declaration -> DynamicTest.dynamicTest(declaration.name(), () -> {
            Pipeline pipeline = HOME.create(declaration);
            String run = pipeline.firstRun();
            pipeline.awaitSucceeded(run);

            TestHome.eventually(() -> assertThat(history(pipeline, run, 1)).last()
                    .satisfies(event -> assertThat(event.typeAsString()).isEqualTo("ExecutionSucceeded")));
            List<String> entered = entered(pipeline, run, 1);
            assertThat(entered).hasSizeLessThanOrEqualTo(budget(declaration));
            assertThat(history(pipeline, run, 1)).as("nothing was tried twice")
                    .noneMatch(event -> event.typeAsString().equals("TaskFailed"));
        }));
    }

    @Test
    void aRetryEntersOnlyWhatItRuns() {
        Pipeline pipeline = HOME.create(pipeline("retried", source(), stage("A", inSequence(3)),
                stage("B", at(1, deploy("Put")), at(2, failing("Broken")))));
        String run = pipeline.firstRun();
        pipeline.awaitFailed(run);

        pipeline.retry(run, "B", StageRetryMode.FAILED_ACTIONS);
        TestHome.eventually(() -> assertThat(pipeline.history(run)).hasSize(7));
        pipeline.awaitFailed(run);

        assertThat(entered(pipeline, run, 2)).as("the entry, the action, and its end").hasSizeLessThanOrEqualTo(3);
    }
}
