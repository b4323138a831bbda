package io.pipewright.statemachine.execution;

/** What a pipeline makes of a message. */
public sealed interface PipelineDecision {

    /** The new state, which owes effects. */
    record Changed(PipelineState state) implements PipelineDecision { }

    /** Repeated, late or stale: nothing to write. */
    record Ignored() implements PipelineDecision { }

    /** Not in this state; the API's own exception says so to the caller. */
    record Refused(Refusal refusal) implements PipelineDecision { }

    /** Why a pipeline refuses. */
    enum Refusal {
        /** The pipeline was deleted meanwhile. */
        PIPELINE_DELETED,
        /** The declaration was updated meanwhile: bind again to the current version. */
        OTHER_VERSION,
        /** As many executions are active as the quota allows (QUEUED and PARALLEL). */
        TOO_MANY_EXECUTIONS,
        /** The declaration has changed since, or the stage is gone. */
        DECLARATION_CHANGED,
        /** A newer execution has entered the stage, or holds it. */
        NOT_LATEST,
        /** The execution is active: a retry is under way. */
        RETRY_RUNNING,
        /** No stage of that name. */
        STAGE_NOT_FOUND
    }
}
