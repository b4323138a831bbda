package io.pipewright.functions.store;

import io.pipewright.statemachine.execution.RunState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionOverride;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;

/**
 * An execution as stored: its aggregate and what surrounds it.
 *
 * @param revision grows with each write; the write of an older one is refused
 * @param generation the pipeline's generation
 * @param pipeline the pipeline's name
 * @param triggerDetail caller, rule or source that started it
 * @param variables pipeline variables as bound at the start, in declared order
 * @param overrides source revisions that the start asked for
 * @param revisions what its source actions took so far
 * @param due epoch milliseconds of its due item, 0 when it has none
 */
public record RunRecord(
        long revision,
        String generation,
        String pipeline,
        RunState state,
        TriggerType triggerType,
        String triggerDetail,
        Map<String, String> variables,
        List<SourceRevisionOverride> overrides,
        List<Revision> revisions,
        long due) {

    public RunRecord {
        variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
        overrides = List.copyOf(overrides);
        revisions = List.copyOf(revisions);
    }

    public RunRecord with(RunState newState) {
        return new RunRecord(revision, generation, pipeline, newState, triggerType, triggerDetail, variables,
                overrides, revisions, due);
    }

    /** The record with what a source action took, in place of what it took before. */
    public RunRecord with(Revision taken) {
        List<Revision> changed = new ArrayList<>(revisions);
        changed.removeIf(one -> one.action().equals(taken.action()));
        changed.add(taken);
        return new RunRecord(revision, generation, pipeline, state, triggerType, triggerDetail, variables,
                overrides, changed, due);
    }

    /** The record with its reminder at another time, 0 for none. */
    public RunRecord dueAt(long at) {
        return new RunRecord(revision, generation, pipeline, state, triggerType, triggerDetail, variables,
                overrides, revisions, at);
    }

    RunRecord next() {
        return new RunRecord(revision + 1, generation, pipeline, state, triggerType, triggerDetail, variables,
                overrides, revisions, due);
    }
}
