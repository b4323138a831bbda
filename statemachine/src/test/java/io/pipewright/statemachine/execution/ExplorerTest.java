package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.Disturbance.ASK_AGAIN;
import static io.pipewright.statemachine.execution.Disturbance.DELETE;
import static io.pipewright.statemachine.execution.Disturbance.DISABLE;
import static io.pipewright.statemachine.execution.Disturbance.EXPIRE;
import static io.pipewright.statemachine.execution.Disturbance.FAILURE;
import static io.pipewright.statemachine.execution.Disturbance.KILL;
import static io.pipewright.statemachine.execution.Disturbance.REPEAT;
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
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.QUEUED;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.SUPERSEDED;

import io.pipewright.statemachine.execution.Scenario.Gate;
import io.pipewright.statemachine.execution.Scenario.Update;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/**
 * No order of messages, crashes and disturbances breaks an invariant, as far as the scenarios reach.
 *
 * <p>{@code -Dexplorer.deeper=true} doubles each scenario's disturbances and adds an execution; {@code -Dexplorer.most} is how many
 * worlds of a scenario are visited at most (each takes about 60 bytes); {@code -Dexplorer.walks} is how many walks are taken.
 */
class ExplorerTest {

    private static final boolean DEEPER = Boolean.getBoolean("explorer.deeper");
    private static final int MOST = Integer.getInteger("explorer.most", 3_000_000);

    private static final int WALKS = Integer.getInteger("explorer.walks", 500);

    private static final Plan LINE = plan(stage("A", 1), stage("B", 1), stage("C", 1));
    private static final Plan SHORT = plan(stage("A", 1), stage("B", 1));
    private static final Plan SWAPPED = plan(stage("A", 1), stage("C", 1), stage("B", 1));
    private static final Plan RENAMED = plan(stage("A", 1), stage("X", 1), stage("C", 1));

    /** One action; a build beside an approval; two runOrders, retried once by themselves. */
    private static final Plan GROUPS = plan(stage("A", 1), approved(stage("B", 2), 1),
            retried(stage("C", 1, 1), StageRetryMode.FAILED_ACTIONS));

    /** Two in parallel and then one, retried as a whole by itself; another two. */
    private static final Plan PAIRS = plan(retried(stage("A", 2, 1), StageRetryMode.ALL_ACTIONS), stage("B", 2));

    private static final Gate BEFORE_B = new Gate("B", true);
    private static final Gate BEFORE_C = new Gate("C", true);
    private static final Gate BEHIND_A = new Gate("A", false);
    private static final Gate BEHIND_B = new Gate("B", false);

    @TestFactory
    Stream<DynamicTest> nothingBreaksAnInvariant() {
        return Stream.of(SUPERSEDED, QUEUED, PARALLEL).flatMap(ExplorerTest::scenarios)
                .map(scenario -> DEEPER ? scenario.deeper() : scenario)
                .map(scenario -> dynamicTest(scenario.name(), () -> explore(scenario)));
    }

    /** What is too much to visit completely: everything may befall four executions. Always the same walks. */
    @TestFactory
    Stream<DynamicTest> noWalkThroughAllDisturbancesBreaksAnInvariant() {
        return Stream.of(SUPERSEDED, QUEUED, PARALLEL)
                .flatMap(mode -> Stream.of(walk("a line", mode, LINE), walk("groups", mode, GROUPS), walk("pairs", mode, PAIRS),
                        walk("groups that are deleted", mode, GROUPS).with(DELETE)))
                .map(scenario -> dynamicTest(scenario.name(), () -> walk(scenario, new Random(scenario.name().hashCode()))));
    }

