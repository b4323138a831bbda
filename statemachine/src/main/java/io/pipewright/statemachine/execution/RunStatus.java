package io.pipewright.statemachine.execution;

import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;

/** How an execution stands. */
public enum RunStatus {
    /** Written, but its pipeline hasn't given it a start number yet. The API doesn't show it. */
    CREATED(PipelineExecutionStatus.IN_PROGRESS, false),
    IN_PROGRESS(PipelineExecutionStatus.IN_PROGRESS, false),
    STOPPING(PipelineExecutionStatus.STOPPING, false),
    SUCCEEDED(PipelineExecutionStatus.SUCCEEDED, true),
    FAILED(PipelineExecutionStatus.FAILED, true),
    STOPPED(PipelineExecutionStatus.STOPPED, true),
    SUPERSEDED(PipelineExecutionStatus.SUPERSEDED, true),
    CANCELLED(PipelineExecutionStatus.CANCELLED, true);

    private final PipelineExecutionStatus shown;
    private final boolean ended;

    RunStatus(PipelineExecutionStatus shown, boolean ended) {
        this.shown = shown;
        this.ended = ended;
    }

    /** The word that the API uses. */
    public PipelineExecutionStatus shown() {
        return shown;
    }

    /** Nothing happens any more, unless a retry is granted. */
    public boolean isEnded() {
        return ended;
    }
}
