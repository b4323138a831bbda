package io.pipewright.statemachine.execution;

import java.util.Arrays;
import java.util.stream.Collectors;

/** An invariant does not hold. */
final class Violation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What must hold in each world, or for each step between two. */
    enum Invariant {
        /** A stage holds at most one execution that needs its lock: as the pipeline sees it, and as the executions see themselves. */
        ONE_PER_STAGE,
        /** QUEUED executions enter each stage in the order of their start numbers. */
        FIRST_IN_FIRST_OUT,
        /** Only a SUPERSEDED execution that waits between stages is superseded, and only by a newer one that stands there too. */
        SUPERSEDED_BETWEEN_STAGES,
        /** Only the execution itself, or the end of its pipeline, takes it out of a stage. */
        OUSTED,
        /** When nothing is left to do, each execution has ended or waits where it may wait, known to its pipeline. */
        NOBODY_LOST,
        /** When nothing is left to do, nobody waits in front of a stage that is free and open. */
        NOBODY_STUCK,
        /** When nothing is left to do, the pipeline holds no execution that has ended. */
        ENDED_IS_INACTIVE,
        /** A deleted pipeline has no active executions, and they all end. */
        DELETED_IS_EMPTY,
        /** A start number is given once, and an execution keeps its own. */
        NUMBERED_ONCE,
        /** An action starts once in each attempt, never beside itself, and no work is forgotten. */
        WORKED_ONCE,
        /** An action starts when its execution is in the stage and all lower runOrders have succeeded. */
        IN_ITS_TURN,
        /** What was told to stop, was cancelled or has ended begins nothing, unless a retry of what failed or was stopped is granted. */
        NOTHING_AFTER_THE_END,
        /** A stage fails when all actions of the group have ended. */
        SIBLINGS_FINISH,
        /** What a provider reported is what is recorded and what the machine is told. */
        OUTCOME_KEPT,
        /** Repeated, late and stale messages change nothing. */
        STALE_CHANGES_NOTHING,
        /** Nobody enters through a disabled transition. */
        CLOSED_IS_CLOSED,
        /** PARALLEL executions wait only for a transition. */
        PARALLEL_WAITS_FOR_NOBODY,
        /** After an update, only PARALLEL executions of the older version enter stages. */
        OUTDATED_ENTERS_NOTHING,
        /** An execution is retried only while no newer one has entered the stage. */
        LATEST_IS_RETRIED,
        /** When nothing is left to do, a stage remembers the newest execution that has really entered it. */
        LATEST_HAS_ENTERED,
        /** A machine execution ends with what it works for. */
        MACHINE_ENDS_WITH_ITS_RUN
    }

    private final Invariant invariant;

    private Violation(Invariant invariant, Object... details) {
        super(invariant + ": " + Arrays.stream(details).map(String::valueOf).collect(Collectors.joining("\n  ")));
        this.invariant = invariant;
    }

    Invariant invariant() {
        return invariant;
    }

    /** Each detail becomes text only when it is needed. */
    static void unless(boolean holds, Invariant invariant, Object... details) {
        if (!holds) {
            throw new Violation(invariant, details);
        }
    }
}
