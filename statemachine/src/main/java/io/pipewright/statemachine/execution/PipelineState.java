package io.pipewright.statemachine.execution;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;

/**
 * The pipeline's aggregate: the gates of its stages and the executions between them.
 *
 * @param version number of the current declaration, from 1
 * @param lastNumber the start number given out last, 0 before the first start
 * @param stages the stages of the current declaration in order
 * @param active executions that have not ended, by start number
 * @param lastEffect the sequence given out last
 * @param owed effects still to be carried out, oldest first
 */
public record PipelineState(
        boolean deleted,
        int version,
        ExecutionMode mode,
        long lastNumber,
        List<StageGate> stages,
        SortedMap<Long, ActiveRun> active,
        long lastEffect,
        List<Owed<PipelineEffect>> owed) {

    public PipelineState {
        stages = List.copyOf(stages);
        active = Collections.unmodifiableSortedMap(new TreeMap<>(active));
        owed = List.copyOf(owed);
    }

    /** A pipeline that has just been created: version 1, nothing has run. */
    public static PipelineState created(ExecutionMode mode, List<String> stageNames) {
        return new PipelineState(
                false, 1, mode, 0, stageNames.stream().map(StageGate::named).toList(), new TreeMap<>(), 0, List.of());
    }

    public Optional<StageGate> stage(String name) {
        return stages.stream().filter(stage -> stage.name().equals(name)).findFirst();
    }

    public Optional<ActiveRun> activeRun(String run) {
        return active.values().stream().filter(one -> one.run().equals(run)).findFirst();
    }

    /** Whether executions may enter the stage as far as transitions go; true for a stage that the declaration no longer has. */
    public boolean isOpen(String stage) {
        Optional<StageGate> before = Optional.empty();
        for (StageGate gate : stages) {
            if (gate.name().equals(stage)) {
                return gate.inbound().isEnabled() && before.map(one -> one.outbound().isEnabled()).orElse(true);
            }
            before = Optional.of(gate);
        }
        return true;
    }

    /** The execution that holds the stage's lock. */
    public Optional<ActiveRun> occupant(String stage) {
        return active.values().stream().filter(one -> one.occupies(stage)).findFirst();
    }

    /** Executions that wait in front of the stage, lowest start number first. */
    public Stream<ActiveRun> waitingFor(String stage) {
        return active.values().stream().filter(one -> one.waitsFor(stage));
    }

    /** The state without effects that have been carried out. */
    public PipelineState carriedOut(Set<Long> done) {
        return new PipelineState(
                deleted, version, mode, lastNumber, stages, active, lastEffect, Owed.without(owed, done));
    }

    PipelineState with(ActiveRun run) {
        SortedMap<Long, ActiveRun> changed = new TreeMap<>(active);
        changed.put(run.number(), run);
        return new PipelineState(deleted, version, mode, lastNumber, stages, changed, lastEffect, owed);
    }

    PipelineState without(long number) {
        SortedMap<Long, ActiveRun> changed = new TreeMap<>(active);
        changed.remove(number);
        return new PipelineState(deleted, version, mode, lastNumber, stages, changed, lastEffect, owed);
    }

    PipelineState with(StageGate stage) {
        List<StageGate> changed =
                stages.stream().map(one -> one.name().equals(stage.name()) ? stage : one).toList();
        return new PipelineState(deleted, version, mode, lastNumber, changed, active, lastEffect, owed);
    }

    PipelineState numbered(long number) {
        return new PipelineState(deleted, version, mode, number, stages, active, lastEffect, owed);
    }

    PipelineState updated(int newVersion, ExecutionMode newMode, List<StageGate> newStages) {
        return new PipelineState(deleted, newVersion, newMode, lastNumber, newStages, active, lastEffect, owed);
    }

    PipelineState deletedNow() {
        return new PipelineState(true, version, mode, lastNumber, stages, new TreeMap<>(), lastEffect, owed);
    }

    PipelineState owing(List<PipelineEffect> effects) {
        return new PipelineState(
                deleted, version, mode, lastNumber, stages, active, lastEffect + effects.size(),
                Owed.append(owed, lastEffect, effects));
    }
}
