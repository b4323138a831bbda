package io.pipewright.statemachine.execution;

/**
 * An action of the stage that an execution is in.
 *
 * @param action its position in the stage's declaration, from 0
 * @param id the action execution id; empty while {@link Status#PENDING}
 * @param startedAt epoch milliseconds; 0 while pending
 * @param deadline epoch milliseconds after which it is failed as timed out; 0 while pending
 */
public record ActionRun(int action, Status status, String id, long startedAt, long deadline) {

    /** How it stands. */
    public enum Status {
        /** Its group has begun, its own start is on the way. */
        PENDING,
        IN_PROGRESS,
        SUCCEEDED,
        FAILED,
        ABANDONED
    }

    static ActionRun pending(int action) {
        return new ActionRun(action, Status.PENDING, "", 0, 0);
    }

    ActionRun ended(Status outcome) {
        return new ActionRun(action, outcome, id, startedAt, deadline);
    }

    /** Its provider is at work. */
    public boolean isRunning() {
        return status == Status.IN_PROGRESS;
    }
}
