package io.pipewright.functions.reconciler;

import io.pipewright.functions.action.ActionProvider;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.RunSession;
import io.pipewright.functions.execution.Starts;
import io.pipewright.functions.invoke.Jobs;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.pipeline.Pipelines;
import io.pipewright.functions.pipeline.Sources;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.Due;
import io.pipewright.functions.store.DueKind;
import io.pipewright.functions.store.PipelineRecord;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.statemachine.definition.Limit;
import io.pipewright.statemachine.execution.ActionRun;
import io.pipewright.statemachine.execution.PipelineState;
import io.pipewright.statemachine.execution.RunMessage;
import io.pipewright.statemachine.execution.RunState;
import io.pipewright.statemachine.execution.RunStatus;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;

/** Goes through what is due. Runs at any time, also beside itself: everything that it does may be repeated. */
public final class Reconciler {
    private static final int PAGE = 1000;
    /** How often a provider's silent work is looked at: events normally make that needless. */
    private static final long LOOK_MILLIS = Duration.ofMinutes(5).toMillis();
    /** How far ahead the next look at an execution lies at most. */
    private static final long FAR_MILLIS = Duration.ofHours(6).toMillis();

    private static final String LAMBDA = "Lambda";

    private final Engine engine;
    private final Store store;
    private final Actions actions;
    private final Jobs jobs;
    private final Sources sources;
    private final Pipelines pipelines;
    private final Map<String, ActionProvider> providers;

    /** @param providers those whose work can be looked at, by provider name */
    public Reconciler(Engine engine, Map<String, ActionProvider> providers) {
        this.engine = engine;
        this.store = engine.store();
        this.actions = new Actions(engine);
        this.jobs = new Jobs(engine);
        this.sources = new Sources(engine, new Starts(engine));
        this.pipelines = new Pipelines(engine);
        this.providers = Map.copyOf(providers);
    }

    /** Deals with everything that is due by now. */
    public void run() {
        run(() -> true);
    }

    /** Deals with what is due by now, the longest due first, as long as there is time for one thing more. */
    public void run(BooleanSupplier hasTime) {
        run(engine.now() + 1, hasTime);
    }

    /** Deals with everything that will ever be due: after a restart of the only process, what is owed is owed now. */
    public void runAll() {
        run(Long.MAX_VALUE / 10_000, () -> true);
    }

    private void run(long bound, BooleanSupplier hasTime) {
        Set<Due> seen = new HashSet<>();
        Set<String> lookedAt = new HashSet<>();
        List<Due> fresh;
        do {
            fresh = store.dueBefore(bound, PAGE).stream()
                    .filter(due -> !lookedAt.contains(name(due)) && seen.add(due)).toList();
            for (Due due : fresh) {
                if (!hasTime.getAsBoolean()) {
                    engine.log().info("The reconciler's time is over, and not everything was looked at");
                    return;
                }
                try {
                    if (!lookedAt.contains(name(due)) && look(due)) {
                        lookedAt.add(name(due));
                    }
                } catch (RuntimeException e) {
                    engine.log().warn("What was due stays due", e, "kind", due.kind().name(), "id", due.id());
                }
            }
        } while (!fresh.isEmpty());
    }

    private static String name(Due due) {
        return due.kind() + "#" + due.id();
    }

    /** Whether it was the reminder that holds, rather than one that was overtaken. */
    private boolean look(Due due) {
        return switch (due.kind()) {
            case PIPELINE -> lookAtPipeline(due);
            case RUN -> lookAtRun(due);
            case JOB -> lookAtJob(due);
            case SOURCE -> lookAtSource(due);
        };
    }

    /** A reminder for later may belong to a write that is just being made. */
    private boolean overtaken(Due due) {
        if (due.at() <= engine.now()) {
            store.deleteDue(due);
        }
        return false;
    }

    private boolean lookAtPipeline(Due due) {
        Optional<PipelineRecord> found = store.pipeline(due.id()).filter(record -> record.due() == due.at());
        if (found.isEmpty()) {
            return overtaken(due);
        }
        pipelines.finishCreation(found.get());
        store.pipeline(due.id()).ifPresent(engine::settle);
        return true;
    }

    private boolean lookAtRun(Due due) {
        Optional<RunRecord> found = store.run(due.id()).filter(record -> record.due() == due.at());
        if (found.isEmpty()) {
            return overtaken(due);
        }
        if (found.get().state().status() == RunStatus.CREATED) {
            lookAtUnstarted(found.get(), due);
        } else {
            try (RunSession session = engine.open(found.get())) {
                lookAtRun(session);
            }
        }
        return true;
    }

