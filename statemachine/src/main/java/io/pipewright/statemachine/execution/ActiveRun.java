package io.pipewright.statemachine.execution;

import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;

/**
 * An execution that has not ended, as its pipeline sees it.
 *
 * @param number start number, from 1; the order of QUEUED and the age in SUPERSEDED
 * @param run the pipeline execution id
 * @param attempt the newest attempt that the pipeline has heard of, from 1
 * @param version the declaration version that it was started on
 * @param mode the execution mode that the execution was started in, and keeps
 * @param stage name of the stage that it is in or waits for; for a PARALLEL execution the last one that it waited for or was retried in,
 *     empty when there was none: it passes open transitions without a word
 * @param position of that stage in the version that it was started on; -1 where there is none, or an earlier release wrote it
 * @param inside whether it has entered the stage; false while it waits in front
 */
public record ActiveRun(
        long number, String run, int attempt, int version, ExecutionMode mode, String stage, int position, boolean inside) {

    boolean isParallel() {
        return mode == ExecutionMode.PARALLEL;
    }

    /** Whether it holds the lock of the stage. PARALLEL executions hold no locks. */
    public boolean occupies(String name) {
        return inside && !isParallel() && stage.equals(name);
    }

    public boolean waitsFor(String name) {
        return !inside && stage.equals(name);
    }

    ActiveRun waitingFor(PipelineMessage.Arrive arrive) {
        return new ActiveRun(number, run, arrive.attempt(), version, mode, arrive.stage(), arrive.position(), false);
    }

    ActiveRun entered() {
        return new ActiveRun(number, run, attempt, version, mode, stage, position, true);
    }
}
