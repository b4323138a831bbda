package io.pipewright.functions.execution;

import io.pipewright.functions.log.Log;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ActionResult;
import io.pipewright.functions.store.Due;
import io.pipewright.functions.store.DueKind;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.statemachine.execution.Owed;
import io.pipewright.statemachine.execution.PipelineDecision;
import io.pipewright.statemachine.execution.PipelineMessage;
import io.pipewright.statemachine.execution.RunDecider;
import io.pipewright.statemachine.execution.RunDecision;
import io.pipewright.statemachine.execution.RunEffect;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import io.pipewright.statemachine.execution.RunMessage;
import io.pipewright.statemachine.execution.RunReply;
import io.pipewright.statemachine.execution.RunState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;

/**
 * A conversation with one execution. It remembers what it has carried out, so that the next write of the conversation clears it,
 * and the task tokens in hand, so that those need not be stored; {@link #close} clears the rest. Not for use by two threads.
 *
 * <p>What lets the machine go on comes last, after everything else has been carried out and cleared: the machine's next call is a
 * conversation of its own, and two at a time would get in each other's way. That next call also proves that the machine was let go
 * on, and clears that; no write of its own is spent on it.
 */
public final class RunSession implements AutoCloseable {
    private record Turn(int attempt, int stage, int action) { }

    private static final int GATE = -1;
    /** How long the record of an action that was started may still be on its way. */
    private static final long UNWRITTEN_MILLIS = 600_000;

    private final Engine engine;
    private final PipelineVersion version;
    private final Set<Long> done = new HashSet<>();
    private final List<Owed<RunEffect>> last = new ArrayList<>();
    private final Map<Turn, String> tokens = new HashMap<>();
    private final Set<Turn> answered = new HashSet<>();
    private final Map<String, ActionRecord> fresh = new HashMap<>();
    private RunRecord record;

    RunSession(Engine engine, RunRecord record, PipelineVersion version) {
        this.engine = engine;
        this.record = record;
        this.version = version;
    }

    public String run() {
        return record.state().run();
    }

    /** The execution as this conversation knows it. */
    public RunRecord record() {
        return record;
    }

    public RunState state() {
        return record.state();
    }

    /** The declaration version that the execution runs on. */
    public PipelineVersion version() {
        return version;
    }

    /** Hands over the token of the gate that the caller's task stands at. */
    public void holdGateToken(int attempt, int stage, String token) {
        hold(new Turn(attempt, stage, GATE), token);
    }

    /** Hands over the token of the caller's action. */
    public void holdActionToken(int attempt, int stage, int action, String token) {
        hold(new Turn(attempt, stage, action), token);
    }

    private void hold(Turn turn, String token) {
        tokens.put(turn, token);
        record.state().owed().stream().filter(one -> hasLedTo(turn, one.effect()))
                .forEach(one -> done.add(one.sequence()));
    }

    /** Whether the machine can't have come here without this effect. */
    private static boolean hasLedTo(Turn turn, RunEffect effect) {
        if (effect instanceof RunEffect.StartMachine start) {
            return start.attempt() == turn.attempt();
        }
        if (effect instanceof RunEffect.AnswerGate gate) {
            return gate.attempt() == turn.attempt()
                    && (gate.stage() < turn.stage() || gate.stage() == turn.stage() && turn.action() != GATE);
        }
        return effect instanceof RunEffect.AnswerAction action
                && action.attempt() == turn.attempt() && action.stage() < turn.stage();
    }

    private static boolean letsMachineGoOn(Owed<RunEffect> one) {
        return one.effect() instanceof RunEffect.StartMachine || one.effect() instanceof RunEffect.AnswerGate
                || one.effect() instanceof RunEffect.AnswerAction;
    }

    /** Whether the gate was answered in this conversation, or will be as it ends. */
    public boolean hasAnsweredGate(int attempt, int stage) {
        return answered.contains(new Turn(attempt, stage, GATE))
                || last.stream().anyMatch(one -> one.effect() instanceof RunEffect.AnswerGate gate
                        && gate.attempt() == attempt && gate.stage() == stage);
    }

    /** Whether the action's task was answered in this conversation, or will be as it ends. */
    public boolean hasAnsweredAction(int attempt, int stage, int action) {
        return answered.contains(new Turn(attempt, stage, action))
                || last.stream().anyMatch(one -> one.effect() instanceof RunEffect.AnswerAction answer
                        && answer.attempt() == attempt && answer.stage() == stage && answer.action() == action);
    }

    /** The record of an action, as it has just been written: events about it need not read it again, and its start can be told. */
    public void remember(ActionRecord action) {
        fresh.put(action.id(), action);
        carryOut(record.state().owed().stream()
                .filter(one -> !done.contains(one.sequence()) && startedAction(one).equals(Optional.of(action.id())))
                .toList());
    }

    /** The action whose start the effect tells. */
    private static Optional<String> startedAction(Owed<RunEffect> owed) {
        return owed.effect() instanceof RunEffect.Publish publish
                && publish.change() == RunEffect.Change.STARTED && publish.action() >= 0
                ? Optional.of(publish.id()) : Optional.empty();
    }

