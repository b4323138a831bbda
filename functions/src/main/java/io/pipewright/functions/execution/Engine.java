package io.pipewright.functions.execution;

import io.pipewright.functions.log.Log;
import io.pipewright.functions.settings.Clients;
import io.pipewright.functions.settings.Settings;
import io.pipewright.functions.store.Due;
import io.pipewright.functions.store.DueKind;
import io.pipewright.functions.store.PipelineRecord;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.statemachine.execution.Owed;
import io.pipewright.statemachine.execution.PipelineDecider;
import io.pipewright.statemachine.execution.PipelineDecision;
import io.pipewright.statemachine.execution.PipelineEffect;
import io.pipewright.statemachine.execution.PipelineMessage;
import io.pipewright.statemachine.execution.PipelineState;
import io.pipewright.statemachine.execution.RunMessage;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Puts decisions into force. Safe for use by many threads and processes at a time: each write is conditional on what was
 * read, and is decided anew where somebody else was faster.
 */
public final class Engine {
    /** How long after a decision the reconciler looks whether its effects were carried out. */
    public static final long GUARD_MILLIS = 60_000;

    private final Store store;
    private final Clients clients;
    private final Settings settings;
    private final Clock clock;
    private final Supplier<String> ids;
    private final Log log;
    private final StateChanges stateChanges;
    private final Machines machines;

    public Engine(Store store, Clients clients, Settings settings, Clock clock, Log log) {
        this.store = store;
        this.clients = clients;
        this.settings = settings;
        this.clock = clock;
        this.ids = () -> UUID.randomUUID().toString();
        this.log = log;
        this.machines = new Machines(clients.sfn());
        this.stateChanges = new StateChanges(clients.events(), settings, log);
    }

    public Store store() {
        return store;
    }

    public Clients clients() {
        return clients;
    }

    public Settings settings() {
        return settings;
    }

    public Log log() {
        return log;
    }

    public Machines machines() {
        return machines;
    }

    StateChanges stateChanges() {
        return stateChanges;
    }

    /** Epoch milliseconds. */
    public long now() {
        return clock.millis();
    }

    /** A new random id. */
    public String newId() {
        return ids.get();
    }

    /** An execution to talk to; empty for an unknown one. */
    public Optional<RunSession> open(String run) {
        return store.run(run).map(this::open);
    }

    /** An execution to talk to, as it has just been read. */
    public RunSession open(RunRecord record) {
        PipelineVersion version = store.version(record.generation(), record.state().version())
                .orElseThrow(() -> new IllegalStateException("Version " + record.state().version()
                        + " of the pipeline " + record.pipeline() + " is missing in the table"));
        return new RunSession(this, record, version);
    }

    /** What became of a message to a pipeline: the decision and the record that holds now. */
    public record Told(PipelineDecision decision, PipelineRecord record) { }

    /** Tells a pipeline; empty for an unknown one. */
    public Optional<Told> tell(String generation, PipelineMessage message) {
        return tell(generation, message, Optional.empty());
    }

    /** Tells a pipeline on behalf of an execution, which may be the one that the effects concern. */
    Optional<Told> tell(String generation, PipelineMessage message, Optional<RunSession> teller) {
        while (true) {
            Optional<PipelineRecord> read = store.pipeline(generation);
            if (read.isEmpty()) {
                return Optional.empty();
            }
            PipelineRecord record = read.get();
            PipelineDecision decision = PipelineDecider.decide(record.state(), message);
            if (!(decision instanceof PipelineDecision.Changed changed)) {
                return Optional.of(new Told(decision, record));
            }
            Optional<PipelineRecord> saved = store.save(guarded(record.with(changed.state())));
            if (saved.isPresent()) {
                List<Owed<PipelineEffect>> owed = saved.get().state().owed().stream()
                        .filter(one -> one.sequence() > record.state().lastEffect()).toList();
                return Optional.of(new Told(decision, carryOut(saved.get(), owed, teller)));
            }
        }
    }

    private PipelineRecord guarded(PipelineRecord record) {
        boolean owes = !record.state().owed().isEmpty();
        if (!owes || isGuarded(record.due())) {
            return record;
        }
        long at = now() + GUARD_MILLIS;
        store.putDue(new Due(at, DueKind.PIPELINE, record.generation()));
        return record.dueAt(at);
    }

    /** Whether somebody looks soon enough anyway. A reminder whose time is long over may have been lost. */
    boolean isGuarded(long due) {
        return due >= now() - GUARD_MILLIS && due <= now() + 2 * GUARD_MILLIS;
    }

    /** Carries out everything that a pipeline owes, whoever owes it; its reminder goes once nothing is left. */
    public void settle(PipelineRecord record) {
        PipelineRecord settled = carryOut(record, record.state().owed(), Optional.empty());
        if (settled.state().owed().isEmpty() && store.save(settled.dueAt(0)).isPresent()) {
            store.deleteDue(new Due(settled.due(), DueKind.PIPELINE, settled.generation()));
        }
    }

    /** Carries out what a pipeline owes and clears it; returns the record that holds then. */
    PipelineRecord carryOut(
            PipelineRecord record, List<Owed<PipelineEffect>> owed, Optional<RunSession> teller) {
        Set<Long> done = new HashSet<>();
        for (Owed<PipelineEffect> one : owed) {
            try {
                tell(one.effect(), teller);
                done.add(one.sequence());
            } catch (RuntimeException e) {
                log.warn("An effect of the pipeline stays owed", e, Log.PIPELINE, record.name(),
                        Log.EXECUTION, one.effect().run());
            }
        }
        return cleared(record, done);
    }

    private PipelineRecord cleared(PipelineRecord record, Set<Long> done) {
        PipelineRecord current = record;
        while (!done.isEmpty()) {
            PipelineState cleared = current.state().carriedOut(done);
            if (cleared.owed().size() == current.state().owed().size()) {
                return current;
            }
            Optional<PipelineRecord> saved = store.save(current.with(cleared));
            if (saved.isPresent()) {
                return saved.get();
            }
            current = store.pipeline(record.generation()).orElseThrow();
        }
        return current;
    }

    private void tell(PipelineEffect effect, Optional<RunSession> teller) {
        RunMessage message = effect.message();
        if (teller.isPresent() && teller.get().run().equals(effect.run())) {
            teller.get().tell(message);
            return;
        }
        Optional<RunSession> opened = open(effect.run());
        if (opened.isPresent()) {
            try (RunSession session = opened.get()) {
                session.tell(message);
            }
        }
    }
}
