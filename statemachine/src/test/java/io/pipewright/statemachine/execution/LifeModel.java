package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.Violation.Invariant.NOBODY_LOST;
import static io.pipewright.statemachine.execution.Violation.Invariant.OUTCOME_KEPT;
import static io.pipewright.statemachine.execution.Violation.Invariant.STALE_CHANGES_NOTHING;
import static io.pipewright.statemachine.execution.Violation.Invariant.WORKED_ONCE;
import static io.pipewright.statemachine.execution.Violation.unless;

import io.pipewright.statemachine.execution.Machine.Phase;
import io.pipewright.statemachine.execution.Machine.Token;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/**
 * What can happen to one execution, its machines and its providers.
 *
 * <p>Partial order reduction, and why it loses nothing ({@link ReductionTest} compares). Carried out at once are all effects but
 * messages to the pipeline, and all invocations that turn out to change no state:
 * <ul>
 *   <li>answering a waiting token only lets the machine make its next invocation, which may be delayed as long as one likes;
 *   <li>an answer that comes before its token waits finds the token answered by its own invocation, since the outcome is
 *       recorded before the answer is owed;
 *   <li>starting a machine only lets it make its first invocation;
 *   <li>a machine that is to be stopped works for an attempt that is over, and invocations of such attempts change nothing:
 *       {@link #checkStale} proves that for each state of an execution that is ever reached;
 *   <li>an invocation that changes nothing commutes with all that others do until the machine's next one.
 * </ul>
 * A function that dies after its write and is invoked again gets an equivalent reply: {@link #invoked} asks twice each time.
 */
final class LifeModel {

    /**
     * A step that concerns one execution only.
     *
     * @param cost the disturbance that it is; empty for the ordinary course
     * @param needs what the pipeline must say of the transition in front of the execution's stage
     */
    record Step(Object label, Optional<Disturbance> cost, Needs needs, int gate, Life after) { }

    /** What a step needs the transition in front of the gate to be. */
    enum Needs { NOTHING, OPEN, CLOSED }

    private final Deciders deciders;
    private final boolean reduced;
    private final RunRules rules = new RunRules();

    /** @param reduced false to carry out each effect and make each invocation as a step of its own */
    LifeModel(Deciders deciders, boolean reduced) {
        this.deciders = deciders;
        this.reduced = reduced;
    }

    /** The execution after a message from its pipeline; the same object when that changes nothing. */
    Life deliver(Life life, RunMessage message) {
        RunDecision decision = decide(life, message);
        return decision.state() == life.run() ? life : settled(life.with(decision.state()));
    }

    List<Step> steps(Life life) {
        List<Step> steps = new ArrayList<>();
        for (Owed<RunEffect> owed : life.run().owed()) {
            if (!isForPipeline(owed)) {
                Life after = owed.effect().in(new CarryOut(life.with(life.run().carriedOut(Set.of(owed.sequence())))));
                add(steps, owed.effect(), Optional.empty(), life, settled(after));
            }
        }
        for (Machine machine : life.machines()) {
            machine.tokens().stream().filter(token -> token.phase() == Phase.IN_FLIGHT)
                    .forEach(token -> invoke(life, machine, token, Optional.empty(), steps));
            if (machine.dead()) {
                String died = "the death of machine " + machine.attempt() + " is reported";
                RunMessage message = new RunMessage.MachineEnded(machine.attempt(), "killed");
                add(steps, died, Optional.empty(), life,
                        settled(life.with(decide(life, message).state()).withoutMachine(machine.attempt())));
            }
        }
        for (String id : life.working()) {
            add(steps, id + " succeeds", Optional.empty(), life, finished(life, id, true));
            add(steps, id + " fails", Optional.of(Disturbance.FAILURE), life, finished(life, id, false));
        }
        disturb(life, steps);
        return steps;
    }

