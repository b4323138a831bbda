package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.Disturbance.*;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;

class ExplorerTest {
    @Test
    void first() {
        Plan plan = Scenario.plan(Scenario.stage("A", 1), Scenario.stage("B", 2), Scenario.stage("C", 1, 1));
        for (ExecutionMode mode : new ExecutionMode[] {ExecutionMode.SUPERSEDED, ExecutionMode.QUEUED, ExecutionMode.PARALLEL}) {
            Plan simple = Scenario.plan(Scenario.stage("A", 1), Scenario.stage("B", 1), Scenario.stage("C", 1));
            run(Scenario.of("plain3", mode, simple, 3));
            run(Scenario.of("plain2", mode, plan, 2));
            run(Scenario.of("2fail", mode, plan, 2).with(FAILURE, STOP_AND_WAIT, RETRY_FAILED_ACTIONS));
        }
    }

    void run(Scenario s) {
        long t = System.nanoTime();
        Explorer.Result r = new Explorer(s, Deciders.REAL).explore(5_000_000);
        System.out.printf("%s %s: %d worlds, %d steps, %d quiet, complete %s, %d ms%n", s.name(), s.mode(), r.worlds(), r.steps(), r.quiet(), r.complete(), (System.nanoTime() - t) / 1000000);
        if (r.violation().isPresent()) {
            r.trace().forEach(System.out::println);
            System.out.println(r.violation().get());
            r.violation().get().printStackTrace();
        }
        assertThat(r.violation()).isEmpty();
    }
}
