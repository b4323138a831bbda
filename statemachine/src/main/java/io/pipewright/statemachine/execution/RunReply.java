package io.pipewright.statemachine.execution;

/** What the sender of a message to an execution is told at once. */
public sealed interface RunReply {

    /** Taken, or already known: nothing more to say. */
    record Done() implements RunReply { }

    /** Stale or late: it changes nothing. */
    record Ignored() implements RunReply { }

    /** The machine's token is answered at once with this. */
    record Answered(RunEffect.Answer answer) implements RunReply { }

    /** The machine's token waits: the gate isn't open yet. */
    record Parked() implements RunReply { }

    /** The action's provider is to be set to work, under this action execution id; {@code again} when it may be at work already. */
    record Work(ActionRun action, boolean again) implements RunReply { }

    /** Not in this state; the API's own exception says so to the caller. */
    record Refused(Refusal refusal) implements RunReply { }

    /** Why an execution refuses. */
    enum Refusal { NOT_STOPPABLE, STOP_REPEATED, NOT_RETRYABLE }
}
