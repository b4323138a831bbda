package io.pipewright.functions.execution;

import io.pipewright.functions.store.Due;
import io.pipewright.functions.store.DueKind;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.PipelineRecord;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.statemachine.execution.PipelineDecider;
import io.pipewright.statemachine.execution.PipelineDecision;
import io.pipewright.statemachine.execution.PipelineMessage;
import io.pipewright.statemachine.execution.RunState;
import io.pipewright.statemachine.execution.RunStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codepipeline.model.PipelineVariable;
import software.amazon.awssdk.services.codepipeline.model.PipelineVariableDeclaration;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionOverride;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;

/** Starts executions, each exactly once however often its cause is repeated. */
public final class Starts {
    private final Engine engine;
    private final Store store;

    public Starts(Engine engine) {
        this.engine = engine;
        this.store = engine.store();
    }

    /**
     * What starts an execution.
     *
     * @param detail the API's {@code triggerDetail}
     * @param variables values for declared pipeline variables; unknown names are ignored
     * @param overrides source revisions to take instead of the newest
     * @param clientToken the caller's {@code clientRequestToken}: the same one gives the same execution
     * @param run the execution id to use, for causes that have an identity of their own; empty for a new one
     */
    public record Cause(
            TriggerType type, String detail, List<PipelineVariable> variables,
            List<SourceRevisionOverride> overrides, Optional<String> clientToken, Optional<String> run) {

        /** A cause that brings neither variables nor revisions nor an identity. */
        public static Cause of(TriggerType type, String detail) {
            return new Cause(type, detail, List.of(), List.of(), Optional.empty(), Optional.empty());
        }

        /** The same cause with an identity: repeated, it starts nothing new. */
        public Cause as(String id) {
            return new Cause(type, detail, variables, overrides, clientToken, Optional.of(id));
        }

        /** The same cause with source revisions. */
        public Cause taking(List<SourceRevisionOverride> revisions) {
            return new Cause(type, detail, variables, revisions, clientToken, run);
        }
    }

    /**
     * Starts an execution of the pipeline's current version.
     *
     * @return the pipeline execution id; an earlier one where the cause was known
     * @throws ApiError ValidationException, PipelineNotFoundException or ConcurrentPipelineExecutionsLimitExceededException
     */
    public String start(PipelineEntry entry, Cause cause) {
        refuseRepeatedNames(cause.variables());
        PipelineRecord pipeline = store.pipeline(entry.generation()).orElseThrow(() -> notFound(entry));
        SourceOverrides.check(current(pipeline).declaration(), cause.overrides());
        String run = identity(entry, cause);
        Optional<RunRecord> known = store.run(run);
        while (known.isEmpty() || known.get().state().status() == RunStatus.CREATED) {
            if (pipeline.state().deleted()) {
                throw notFound(entry);
            }
            RunRecord record = unwritten(entry, current(pipeline), cause, run, known);
            refuseTooMany(pipeline, record);
            Optional<Engine.Told> told = ask(written(record, known.isPresent()));
            PipelineDecision decision = told.orElseThrow(() -> notFound(entry)).decision();
            if (!(decision instanceof PipelineDecision.Refused refused)) {
                return run;
            }
            pipeline = told.get().record();
            known = store.run(run);
        }
        return run;
    }

    /** Before anything is written: what was written is never taken back, as a repeated start may have been accepted meanwhile. */
    private void refuseTooMany(PipelineRecord pipeline, RunRecord record) {
        if (PipelineDecider.decide(pipeline.state(), message(record)) instanceof PipelineDecision.Refused refused
                && refused.refusal() == PipelineDecision.Refusal.TOO_MANY_EXECUTIONS) {
            throw ApiError.concurrentPipelineExecutionsLimitExceeded(
                    pipeline.name(), engine.settings().limits().concurrentExecutions());
        }
    }

    private static void refuseRepeatedNames(List<PipelineVariable> variables) {
        Set<String> names = new HashSet<>();
        for (PipelineVariable variable : variables) {
            if (!names.add(variable.name())) {
                throw ApiError.validation(ApiError.variableNameInUse(variable.name()));
            }
        }
    }

    private PipelineVersion current(PipelineRecord pipeline) {
        return store.version(pipeline.generation(), pipeline.state().version()).orElseThrow();
    }

    private String identity(PipelineEntry entry, Cause cause) {
        String id = cause.run().orElseGet(engine::newId);
        return cause.clientToken().map(token -> store.bindClientToken(entry.generation(), token, id)).orElse(id);
    }

    /** The execution's record before its pipeline knows of it, bound to the pipeline's current version. */
    private RunRecord unwritten(
            PipelineEntry entry, PipelineVersion version, Cause cause, String run, Optional<RunRecord> known) {
        Map<String, String> variables = new LinkedHashMap<>();
        List<String> missing = new ArrayList<>();
        bind(version, cause, variables, missing);
        Optional<String> failure = missing.isEmpty() ? Optional.empty()
                : Optional.of("Values for required variables haven't been provided: " + String.join(",", missing));
        RunState state = RunState.created(
                run, version.version(), version.declaration().executionMode(), failure, engine.now());
        return new RunRecord(known.map(RunRecord::revision).orElse(0L), entry.generation(), entry.name(), state,
                cause.type(), cause.detail(), failure.isPresent() ? Map.of() : variables, cause.overrides(), List.of(),
                known.map(RunRecord::due).orElseGet(() -> engine.now() + Engine.GUARD_MILLIS));
    }

    /** The record as it is stored then: an equal start may have been faster. */
    private RunRecord written(RunRecord record, boolean again) {
        String run = record.state().run();
        if (again) {
            return store.save(record).orElseGet(() -> store.run(run).orElseThrow());
        }
        store.putDue(new Due(record.due(), DueKind.RUN, run));
        return store.create(record) ? record : store.run(run).orElseThrow();
    }

    private static void bind(
            PipelineVersion version, Cause cause, Map<String, String> variables, List<String> missing) {
        Map<String, String> given = cause.variables().stream()
                .collect(Collectors.toMap(PipelineVariable::name, PipelineVariable::value));
        for (PipelineVariableDeclaration declared : version.declaration().variables()) {
            String value = given.getOrDefault(declared.name(), declared.defaultValue());
            if (value == null) {
                missing.add(declared.name());
            } else {
                variables.put(declared.name(), value);
            }
        }
    }

    private Optional<Engine.Told> ask(RunRecord record) {
        try (RunSession session = engine.open(record)) {
            return engine.tell(record.generation(), message(record), Optional.of(session));
        }
    }

    private PipelineMessage.Start message(RunRecord record) {
        return new PipelineMessage.Start(record.state().run(), record.state().version(),
                record.state().failure().isPresent(), engine.settings().limits().concurrentExecutions());
    }

    private ApiError notFound(PipelineEntry entry) {
        return ApiError.pipelineNotFound(engine.settings().account(), entry.name());
    }
}
