package io.pipewright.functions.api;

import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.statemachine.execution.RunStatus;
import java.util.Optional;

/** Executions as a caller may see them. */
final class Runs {
    private Runs() { }

    /** The pipeline's execution with this id; one that its pipeline hasn't accepted yet doesn't exist for callers. */
    static Optional<RunRecord> of(Store store, PipelineEntry entry, String run) {
        return store.run(run).filter(record -> record.generation().equals(entry.generation())
                && record.state().status() != RunStatus.CREATED);
    }
}
