package io.pipewright.statemachine.execution;

/** What can befall a world, each kind as often as its scenario allows. */
enum Disturbance {
    /** A provider fails an action. */
    FAILURE,
    STOP_AND_WAIT,
    STOP_AND_ABANDON,
    RETRY_FAILED_ACTIONS,
    RETRY_ALL_ACTIONS,
    RETRY_BESIDE_SIBLINGS,
    /** A transition is disabled; enabling it again is free. */
    DISABLE,
    UPDATE,
    DELETE,
    /** A message is delivered and not ticked off, so it is delivered again at some later time. */
    REPEAT,
    /** A gate is asked again while its token waits, or with an answer from the pipeline that is out of date. */
    ASK_AGAIN,
    /** A machine execution dies by hand. */
    KILL,
    /** An execution has waited too long in front of a disabled transition. */
    EXPIRE;

    private static final int BITS = 2;
    private static final int MOST = (1 << BITS) - 1;

    /** {@code budget} with {@code times} more of this kind. */
    int granted(int budget, int times) {
        if (left(budget) + times > MOST) {
            throw new IllegalArgumentException("At most " + MOST + " of " + this);
        }
        return budget + (times << ordinal() * BITS);
    }

    int left(int budget) {
        return budget >> ordinal() * BITS & MOST;
    }

    int spent(int budget) {
        return budget - (1 << ordinal() * BITS);
    }
}