    private void disturb(Life life, List<Step> steps) {
        message(steps, life, Disturbance.STOP_AND_WAIT, new RunMessage.Stop(false, Optional.empty()));
        message(steps, life, Disturbance.STOP_AND_ABANDON, new RunMessage.Stop(true, Optional.empty()));
        if (life.run().status() != RunStatus.CREATED) {
            message(steps, life, Disturbance.RETRY_BESIDE_SIBLINGS,
                    new RunMessage.RetryBesideSiblings(life.stageName()));
        }
        RunDecision expired = decide(life, new RunMessage.Expire());
        if (expired.state() != life.run()) {
            steps.add(new Step("expires", Optional.of(Disturbance.EXPIRE), Needs.CLOSED, life.run().stage(),
                    settled(life.with(expired.state()))));
        }
        life.machine(life.run().attempt()).filter(machine -> !machine.dead()).ifPresent(machine -> {
            add(steps, "machine " + machine.attempt() + " is killed", Optional.of(Disturbance.KILL), life,
                    life.with(machine.killed()));
            machine.tokens().stream().filter(token -> token.isGate() && token.phase() == Phase.WAITING)
                    .forEach(token -> invoke(life, machine, token, Optional.of(Disturbance.ASK_AGAIN), steps));
        });
    }

    private void message(List<Step> steps, Life life, Disturbance cost, RunMessage message) {
        RunDecision decision = decide(life, message);
        if (decision.state() != life.run()) {
            add(steps, message, Optional.of(cost), life, settled(life.with(decision.state())));
        }
    }

    private static void add(List<Step> steps, Object label, Optional<Disturbance> cost, Life life, Life after) {
        if (!after.equals(life)) {
            steps.add(new Step(life.run().run() + ": " + label, cost, Needs.NOTHING, 0, after));
        }
    }

    private Life finished(Life life, String id, boolean succeeded) {
        RunMessage message = new RunMessage.FinishAction(id, succeeded);
        RunDecision decision = decide(life, message);
        unless(decision.state() != life.run(), OUTCOME_KEPT, id, life);
        return settled(life.with(decision.state()).notWorking(id));
    }

    // Invocations

    private void invoke(Life life, Machine machine, Token token, Optional<Disturbance> cost, List<Step> steps) {
        boolean asksPipeline = token.isGate() && life.run().isParallel()
                && token.stage() < life.plan().stages().size();
        if (!asksPipeline) {
            Life after = invoked(life, machine, token, true);
            if (!after.equals(life)) {
                steps.add(new Step(label(life, machine, token), cost, Needs.NOTHING, 0, after));
            }
            return;
        }
        for (boolean open : new boolean[] {true, false}) {
            Life after = invoked(life, machine, token, open);
            Object label = label(life, machine, token) + (open ? " open" : " closed");
            if (!after.equals(life)) {
                steps.add(new Step(label, cost, open ? Needs.OPEN : Needs.CLOSED, token.stage(), after));
                if (cost.isEmpty()) {
                    steps.add(new Step(label + ", as it was", Optional.of(Disturbance.ASK_AGAIN),
                            open ? Needs.CLOSED : Needs.OPEN, token.stage(), after));
                }
            }
        }
    }

    private static String label(Life life, Machine machine, Token token) {
        return life.run().run() + ": machine " + machine.attempt() + " at " + token.stage() + "."
                + (token.isGate() ? "gate" : String.valueOf(token.action()));
    }

    private Life invoked(Life life, Machine machine, Token token, boolean open) {
        RunMessage message = message(life, machine.attempt(), token.stage(), token.action(), open);
        RunDecision decision = decide(life, message);
        RunDecision again = deciders.decide(decision.state(), life.plan(), message);
        unless(again.state().equals(decision.state()) && isSame(decision.reply(), again.reply()), STALE_CHANGES_NOTHING,
                message, decision, again);
        Life replied = replied(life.with(decision.state()), machine, token, decision.reply());
        return decision.state() == life.run() ? replied : settled(replied);
    }

    /** Whether the machine goes the same way, whichever of the two replies reaches it. */
    private static boolean isSame(RunReply first, RunReply second) {
        if (first instanceof RunReply.Work work) {
            return second instanceof RunReply.Work same && same.again() && same.action().equals(work.action());
        }
        boolean lastGate = first.equals(new RunReply.Answered(Answer.SUCCEEDED))
                && second.equals(new RunReply.Answered(Answer.ENDED));
        return first.equals(second) || lastGate;
    }

