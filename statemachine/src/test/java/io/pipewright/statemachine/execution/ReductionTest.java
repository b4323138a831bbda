package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.Disturbance.ASK_AGAIN;
import static io.pipewright.statemachine.execution.Disturbance.DISABLE;
import static io.pipewright.statemachine.execution.Disturbance.FAILURE;
import static io.pipewright.statemachine.execution.Disturbance.KILL;
import static io.pipewright.statemachine.execution.Disturbance.RETRY_ALL_ACTIONS;
import static io.pipewright.statemachine.execution.Disturbance.RETRY_BESIDE_SIBLINGS;
import static io.pipewright.statemachine.execution.Disturbance.RETRY_FAILED_ACTIONS;
import static io.pipewright.statemachine.execution.Disturbance.STOP_AND_ABANDON;
import static io.pipewright.statemachine.execution.Disturbance.STOP_AND_WAIT;
import static io.pipewright.statemachine.execution.Disturbance.UPDATE;
import static io.pipewright.statemachine.execution.Scenario.approved;
import static io.pipewright.statemachine.execution.Scenario.plan;
import static io.pipewright.statemachine.execution.Scenario.retried;
import static io.pipewright.statemachine.execution.Scenario.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.PARALLEL;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.SUPERSEDED;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** Carrying out some effects at once hides no state of the aggregates: in small scenarios, all orders lead to the same ones. */
class ReductionTest {

    private static final int MOST = 500_000;

    private static final Plan LINE = plan(stage("A", 1), stage("B", 1));
    private static final Plan PAIR = plan(
            retried(approved(stage("A", 2), 1), StageRetryMode.FAILED_ACTIONS), stage("B", 1));

    @TestFactory
    Stream<DynamicTest> hidesNoState() {
        return Stream.of(
                        Scenario.of("two, one fails and is retried", SUPERSEDED, LINE, 2).with(FAILURE, RETRY_FAILED_ACTIONS),
                        Scenario.of("two are stopped", SUPERSEDED, LINE, 2).with(STOP_AND_WAIT, STOP_AND_ABANDON),
                        Scenario.of("one in a pair is retried beside its sibling", SUPERSEDED, PAIR, 1)
                                .with(FAILURE, RETRY_BESIDE_SIBLINGS, STOP_AND_WAIT),
                        Scenario.of("one in a pair is updated", SUPERSEDED, PAIR, 1).with(UPDATE, STOP_AND_ABANDON)
                                .updating(new Scenario.Update("the same again", SUPERSEDED, PAIR)),
                        Scenario.of("one is updated and retried", SUPERSEDED, LINE, 1).with(FAILURE, UPDATE, RETRY_ALL_ACTIONS)
                                .updating(new Scenario.Update("the same again", SUPERSEDED, LINE)),
                        Scenario.of("a machine dies", SUPERSEDED, LINE, 1).with(KILL, FAILURE, STOP_AND_WAIT, RETRY_FAILED_ACTIONS),
                        Scenario.of("PARALLEL in front of a disabled transition", PARALLEL, LINE, 2)
                                .with(DISABLE, ASK_AGAIN, FAILURE).closing(new Scenario.Gate("B", true)))
                .map(scenario -> dynamicTest(scenario.name(), () -> compare(scenario)));
    }

    private static void compare(Scenario scenario) {
        Explorer reduced = new Explorer(scenario, Deciders.REAL, true);
        Explorer whole = new Explorer(scenario, Deciders.REAL, false);
        Explorer.Result few = reduced.explore(MOST);
        Explorer.Result all = whole.explore(MOST);
        assertThat(all.violation()).describedAs("after %s", all.trace()).isEmpty();
        assertThat(few.complete() && all.complete()).isTrue();
        System.out.printf("%-60s %,10d of %,10d worlds%n", scenario.name(), few.worlds(), all.worlds());
        assertThat(reduced.aggregates().equals(whole.aggregates())).isTrue();
    }
}
