package io.pipewright.statemachine.execution;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/**
 * Where an exploration begins, and what may befall it.
 *
 * @param runs how many executions may start, one by one; they are alike, so they are named in the order of their starts
 * @param limit quota of active executions
 * @param budget of disturbances
 * @param gates the transitions that may be disabled
 * @param updates what the declaration may be replaced by
 */
record Scenario(
        String name, ExecutionMode mode, Plan plan, int runs, int limit, int budget, List<Gate> gates, List<Update> updates) {

    /** A transition in front of a stage, or behind it. */
    record Gate(String stage, boolean inbound) { }

    /** A new declaration. */
    record Update(String what, ExecutionMode mode, Plan plan) { }

    Scenario {
        gates = List.copyOf(gates);
        updates = List.copyOf(updates);
    }

    static Scenario of(String name, ExecutionMode mode, Plan plan, int runs) {
        return new Scenario(name, mode, plan, runs, 50, 0, List.of(), List.of());
    }

    Scenario with(Disturbance... disturbances) {
        int more = budget;
        for (Disturbance disturbance : disturbances) {
            more = disturbance.granted(more, 1);
        }
        return new Scenario(name, mode, plan, runs, limit, more, gates, updates);
    }

    Scenario closing(Gate... more) {
        return new Scenario(name, mode, plan, runs, limit, budget, List.of(more), updates);
    }

    Scenario updating(Update... more) {
        return new Scenario(name, mode, plan, runs, limit, budget, gates, List.of(more));
    }

    Scenario limited(int executions) {
        return new Scenario(name, mode, plan, runs, executions, budget, gates, updates);
    }

    /** One execution more, and twice the disturbances. */
    Scenario deeper() {
        int more = budget;
        for (Disturbance disturbance : Disturbance.values()) {
            more = disturbance.granted(more, Math.min(disturbance.left(budget), 3 - disturbance.left(budget)));
        }
        return new Scenario(name, mode, plan, Math.min(4, runs + 1), limit, more, gates, updates);
    }

    PipelineState created() {
        return PipelineState.created(mode, names(plan));
    }

    static List<String> names(Plan plan) {
        return plan.stages().stream().map(Plan.Stage::name).toList();
    }

    /** Stages A, B, C, … as given. */
    static Plan plan(Plan.Stage... stages) {
        return new Plan(List.of(stages));
    }

    static Plan.Stage stage(String name, Integer... actionsPerRunOrder) {
        List<List<Integer>> groups = new ArrayList<>();
        int next = 0;
        for (int count : actionsPerRunOrder) {
            List<Integer> group = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                group.add(next++);
            }
            groups.add(group);
        }
        return new Plan.Stage(name, groups, Set.of(), Optional.empty());
    }

    static Plan.Stage approved(Plan.Stage stage, Integer... approvals) {
        return new Plan.Stage(stage.name(), stage.groups(), Set.copyOf(Arrays.asList(approvals)), stage.automaticRetry());
    }

    static Plan.Stage retried(Plan.Stage stage, StageRetryMode mode) {
        return new Plan.Stage(stage.name(), stage.groups(), stage.approvals(), Optional.of(mode));
    }
}
