package io.pipewright.functions.store;

import io.pipewright.statemachine.execution.PipelineState;

/**
 * A pipeline as stored.
 *
 * @param revision grows with each write; the write of an older one is refused
 * @param generation its identity: a pipeline created again under the same name has another
 * @param created epoch milliseconds
 * @param createdBy ARN of who created it
 * @param due epoch milliseconds of its due item, 0 when it has none
 */
public record PipelineRecord(
        long revision, String generation, String name, PipelineState state, long created, String createdBy,
        long due) {

    public PipelineRecord with(PipelineState newState) {
        return new PipelineRecord(revision, generation, name, newState, created, createdBy, due);
    }

    /** The record with its reminder at another time, 0 for none. */
    public PipelineRecord dueAt(long at) {
        return new PipelineRecord(revision, generation, name, state, created, createdBy, at);
    }

    PipelineRecord next() {
        return new PipelineRecord(revision + 1, generation, name, state, created, createdBy, due);
    }
}