    /**
     * A start that was never answered needs no more looks, unless the pipeline has taken it and still owes the word. The record
     * stays: the start may be asked for again at this moment, and be taken.
     */
    private void lookAtUnstarted(RunRecord record, Due due) {
        String run = record.state().run();
        boolean taken = store.pipeline(record.generation()).map(PipelineRecord::state)
                .map(state -> state.activeRun(run).isPresent() || owesWordTo(state, run)).orElse(false);
        if (!taken && store.save(record.dueAt(0)).isPresent()) {
            store.deleteDue(due);
        }
    }

    private static boolean owesWordTo(PipelineState state, String run) {
        return state.owed().stream().anyMatch(owed -> owed.effect().run().equals(run));
    }

    private void lookAtRun(RunSession session) {
        boolean starting = session.owesMachine();
        session.carryOutAll();
        if (!session.state().status().isEnded() && !starting) {
            lookAtMachine(session);
        }
        Map<String, Long> looks = new HashMap<>();
        for (ActionRun action : session.state().actions()) {
            if (action.isRunning() && !session.state().status().isEnded()) {
                looks.put(action.id(), lookAtAction(session, action));
            }
        }
        expire(session);
        session.refresh();
        RunState state = session.state();
        boolean over = state.status().isEnded() && session.owesNothing();
        boolean soon = starting || !session.owesNothing();
        session.remindAt(over ? 0 : soon ? engine.now() + Engine.GUARD_MILLIS : next(state, looks));
    }

    /** Actions that have begun since they were looked at are looked at soon. */
    private long next(RunState state, Map<String, Long> looks) {
        long next = engine.now() + FAR_MILLIS;
        for (ActionRun action : state.actions()) {
            if (action.isRunning()) {
                long look = looks.getOrDefault(action.id(), engine.now() + LOOK_MILLIS);
                next = Math.min(next, Math.min(action.deadline(), look));
            }
        }
        return Math.max(next, engine.now() + 1000);
    }

    private void lookAtMachine(RunSession session) {
        int attempt = session.state().attempt();
        boolean running = engine.machines().isRunning(session.version().machine(), session.run(), attempt);
        if (!running) {
            session.refresh();
            session.tell(new RunMessage.MachineEnded(attempt, "The state machine execution has ended unexpectedly."));
        }
    }

    /** Says when it wants to be looked at again, epoch milliseconds. */
    private long lookAtAction(RunSession session, ActionRun action) {
        long soon = engine.now() + LOOK_MILLIS;
        Optional<ActionRecord> record = store.action(session.run(), action.startedAt(), action.id());
        if (record.isEmpty()) {
            return soon;
        }
        ActionTypeId type = session.version().action(record.get().stage(), record.get().action()).actionTypeId();
        ActionProvider provider = providers.get(type.provider());
        if (action.deadline() <= engine.now()) {
            timeOut(session, action, record.get(), type);
        } else if (!record.get().isInProgress() || provider != null && record.get().result().externalId().isPresent()) {
            actions.look(record.get(), provider);
        } else if (type.provider().equals(LAMBDA)) {
            return jobs.look(record.get()).orElse(soon);
        }
        return type.category() == ActionCategory.APPROVAL ? Long.MAX_VALUE : soon;
    }

    private void timeOut(RunSession session, ActionRun action, ActionRecord record, ActionTypeId type) {
        actions.failed(session.run(), action.startedAt(), action.id(),
                record.result().failed(type.category() == ActionCategory.APPROVAL ? "ApprovalTimedOut" : "ActionTimedOut",
                        "The action didn't end within its time limit of "
                                + Duration.ofMillis(action.deadline() - action.startedAt()).toMinutes() + " minutes."),
                Optional.empty());
    }

    private void expire(RunSession session) {
        RunState state = session.state();
        long days = engine.settings().limits().get(Limit.DISABLED_TRANSITION_DAYS);
        boolean waits = state.status() == RunStatus.IN_PROGRESS && !state.inside();
        if (waits && state.times().since() + Duration.ofDays(days).toMillis() <= engine.now() && isClosed(session)) {
            engine.log().info("An execution waited too long for a transition", Log.EXECUTION, session.run());
            session.tell(new RunMessage.Expire());
        }
    }

    private boolean isClosed(RunSession session) {
        String stage = session.version().stage(session.state().stage()).name();
        return store.pipeline(session.record().generation())
                .map(pipeline -> !pipeline.state().isOpen(stage)).orElse(false);
    }

    private boolean lookAtJob(Due due) {
        boolean staysDue = jobs.expire(due.id()).equals(Optional.of(due.at()));
        if (!staysDue) {
            store.deleteDue(due);
        }
        return !staysDue;
    }

    private boolean lookAtSource(Due due) {
        Optional<Long> next = sources.look(due.id());
        next.ifPresent(at -> store.putDue(new Due(at, DueKind.SOURCE, due.id())));
        if (!next.equals(Optional.of(due.at()))) {
            store.deleteDue(due);
        }
        return true;
    }
}
