package io.pipewright.events.out;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Objects;

/**
 * A stage of a run changed its state. Its events show attempt 0 until the run's first retry, as CodePipeline's do.
 *
 * @param run the run
 * @param stage name of the stage
 * @param state its new state
 * @param time when it changed
 * @param startTime when the run first entered the stage; a retry keeps it
 * @param lastRetry when the newest retry of this stage was accepted; null if it was never retried, even if another stage was
 */
public record StageStateChange(Run run, String stage, State state, Instant time, Instant startTime, Instant lastRetry)
        implements StateChange {
    /** States of a stage in events, spelled as CodePipeline does there. */
    public enum State {
        STARTED,
        /** Is being retried. */
        RESUMED,
        STOPPING,
        STOPPED,
        SUCCEEDED,
        FAILED,
        /** Ended by an update of the pipeline. */
        CANCELED
    }

    public StageStateChange {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(startTime, "startTime");
    }

    @Override
    public String detailType() {
        return "CodePipeline Stage Execution State Change";
    }

    @Override
    public ObjectNode detail() {
        ObjectNode detail = Detail.object();
        run.head(detail);
        Detail.put(detail, "start-time", startTime);
        Detail.put(detail, "stage", stage);
        Detail.put(detail, "state", state.name());
        Detail.put(detail, "stage-last-retry-attempt-time", lastRetry);
        run.tail(detail, run.stageAttempt());
        return detail;
    }
}