    private static RunMessage message(Life life, int attempt, int stage, int action, boolean open) {
        return action == Token.GATE
                ? new RunMessage.Gate(attempt, stage, open)
                : new RunMessage.StartAction(attempt, stage, action, id(life, attempt, stage, action), NEVER);
    }

    private static final long NEVER = 9;

    private static String id(Life life, int attempt, int stage, int action) {
        return life.run().run() + "." + stage + "." + action + "@" + attempt;
    }

    private Life replied(Life life, Machine machine, Token token, RunReply reply) {
        if (reply instanceof RunReply.Work work) {
            unless(work.again() || !life.working().contains(work.action().id()), WORKED_ONCE, work, life);
            Life working = life.working(work.action().id());
            return machine.dead() ? working.with(machine.without(token)) : working.with(machine.waiting(token));
        }
        if (machine.dead()) {
            return life.with(machine.without(token));
        }
        if (reply instanceof RunReply.Parked) {
            return life.with(machine.waiting(token));
        }
        if (reply instanceof RunReply.Answered answered) {
            return answered(life, machine, token, answered.answer());
        }
        throw new IllegalStateException(reply + " to " + token);
    }

    private static Life answered(Life life, Machine machine, Token token, Answer answer) {
        return machine.answered(token, answer, life.plan())
                .map(life::with).orElseGet(() -> life.withoutMachine(machine.attempt()));
    }

    // Effects and the invocations that change nothing

    private Life settled(Life life) {
        Life before;
        Life after = life;
        do {
            before = after;
            after = reduced ? quietly(carriedOut(before)) : carriedOut(before);
        } while (!after.equals(before));
        for (String id : life.working()) {
            if (after.run().action(id).filter(action -> action.status() == ActionRun.Status.ABANDONED).isPresent()) {
                after = after.notWorking(id);
            }
        }
        check(after);
        return after;
    }

    private Life carriedOut(Life life) {
        Life after = life;
        List<Owed<RunEffect>> owed = new ArrayList<>();
        for (Owed<RunEffect> one : life.run().owed()) {
            boolean record = one.effect() instanceof RunEffect.Publish || one.effect() instanceof RunEffect.RecordAction;
            if (isForPipeline(one) || !reduced && !record) {
                owed.add(one);
            } else {
                after = one.effect().in(new CarryOut(after));
            }
        }
        RunState run = after.run();
        return after.with(new RunState(run.run(), run.version(), run.mode(), run.number(), run.status(), run.failure(),
                run.summary(), run.stopReason(), run.attempt(), run.stage(), run.inside(), run.cancelling(), run.actions(),
                run.retries(), run.times(), run.lastEffect(), owed));
    }

    static boolean isForPipeline(Owed<RunEffect> owed) {
        return owed.effect() instanceof RunEffect.TellPipeline;
    }

    private record CarryOut(Life life) implements RunEffect.Cases<Life> {

        @Override
        public Life answerGate(RunEffect.AnswerGate effect) {
            return answer(effect.attempt(), effect.stage(), Token.GATE, effect.answer());
        }

        @Override
        public Life answerAction(RunEffect.AnswerAction effect) {
            return answer(effect.attempt(), effect.stage(), effect.action(), effect.answer());
        }

        private Life answer(int attempt, int stage, int action, Answer answer) {
            return life.machine(attempt).filter(machine -> machine.awaits(stage, action))
                    .map(machine -> answered(life, machine, machine.token(stage, action).orElseThrow(), answer))
                    .orElse(life);
        }

        @Override
        public Life startMachine(RunEffect.StartMachine effect) {
            List<Machine> more = new ArrayList<>(life.machines());
            more.add(Machine.started(effect.attempt(), effect.entry(), life.plan()));
            return life.with(more);
        }

        @Override
        public Life stopMachine(RunEffect.StopMachine effect) {
            return life.withoutMachine(effect.attempt());
        }

        @Override
        public Life tellPipeline(RunEffect.TellPipeline effect) {
            return life;
        }

        @Override
        public Life recordAction(RunEffect.RecordAction effect) {
            return life.notWorking(effect.id());
        }