    private static Scenario walk(String through, ExecutionMode mode, Plan plan) {
        Scenario scenario = scenario("four walk through " + through, mode, plan, 4).limited(3)
                .closing(BEFORE_B, BEHIND_A)
                .updating(new Update("the same again", mode, plan), swapped(mode), otherMode(mode));
        for (Disturbance disturbance : Disturbance.values()) {
            scenario = disturbance == DELETE || disturbance == UPDATE ? scenario : scenario.with(disturbance, disturbance);
        }
        return scenario.with(UPDATE, REPEAT);
    }

    private static void walk(Scenario scenario, Random random) {
        Explorer explorer = new Explorer(scenario, Deciders.REAL);
        long steps = 0;
        for (int i = 0; i < WALKS; i++) {
            Explorer.Result result = explorer.walk(random);
            assertThat(result.violation()).describedAs("after%n%s", String.join("\n", result.trace())).isEmpty();
            steps += result.trace().size();
        }
        System.out.printf("%-70s %,12d walks %,12d steps%n", scenario.name(), WALKS, steps);
    }

    private static void explore(Scenario scenario) {
        long began = System.nanoTime();
        Explorer.Result result = new Explorer(scenario, Deciders.REAL).explore(MOST);
        System.out.printf("%-70s %,12d worlds %,12d steps %,8d quiet %6d ms%s%n", scenario.name(), result.worlds(),
                result.steps(), result.quiet(), (System.nanoTime() - began) / 1_000_000, result.complete() ? "" : ", not all");
        assertThat(result.violation()).describedAs("after%n%s", String.join("\n", result.trace())).isEmpty();
        assertThat(result.complete() || DEEPER).describedAs("all worlds were visited").isTrue();
    }

    private static Stream<Scenario> scenarios(ExecutionMode mode) {
        Stream<Scenario> limited = Stream.of(
                scenario("four where two may be active", mode, LINE, 4).limited(2).with(FAILURE));
        return switch (mode) {
            case SUPERSEDED -> Stream.concat(ofMany(mode), ofFew(mode));
            case QUEUED -> Stream.concat(limited, ofMany(mode));
            default -> Stream.concat(limited, Stream.concat(ofMany(mode), ofFew(mode)));
        };
    }

    private static Stream<Scenario> ofMany(ExecutionMode mode) {
        return Stream.of(
                scenario("four in line, one fails", mode, LINE, 4).with(FAILURE),
                scenario("four in groups", mode, GROUPS, 4),
                scenario("three in groups fail", mode, GROUPS, 3).with(FAILURE, FAILURE),
                scenario("three in pairs fail", mode, PAIRS, 3).with(FAILURE),
                scenario("three fail and are retried", mode, LINE, 3)
                        .with(FAILURE, RETRY_FAILED_ACTIONS, RETRY_ALL_ACTIONS),
                scenario("three are stopped", mode, LINE, 3).with(STOP_AND_WAIT, STOP_AND_ABANDON),
                scenario("three are stopped and retried", mode, LINE, 3).with(STOP_AND_ABANDON, RETRY_ALL_ACTIONS),
                scenario("transitions are disabled in front of three", mode, LINE, 3)
                        .with(DISABLE, DISABLE, EXPIRE).closing(BEFORE_B, BEHIND_B),
                scenario("a transition is disabled when two fail and are retried", mode, LINE, 2)
                        .with(DISABLE, FAILURE, RETRY_FAILED_ACTIONS, STOP_AND_WAIT).closing(BEFORE_B),
                scenario("gates of two are asked again", mode, LINE, 2)
                        .with(ASK_AGAIN, DISABLE, REPEAT, FAILURE, RETRY_FAILED_ACTIONS).closing(BEFORE_B),
                scenario("three are updated", mode, LINE, 3).with(UPDATE)
                        .updating(swapped(mode), otherMode(mode)),
                scenario("two are updated twice in front of disabled transitions", mode, LINE, 2)
                        .with(UPDATE, UPDATE, DISABLE).closing(BEFORE_B, BEFORE_C).updating(swapped(mode), otherMode(mode)),
                scenario("three are deleted", mode, GROUPS, 3).with(DELETE, FAILURE),
                scenario("messages to three are repeated", mode, LINE, 3).with(REPEAT, REPEAT),
                scenario("machines of three die", mode, LINE, 3).with(KILL));
    }

