package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Why a state failed.
 *
 * @param error the error's name; null when a worker gave none
 * @param cause free text; null when there is none
 * @param kind which wildcards of {@code ErrorEquals} it answers to
 */
record Failure(String error, String cause, Kind kind) {
    static final String TIMEOUT = "States.Timeout";
    private static final String RUNTIME = "States.Runtime";
    private static final String ALL = "States.ALL";
    private static final String TASK_FAILED = "States.TaskFailed";
    private static final String HEARTBEAT_TIMEOUT = "States.HeartbeatTimeout";

    /** Wildcards and second names by which a failure can be caught. */
    enum Kind {
        /** Work failed: {@code States.TaskFailed} and {@code States.ALL}. */
        TASK,
        /** {@code TimeoutSeconds} passed. */
        TIMEOUT,
        /** {@code HeartbeatSeconds} passed: reported as a timeout, matched under its own name as well. */
        HEARTBEAT,
        /** Found by the interpreter, yet catchable: no choice matched, result too large. */
        STATES,
        /** Nothing catches it. */
        FATAL
    }

    static Failure ofTask(String error, String cause) {
        return new Failure(error, cause, RUNTIME.equals(error) ? Kind.FATAL : Kind.TASK);
    }

    static Failure timeout() {
        return new Failure(TIMEOUT, null, Kind.TIMEOUT);
    }

    static Failure heartbeatTimeout() {
        return new Failure(TIMEOUT, null, Kind.HEARTBEAT);
    }

    static Failure runtime(String cause) {
        return new Failure(RUNTIME, cause, Kind.FATAL);
    }

    static Failure noChoiceMatched(String cause) {
        return new Failure("States.NoChoiceMatched", cause, Kind.STATES);
    }

    /** A task's result above the limit can be caught, any other oversized output ends the execution. */
    static Failure dataLimitExceeded(String state, boolean catchable) {
        return new Failure("States.DataLimitExceeded", "The state/task '" + state
                + "' returned a result with a size exceeding the maximum number of bytes service limit.",
                catchable ? Kind.STATES : Kind.FATAL);
    }

    /** Whether this entry of {@code ErrorEquals} takes the failure. */
    boolean matches(String pattern) {
        return switch (kind) {
            case FATAL -> false;
            case TASK -> pattern.equals(ALL) || pattern.equals(TASK_FAILED) || pattern.equals(error);
            case HEARTBEAT -> pattern.equals(ALL) || pattern.equals(error) || pattern.equals(HEARTBEAT_TIMEOUT);
            case TIMEOUT, STATES -> pattern.equals(ALL) || pattern.equals(error);
        };
    }

    /** What a catcher passes on. A timeout has the empty cause there, and none in the history. */
    ObjectNode output() {
        boolean timeout = kind == Kind.TIMEOUT || kind == Kind.HEARTBEAT;
        return Json.object().put("Error", error).put("Cause", timeout ? "" : cause);
    }
}