        @Override
        public Life publish(RunEffect.Publish effect) {
            return life;
        }
    }

    private Life quietly(Life life) {
        for (Machine machine : life.machines()) {
            for (Token token : machine.tokens()) {
                boolean asksPipeline = token.isGate() && life.run().isParallel();
                if (token.phase() == Phase.IN_FLIGHT && !asksPipeline && !machine.dead()) {
                    RunMessage message = message(life, machine.attempt(), token.stage(), token.action(), true);
                    RunDecision decision = decide(life, message);
                    if (decision.state() == life.run()) {
                        return replied(life, machine, token, decision.reply());
                    }
                }
            }
        }
        return life;
    }

    // Invariants of one execution

    private RunDecision decide(Life life, RunMessage message) {
        RunDecision decision = deciders.decide(life.run(), life.plan(), message);
        rules.check(life, message, decision);
        return decision;
    }

    private void check(Life life) {
        RunState run = life.run();
        for (String id : life.working()) {
            unless(run.action(id).filter(ActionRun::isRunning).isPresent(), WORKED_ONCE, id, life);
        }
        if (run.owed().stream().allMatch(LifeModel::isForPipeline)) {
            boolean attended = life.hasEnded() || run.status() == RunStatus.CREATED
                    || life.machine(run.attempt()).isPresent();
            unless(attended, NOBODY_LOST, life);
        }
        checkStale(life);
    }

    /** What a machine asked before, and what machines of earlier attempts ask, changes nothing; nor does their end. */
    private void checkStale(Life life) {
        for (int attempt = 1; attempt <= life.run().attempt(); attempt++) {
            boolean over = attempt < life.run().attempt() || life.hasEnded();
            for (int stage = 0; stage <= life.plan().stages().size(); stage++) {
                if (over || isPast(life, stage, Token.GATE)) {
                    changesNothing(life, message(life, attempt, stage, Token.GATE, true));
                    changesNothing(life, message(life, attempt, stage, Token.GATE, false));
                }
                int actions = stage == life.plan().stages().size() ? 0
                        : life.plan().stages().get(stage).groups().stream().mapToInt(List::size).sum();
                for (int action = 0; action < actions; action++) {
                    if (over || isPast(life, stage, action)) {
                        changesNothing(life, message(life, attempt, stage, action, true));
                    }
                }
            }
            if (over) {
                changesNothing(life, new RunMessage.MachineEnded(attempt, "late"));
                changesNothing(life, new RunMessage.Enter(life.run().number(), attempt,
                        life.plan().stages().get(life.run().stage()).name()));
            }
        }
        for (ActionRun action : life.run().actions()) {
            if (!action.isRunning()) {
                changesNothing(life, new RunMessage.FinishAction(action.id(), true));
                changesNothing(life, new RunMessage.FinishAction(action.id(), false));
            }
        }
    }

    private static boolean isPast(Life life, int stage, int action) {
        Optional<Machine> machine = life.machine(life.run().attempt()).filter(one -> !one.tokens().isEmpty());
        if (machine.isEmpty()) {
            return false;
        }
        Token at = machine.get().tokens().get(0);
        if (stage != at.stage()) {
            return stage < at.stage();
        }
        return !at.isGate() && (action == Token.GATE
                || life.plan().stages().get(stage).groupOf(action)
                < life.plan().stages().get(stage).groupOf(at.action()));
    }

    private void changesNothing(Life life, RunMessage message) {
        RunDecision decision = deciders.decide(life.run(), life.plan(), message);
        unless(decision.state() == life.run(), STALE_CHANGES_NOTHING, message, life);
    }

    /** What the API writes to the pipeline after having read this execution; empty when it would refuse. */
    static List<PipelineMessage.Retry> retries(Life life, StageRetryMode mode, int limit) {
        RunState run = life.run();
        boolean retryable = run.inside() && (run.status() == RunStatus.FAILED || run.status() == RunStatus.STOPPED);
        return retryable
                ? List.of(new PipelineMessage.Retry(run.run(), run.number(), run.attempt() + 1, run.version(), run.mode(),
                        life.stageName(), mode, limit))
                : List.of();
    }
}