    /** An action's start is told with its inputs, which are known once its record is written. */
    private boolean isTooEarly(Owed<RunEffect> owed) {
        return startedAction(owed).filter(id -> !fresh.containsKey(id)).isPresent();
    }

    /** Tells the execution, writes what it decides and carries out what it then owes. */
    public RunReply tell(RunMessage message) {
        return tell(message, UnaryOperator.identity());
    }

    /**
     * Tells the execution.
     *
     * @param also a change of the record that goes with the decision, in the same write; applied only if the decision changes something
     */
    public RunReply tell(RunMessage message, UnaryOperator<RunRecord> also) {
        while (true) {
            RunState base = record.state().carriedOut(done);
            RunDecision decision = RunDecider.decide(base, version.plan(), message, engine.now());
            if (decision.state() == base) {
                return decision.reply();
            }
            Optional<RunRecord> saved = store().save(guarded(also.apply(record.with(decision.state()))));
            if (saved.isPresent()) {
                record = saved.get();
                done.clear();
                List<Owed<RunEffect>> owed = record.state().owed().stream()
                        .filter(one -> one.sequence() > base.lastEffect() && !isTooEarly(one)).toList();
                carryOut(owed.stream().filter(one -> !letsMachineGoOn(one)).toList());
                owed.stream().filter(RunSession::letsMachineGoOn).forEach(last::add);
                return decision.reply();
            }
            reload();
        }
    }

    private Store store() {
        return engine.store();
    }

    /** Tells the execution's pipeline on behalf of a caller; what the pipeline owes this execution comes into this conversation. */
    public PipelineDecision tellPipeline(PipelineMessage message) {
        return engine.tell(record.generation(), message, Optional.of(this))
                .orElseThrow(() -> new IllegalStateException("The pipeline is gone")).decision();
    }

    /** Reads the execution anew. */
    public void refresh() {
        reload();
    }

    private void reload() {
        record = store().run(run()).orElseThrow(() -> new IllegalStateException("The execution is gone"));
    }

    private RunRecord guarded(RunRecord changed) {
        if (engine.isGuarded(changed.due())) {
            return changed;
        }
        long at = engine.now() + Engine.GUARD_MILLIS;
        store().putDue(new Due(at, DueKind.RUN, run()));
        return changed.dueAt(at);
    }

    /** Carries out everything that the execution owes, whoever owes it. */
    public void carryOutAll() {
        carryOut(record.state().owed());
    }

    private void carryOut(List<Owed<RunEffect>> owed) {
        for (Owed<RunEffect> one : owed) {
            try {
                carryOut(one);
            } catch (RuntimeException e) {
                staysOwed(e);
            }
        }
    }

    private void carryOut(Owed<RunEffect> one) {
        one.effect().in(new Performer());
        done.add(one.sequence());
    }

    private void staysOwed(RuntimeException cause) {
        engine.log().warn("An effect of the execution stays owed", cause,
                Log.PIPELINE, record.pipeline(), Log.EXECUTION, run());
    }

    /**
     * Clears what was carried out and lets the machine go on.
     *
     * @throws RuntimeException when a task whose token is only in hand couldn't be answered: nobody else can, so the task must be
     *     asked again
     */
    @Override
    public void close() {
        boolean ended = record.state().status().isEnded();
        if (!ended && record.state().owed().stream()
                .anyMatch(one -> done.contains(one.sequence()) && !letsMachineGoOn(one))) {
            clear();
        }
        Optional<RuntimeException> unanswered = letMachineGoOn();
        if (ended) {
            clear();
        }
        if (unanswered.isPresent()) {
            throw unanswered.get();
        }
    }

    private Optional<RuntimeException> letMachineGoOn() {
        Optional<RuntimeException> unanswered = Optional.empty();
        for (Owed<RunEffect> one : last) {
            try {
                carryOut(one);
            } catch (RuntimeException e) {
                staysOwed(e);
                unanswered = isHeld(one.effect()) ? Optional.of(e) : unanswered;
            }
        }
        last.clear();
        return unanswered;
    }

    private boolean isHeld(RunEffect effect) {
        return effect instanceof RunEffect.AnswerGate gate
                        && tokens.containsKey(new Turn(gate.attempt(), gate.stage(), GATE))
                || effect instanceof RunEffect.AnswerAction action
                        && tokens.containsKey(new Turn(action.attempt(), action.stage(), action.action()));
    }

    /** An execution that has ended and owes nothing needs no reminder any more. */
    private void clear() {
        while (!done.isEmpty()) {
            RunState cleared = record.state().carriedOut(done);
            boolean over = cleared.status().isEnded() && cleared.owed().isEmpty();
            if (cleared.owed().size() == record.state().owed().size()) {
                return;
            }
            RunRecord next = record.with(cleared);
            Optional<RunRecord> saved = store().save(over ? next.dueAt(0) : next);
            if (saved.isPresent()) {
                if (over && record.due() != 0) {
                    store().deleteDue(new Due(record.due(), DueKind.RUN, run()));
                }
                record = saved.get();
                done.clear();
                return;
            }
            reload();
        }
    }

