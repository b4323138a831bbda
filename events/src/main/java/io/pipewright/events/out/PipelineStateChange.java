package io.pipewright.events.out;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Objects;

/**
 * A run as a whole changed its state.
 *
 * @param run the run
 * @param state its new state
 * @param time when it changed
 * @param startTime when the run was accepted; stays that of the first attempt
 * @param trigger what started it; shown by STARTED only; null if unknown
 * @param lastRetry when the newest retry was accepted; null before the first
 * @param stopComments the reason given to StopPipelineExecution; shown by STOPPING and STOPPED only; null if none
 */
public record PipelineStateChange(
        Run run, State state, Instant time, Instant startTime, Trigger trigger, Instant lastRetry, String stopComments)
        implements StateChange {
    /** States of a run in events, spelled as CodePipeline does there. */
    public enum State {
        STARTED,
        /** A stage is being retried. */
        RESUMED,
        STOPPING,
        STOPPED,
        SUCCEEDED,
        FAILED,
        /** Overtaken by a newer run while waiting. */
        SUPERSEDED,
        /** Ended by an update of the pipeline. */
        CANCELED
    }

    public PipelineStateChange {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(startTime, "startTime");
    }

    /** A change without trigger, retry or stop comments. */
    public static PipelineStateChange of(Run run, State state, Instant time, Instant startTime) {
        return new PipelineStateChange(run, state, time, startTime, null, null, null);
    }

    /** The same change with what started the run. */
    public PipelineStateChange triggeredBy(Trigger newTrigger) {
        return new PipelineStateChange(run, state, time, startTime, newTrigger, lastRetry, stopComments);
    }

    /** The same change in a run that was retried. */
    public PipelineStateChange retriedAt(Instant accepted) {
        return new PipelineStateChange(run, state, time, startTime, trigger, accepted, stopComments);
    }

    /** The same change in a run that is being stopped. */
    public PipelineStateChange stoppedBecause(String reason) {
        return new PipelineStateChange(run, state, time, startTime, trigger, lastRetry, reason);
    }

    @Override
    public String detailType() {
        return "CodePipeline Pipeline Execution State Change";
    }

    @Override
    public ObjectNode detail() {
        ObjectNode detail = Detail.object();
        run.head(detail);
        Detail.put(detail, "start-time", startTime);
        if (state == State.STARTED && trigger != null) {
            detail.set("execution-trigger", trigger.json());
        }
        Detail.put(detail, "state", state.name());
        Detail.put(detail, "last-retry-attempt-time", lastRetry);
        if (state == State.STOPPING || state == State.STOPPED) {
            Detail.put(detail, "stop-execution-comments", stopComments);
        }
        run.tail(detail, run.attempt());
        return detail;
    }
}
