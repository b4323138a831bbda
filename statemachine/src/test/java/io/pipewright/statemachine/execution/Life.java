package io.pipewright.statemachine.execution;

import io.pipewright.statemachine.execution.RunState.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * One execution in an explored world: its aggregate, and what Step Functions and the providers hold of it.
 *
 * @param run normalised: no times and texts, which decide nothing; effects numbered from 1
 * @param machines those that live, and those whose death is not reported yet
 * @param working ids of the actions that providers work on and that the execution waits for
 */
record Life(Plan plan, RunState run, List<Machine> machines, SortedSet<String> working) {

    static final long NOW = 1;

    Life {
        run = normal(run);
        machines = List.copyOf(machines);
    }

    static Life created(String id, PipelineState pipeline, Plan plan) {
        return new Life(plan, RunState.created(id, pipeline.version(), pipeline.mode(), Optional.empty(), NOW),
                List.of(), new TreeSet<>());
    }

    private static RunState normal(RunState run) {
        List<Owed<RunEffect>> owed = new ArrayList<>();
        run.owed().forEach(one -> owed.add(new Owed<>(owed.size() + 1L, one.effect())));
        return new RunState(run.run(), run.version(), run.mode(), run.number(), run.status(), run.failure(),
                Optional.empty(), Optional.empty(), run.attempt(), run.stage(), run.inside(), run.cancelling(),
                run.actions(), run.retries(), new Times(NOW, NOW, 0, 0, 0), owed.size(), owed);
    }

    /** The pipeline's state without what decides nothing: effects are numbered from 1. */
    static PipelineState normal(PipelineState state) {
        List<Owed<PipelineEffect>> owed = new ArrayList<>();
        state.owed().forEach(one -> owed.add(new Owed<>(owed.size() + 1L, one.effect())));
        return new PipelineState(state.deleted(), state.version(), state.mode(), state.lastNumber(), state.stages(),
                state.active(), owed.size(), owed);
    }

    Life with(RunState other) {
        return new Life(plan, other, machines, working);
    }

    Life with(List<Machine> others) {
        return new Life(plan, run, others, working);
    }

    Life with(Machine machine) {
        return with(machines.stream().map(one -> one.attempt() == machine.attempt() ? machine : one).toList());
    }

    Life withoutMachine(int attempt) {
        return with(machines.stream().filter(one -> one.attempt() != attempt).toList());
    }

    Life working(String id) {
        SortedSet<String> more = new TreeSet<>(working);
        more.add(id);
        return new Life(plan, run, machines, more);
    }

    Life notWorking(String id) {
        SortedSet<String> fewer = new TreeSet<>(working);
        fewer.remove(id);
        return new Life(plan, run, machines, fewer);
    }

    Optional<Machine> machine(int attempt) {
        return machines.stream().filter(one -> one.attempt() == attempt).findFirst();
    }

    boolean hasEnded() {
        return run.status().isEnded();
    }

    boolean isInside() {
        return run.inside() && !hasEnded();
    }

    /** Whether it has ever been inside the stage. */
    boolean hasEntered(String name) {
        return plan.stages().stream().limit(run.stage() + (run.inside() ? 1 : 0)).anyMatch(stage -> stage.name().equals(name));
    }

    String stageName() {
        return plan.stages().get(run.stage()).name();
    }

    @Override
    public String toString() {
        return run.run() + "#" + run.number() + " " + run.status() + (run.cancelling() ? " cancelling" : "") + " attempt "
                + run.attempt() + (run.inside() ? " in " : " before ") + run.stage() + " "
                + run.actions().stream().map(action -> action.action() + ":" + action.status()).toList()
                + " owes " + run.owed().stream().map(Owed::effect).toList() + " " + machines + " working " + working;
    }
}