    /** Whether the machine execution of the current attempt is still to be started. */
    public boolean owesMachine() {
        return record.state().owed().stream().anyMatch(one -> one.effect() instanceof RunEffect.StartMachine start
                && start.attempt() == record.state().attempt());
    }

    /** Whether nothing is left to be carried out. */
    public boolean owesNothing() {
        return record.state().carriedOut(done).owed().isEmpty();
    }

    /** Has the reconciler look soon, before the caller writes something else that the execution must hear of afterwards. */
    public void remindSoon() {
        while (!engine.isGuarded(record.due()) && !remindAt(engine.now() + Engine.GUARD_MILLIS)) {
            reload();
        }
    }

    /** Moves the reminder to another time, or removes it ({@code at} 0); false when somebody else wrote meanwhile. */
    public boolean remindAt(long at) {
        Due old = new Due(record.due(), DueKind.RUN, run());
        if (at != 0) {
            store().putDue(new Due(at, DueKind.RUN, run()));
        }
        Optional<RunRecord> saved = store().save(record.with(record.state().carriedOut(done)).dueAt(at));
        if (saved.isEmpty()) {
            return false;
        }
        done.clear();
        record = saved.get();
        if (old.at() != at) {
            store().deleteDue(old);
        }
        return true;
    }

    private Optional<String> token(Turn turn) {
        String held = tokens.get(turn);
        return held != null
                ? Optional.of(held)
                : store().token(run(), turn.attempt(), turn.stage(), turn.action());
    }

    /** The effects, one by one. */
    private final class Performer implements RunEffect.Cases<Void> {
        @Override
        public Void answerGate(RunEffect.AnswerGate answer) {
            Turn turn = new Turn(answer.attempt(), answer.stage(), GATE);
            token(turn).ifPresent(token -> {
                engine.machines().answerGate(token, answer.answer());
                answered.add(turn);
            });
            return null;
        }

        @Override
        public Void answerAction(RunEffect.AnswerAction answer) {
            Turn turn = new Turn(answer.attempt(), answer.stage(), answer.action());
            token(turn).ifPresent(token -> {
                engine.machines().answerAction(
                        token, version.isBranch(answer.stage(), answer.action()), answer.answer());
                answered.add(turn);
            });
            return null;
        }

        @Override
        public Void startMachine(RunEffect.StartMachine start) {
            engine.machines().start(version.machine(), run(), start.attempt(), start.entry());
            return null;
        }

        @Override
        public Void stopMachine(RunEffect.StopMachine stop) {
            engine.machines().stop(version.machine(), run(), stop.attempt());
            return null;
        }

        @Override
        public Void tellPipeline(RunEffect.TellPipeline tell) {
            engine.tell(record.generation(), tell.message(), Optional.of(RunSession.this));
            return null;
        }

        @Override
        public Void recordAction(RunEffect.RecordAction ended) {
            Optional<ActionRecord> known = store().action(run(), ended.startedAt(), ended.id());
            if (known.isPresent()) {
                ActionRecord written = endedByUs(known.get(), ended);
                store().save(written);
                remember(written);
            } else if (ended.startedAt() > engine.now() - UNWRITTEN_MILLIS) {
                throw new IllegalStateException("The action's record isn't written yet");
            }
            return null;
        }

        @Override
        public Void publish(RunEffect.Publish change) {
            if (change.change() == RunEffect.Change.STARTED && change.stage() < 0) {
                store().list(record);
            }
            engine.stateChanges().publish(record, version, change, actionOf(change));
            return null;
        }
    }

    private Optional<ActionRecord> actionOf(RunEffect.Publish change) {
        if (change.action() < 0) {
            return Optional.empty();
        }
        ActionRecord known = fresh.get(change.id());
        if (known != null) {
            return Optional.of(known);
        }
        return store().action(run(), change.startedAt(), change.id());
    }

    private ActionRecord endedByUs(ActionRecord known, RunEffect.RecordAction ended) {
        return switch (ended.end()) {
            case ABANDONED -> known.endedByUs(ActionExecutionStatus.ABANDONED,
                    known.result(), isApproval(known), engine.now());
            case CANCELED -> known.endedByUs(ActionExecutionStatus.FAILED, ActionResult.NONE, true, engine.now());
            case MACHINE_ENDED -> known.endedByUs(ActionExecutionStatus.FAILED,
                    known.result().failed("InternalError", ended.cause().orElse("")), false, engine.now());
        };
    }

    private boolean isApproval(ActionRecord action) {
        return version.plan().stages().get(action.stage()).approvals().contains(action.action());
    }

    /** Answers a task whose answer needed no decision. */
    public void answerActionNow(int attempt, int stage, int action, Answer answer) {
        new Performer().answerAction(new RunEffect.AnswerAction(attempt, stage, action, answer));
    }

    /** Answers a gate whose answer needed no decision. */
    public void answerGateNow(int attempt, int stage, Answer answer) {
        new Performer().answerGate(new RunEffect.AnswerGate(attempt, stage, answer));
    }
}