    /** Up to two executions wait at most one at a time: they go the same ways in QUEUED mode as in SUPERSEDED mode. */
    private static Stream<Scenario> ofFew(ExecutionMode mode) {
        return Stream.of(
                scenario("two in groups fail and are retried", mode, GROUPS, 2)
                        .with(FAILURE, FAILURE, RETRY_FAILED_ACTIONS, RETRY_ALL_ACTIONS),
                scenario("two in pairs are retried beside siblings", mode, PAIRS, 2)
                        .with(FAILURE, FAILURE, RETRY_BESIDE_SIBLINGS, RETRY_BESIDE_SIBLINGS),
                scenario("one in pairs is retried beside siblings and stopped", mode, PAIRS, 1)
                        .with(FAILURE, FAILURE, RETRY_BESIDE_SIBLINGS, RETRY_BESIDE_SIBLINGS, STOP_AND_WAIT,
                                STOP_AND_ABANDON, RETRY_FAILED_ACTIONS, REPEAT),
                scenario("two in groups are stopped and retried", mode, GROUPS, 2)
                        .with(STOP_AND_WAIT, STOP_AND_ABANDON, RETRY_FAILED_ACTIONS),
                scenario("two in groups are updated and fail", mode, GROUPS, 2).with(UPDATE, FAILURE, RETRY_FAILED_ACTIONS)
                        .updating(new Update("the same again", mode, GROUPS)),
                scenario("two are updated, retried and stopped", mode, SHORT, 2)
                        .with(UPDATE, FAILURE, RETRY_ALL_ACTIONS, STOP_AND_WAIT)
                        .updating(new Update("the same again", mode, SHORT)),
                scenario("two are deleted and retried", mode, LINE, 2).with(DELETE, FAILURE, RETRY_FAILED_ACTIONS, REPEAT),
                scenario("messages are repeated when two fail and are retried", mode, LINE, 2)
                        .with(REPEAT, REPEAT, FAILURE, RETRY_FAILED_ACTIONS),
                scenario("messages are repeated when two are retried twice", mode, LINE, 2)
                        .with(REPEAT, FAILURE, RETRY_FAILED_ACTIONS, RETRY_ALL_ACTIONS),
                scenario("messages are repeated when two are updated", mode, SHORT, 2)
                        .with(REPEAT, UPDATE, FAILURE, RETRY_FAILED_ACTIONS)
                        .updating(new Update("the same again", mode, SHORT)),
                scenario("messages are repeated when two change places", mode, LINE, 2)
                        .with(REPEAT, UPDATE).updating(swapped(mode), otherMode(mode)),
                scenario("messages to one are repeated when it is updated in front of disabled transitions", mode, LINE, 1)
                        .with(REPEAT, UPDATE, DISABLE, DISABLE, DISABLE).closing(BEFORE_B, BEFORE_C).updating(swapped(mode)),
                scenario("machines of two in groups die", mode, GROUPS, 2).with(KILL, FAILURE, RETRY_FAILED_ACTIONS),
                scenario("machines of two die, stop and are retried", mode, SHORT, 2)
                        .with(KILL, KILL, STOP_AND_WAIT, RETRY_FAILED_ACTIONS));
    }

    private static Update swapped(ExecutionMode mode) {
        return new Update("B and C change places", mode, SWAPPED);
    }

    private static Update otherMode(ExecutionMode mode) {
        return new Update("another mode", mode == PARALLEL ? QUEUED : PARALLEL, RENAMED);
    }

    private static Scenario scenario(String what, ExecutionMode mode, Plan plan, int runs) {
        return Scenario.of(mode + ": " + what, mode, plan, runs);
    }
}
