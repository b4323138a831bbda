package io.pipewright.functions.action;

import io.pipewright.functions.store.ActionRecord;
import java.util.Optional;

/** What does the work of one action type. */
public interface ActionProvider {

    /**
     * Does the work, or sets it going. May be called again for the same action execution after a crash: then it finds the
     * work that it had set going, or does it over where that harms nobody.
     *
     * @throws ActionFailure when the action has failed
     */
    Progress start(ActionWork work) throws ActionFailure;

    /**
     * Looks how the work that was set going stands: after an event about it, or when none came for too long.
     *
     * @param record carries the external id
     * @throws ActionFailure when the action has failed
     */
    default Progress look(ActionRecord record) throws ActionFailure {
        return new Progress.Working(record.result(), Optional.empty());
    }

    /** Whether {@link #start} returns {@link Progress.Working}: only then must the task's token be kept. */
    boolean isAsynchronous();
}
