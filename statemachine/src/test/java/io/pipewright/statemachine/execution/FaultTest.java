package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.Disturbance.ASK_AGAIN;
import static io.pipewright.statemachine.execution.Disturbance.DELETE;
import static io.pipewright.statemachine.execution.Disturbance.DISABLE;
import static io.pipewright.statemachine.execution.Disturbance.FAILURE;
import static io.pipewright.statemachine.execution.Disturbance.REPEAT;
import static io.pipewright.statemachine.execution.Disturbance.RETRY_BESIDE_SIBLINGS;
import static io.pipewright.statemachine.execution.Disturbance.RETRY_FAILED_ACTIONS;
import static io.pipewright.statemachine.execution.Disturbance.STOP_AND_WAIT;
import static io.pipewright.statemachine.execution.Disturbance.UPDATE;
import static io.pipewright.statemachine.execution.Scenario.of;
import static io.pipewright.statemachine.execution.Scenario.plan;
import static io.pipewright.statemachine.execution.Scenario.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.PARALLEL;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.QUEUED;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.SUPERSEDED;

import io.pipewright.statemachine.execution.ActionRun.Status;
import io.pipewright.statemachine.execution.PipelineDecision.Changed;
import io.pipewright.statemachine.execution.PipelineDecision.Ignored;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import io.pipewright.statemachine.execution.Violation.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;

/** Would the explorer notice? Each fault is seeded into the real decisions, and must break the invariant that forbids it. */
class FaultTest {

    private static final int MOST = 400_000;

    private static final Plan TWO = plan(stage("A", 1), stage("B", 1));
    private static final Plan PAIR = plan(stage("A", 2), stage("B", 1));
    private static final Plan GROUPS = plan(stage("A", 1, 1));

    /** A fault, where it shows, and what it breaks. */
    private record Fault(String name, Scenario scenario, Invariant breaks, Deciders deciders) { }

    @TestFactory
    Stream<DynamicTest> explorerFinds() {
        return faults().map(fault -> dynamicTest(fault.name(), () -> {
            assertThat(new Explorer(fault.scenario(), Deciders.REAL).explore(MOST).violation()).isEmpty();
            Explorer.Result result = new Explorer(fault.scenario(), fault.deciders()).explore(MOST);
            assertThat(result.violation().map(Violation::invariant)).describedAs("after %s", result.trace())
                    .hasValue(fault.breaks());
        }));
    }

    @Test
    void eachInvariantCanBeBroken() {
        assertThat(faults().map(Fault::breaks)).contains(Invariant.values());
    }

    private static Stream<Fault> faults() {
        return Stream.concat(faultsOfThePipeline(), faultsOfTheExecution());
    }

    private static Stream<Fault> faultsOfThePipeline() {
        return Stream.of(
                pipeline("admits to a stage that is occupied", of(SUPERSEDED, TWO, 2), Invariant.ONE_PER_STAGE,
                        (state, message) -> changed(state, message, FaultTest::admitAll)),
                pipeline("owes no admission", of(QUEUED, TWO, 2), Invariant.NOBODY_LOST,
                        (state, message) -> dropping(state, message, PipelineEffect.Admit.class::isInstance)),
                pipeline("keeps the stage of what has ended", of(QUEUED, TWO, 2), Invariant.ENDED_IS_INACTIVE,
                        (state, message) -> message instanceof PipelineMessage.End
                                ? new Ignored() : PipelineDecider.decide(state, message)),
                pipeline("takes the last in the queue first", of(QUEUED, TWO, 3), Invariant.FIRST_IN_FIRST_OUT,
                        FaultTest::lastInFirstOut),
                pipeline("supersedes who is inside", of(SUPERSEDED, TWO, 2), Invariant.OUSTED,
                        (state, message) -> message instanceof PipelineMessage.Start
                                ? changed(state, message, FaultTest::supersedeInside)
                                : PipelineDecider.decide(state, message)),
                pipeline("supersedes the newer of two", of(SUPERSEDED, TWO, 3), Invariant.SUPERSEDED_BETWEEN_STAGES,
                        FaultTest::supersedeNewer),
                pipeline("forgets an arrival", of(QUEUED, TWO, 1), Invariant.NOBODY_LOST,
                        (state, message) -> message instanceof PipelineMessage.Arrive
                                ? new Ignored() : PipelineDecider.decide(state, message)),
                pipeline("believes the end of a former attempt", of(QUEUED, TWO, 1).with(FAILURE, RETRY_FAILED_ACTIONS),
                        Invariant.OUSTED,
                        (state, message) -> PipelineDecider.decide(state, message instanceof PipelineMessage.End end
                                ? new PipelineMessage.End(end.run(), end.number(), Integer.MAX_VALUE, end.entered()) : message)),
                pipeline("takes who ended in front of a stage for its latest", of(QUEUED, TWO, 1).with(STOP_AND_WAIT),
                        Invariant.LATEST_HAS_ENTERED,
                        (state, message) -> PipelineDecider.decide(state, message instanceof PipelineMessage.End end
                                ? new PipelineMessage.End(end.run(), end.number(), end.attempt(), Integer.MAX_VALUE) : message)),
                pipeline("lets nobody in when a transition is enabled", closing(QUEUED, 1), Invariant.NOBODY_STUCK,
                        FaultTest::enableOnly),
                pipeline("lets nobody in when a stage is left", of(QUEUED, TWO, 2), Invariant.NOBODY_STUCK,
                        FaultTest::admitOnlyWhereItArrives),
                pipeline("enters through a disabled transition", closing(SUPERSEDED, 1), Invariant.CLOSED_IS_CLOSED,
                        (state, message) -> changed(state, message, FaultTest::admitAll)),
                pipeline("lets executions wait on after an update", updating(), Invariant.OUTDATED_ENTERS_NOTHING,
                        FaultTest::cancelOnlyInside),
                pipeline("retries whom a newer one has passed",
                        of(QUEUED, TWO, 2).with(FAILURE, RETRY_FAILED_ACTIONS), Invariant.LATEST_IS_RETRIED,
                        FaultTest::retryAnyone),
                pipeline("gives a number twice", of(QUEUED, TWO, 2), Invariant.NUMBERED_ONCE,
                        (state, message) -> PipelineDecider.decide(
                                message instanceof PipelineMessage.Start && state.lastNumber() > 0
                                        ? state.numbered(state.lastNumber() - 1) : state, message)),
                pipeline("owes no retry", of(QUEUED, TWO, 1).with(FAILURE, RETRY_FAILED_ACTIONS), Invariant.ENDED_IS_INACTIVE,
                        (state, message) -> dropping(state, message, PipelineEffect.Resume.class::isInstance)),
                pipeline("deletes and tells nobody", of(QUEUED, TWO, 2).with(DELETE), Invariant.DELETED_IS_EMPTY,
                        (state, message) -> dropping(state, message, PipelineEffect.Vanish.class::isInstance)),
                pipeline("holds PARALLEL executions behind each other", closing(PARALLEL, 2).with(ASK_AGAIN),
                        Invariant.PARALLEL_WAITS_FOR_NOBODY, FaultTest::admitOneAtATime),
                pipeline("numbers a repeated start again", of(SUPERSEDED, plan(stage("A", 1)), 3).with(REPEAT),
                        Invariant.SUPERSEDED_BETWEEN_STAGES, FaultTest::startForgetfully));
    }

    private static Stream<Fault> faultsOfTheExecution() {
        return Stream.of(
                run("answers the machine a success that was a failure", of(QUEUED, TWO, 1).with(FAILURE),
                        Invariant.OUTCOME_KEPT,
                        (state, plan, message) -> editing(state, plan, message, FaultTest::failureAsSuccess)),
                run("records a failure as a success", of(QUEUED, TWO, 1).with(FAILURE), Invariant.OUTCOME_KEPT,
                        (state, plan, message) -> real(state, plan, message instanceof RunMessage.FinishAction finish
                                ? new RunMessage.FinishAction(finish.id(), true) : message)),
                run("fails while a sibling's start is on the way", of(QUEUED, PAIR, 1).with(FAILURE),
                        Invariant.SIBLINGS_FINISH,
                        (state, plan, message) -> message instanceof RunMessage.FinishAction
                                ? deceived(state, withActions(state, action -> action.status() != Status.PENDING),
                                        plan, message)
                                : real(state, plan, message)),
                run("ends without telling its pipeline", of(QUEUED, TWO, 1), Invariant.ENDED_IS_INACTIVE,
                        (state, plan, message) -> editing(state, plan, message, FaultTest::withoutEnd)),
                run("ends and leaves its machine running", of(QUEUED, TWO, 1).with(STOP_AND_WAIT),
                        Invariant.MACHINE_ENDS_WITH_ITS_RUN,
                        (state, plan, message) -> editing(state, plan, message, effects -> effects.stream()
                                .filter(effect -> !(effect instanceof RunEffect.StopMachine)).toList())),
                run("listens to machines of former attempts",
                        of(QUEUED, PAIR, 1).with(FAILURE, RETRY_BESIDE_SIBLINGS), Invariant.STALE_CHANGES_NOTHING,
                        (state, plan, message) -> real(state, plan, message instanceof RunMessage.StartAction start
                                ? new RunMessage.StartAction(
                                        state.attempt(), start.stage(), start.action(), start.id(), start.deadline())
                                : message)),
                run("starts again what it adopts", of(QUEUED, PAIR, 1).with(FAILURE, RETRY_BESIDE_SIBLINGS),
                        Invariant.WORKED_ONCE, FaultTest::startAdopted),
                run("starts actions while it stops", of(QUEUED, PAIR, 1).with(STOP_AND_WAIT),
                        Invariant.NOTHING_AFTER_THE_END, FaultTest::startWhileStopping),
                run("resumes after an update", updating().with(FAILURE, RETRY_FAILED_ACTIONS),
                        Invariant.NOTHING_AFTER_THE_END,
                        (state, plan, message) -> message instanceof RunMessage.Resume
                                ? deceived(state, with(state, state.status(), false, state.actions()), plan, message)
                                : real(state, plan, message)),
                run("keeps the stage of a retry that doesn't come",
                        of(QUEUED, plan(stage("A", 1)), 1).with(FAILURE, RETRY_FAILED_ACTIONS, RETRY_FAILED_ACTIONS),
                        Invariant.ENDED_IS_INACTIVE,
                        (state, plan, message) -> message instanceof RunMessage.Resume
                                && real(state, plan, message).reply() instanceof RunReply.Ignored
                                ? new RunDecision(state, new RunReply.Ignored()) : real(state, plan, message)),
                run("retries behind what failed", of(QUEUED, GROUPS, 1).with(FAILURE, RETRY_FAILED_ACTIONS),
                        Invariant.IN_ITS_TURN, FaultTest::retryBehind),
                run("passes a closed gate", closing(PARALLEL, 1), Invariant.CLOSED_IS_CLOSED,
                        (state, plan, message) -> real(state, plan, message instanceof RunMessage.Gate gate
                                ? new RunMessage.Gate(gate.attempt(), gate.stage(), true) : message)),
                run("waits without telling its pipeline", closing(PARALLEL, 1), Invariant.NOBODY_LOST,
                        (state, plan, message) -> editing(state, plan, message, FaultTest::withoutArrival)),
                run("is superseded inside a stage", of(SUPERSEDED, TWO, 2), Invariant.SUPERSEDED_BETWEEN_STAGES,
                        FaultTest::supersedeAnywhere));
    }

    // Scenarios

    private static Scenario of(ExecutionMode mode, Plan plan, int runs) {
        return Scenario.of(mode.toString(), mode, plan, runs);
    }

    private static Scenario closing(ExecutionMode mode, int runs) {
        return of(mode, TWO, runs).with(DISABLE).closing(new Scenario.Gate("B", true));
    }

    private static Scenario updating() {
        return of(QUEUED, TWO, 2).with(UPDATE).updating(new Scenario.Update("the same again", QUEUED, TWO));
    }

    // Faults of the pipeline

    private interface PipelineFault {
        PipelineDecision decide(PipelineState state, PipelineMessage message);
    }

    private static Fault pipeline(String name, Scenario scenario, Invariant breaks, PipelineFault fault) {
        return new Fault(name, scenario, breaks, new Deciders() {
            @Override
            public PipelineDecision decide(PipelineState state, PipelineMessage message) {
                return fault.decide(state, message);
            }
        });
    }

    private static PipelineDecision changed(
            PipelineState state, PipelineMessage message, UnaryOperator<PipelineState> change) {
        PipelineDecision decision = PipelineDecider.decide(state, message);
        return decision instanceof Changed changed ? new Changed(change.apply(changed.state())) : decision;
    }

    private static PipelineDecision dropping(
            PipelineState state, PipelineMessage message, Predicate<PipelineEffect> dropped) {
        return changed(state, message, after ->
                with(after, after.owed().stream().filter(owed -> !dropped.test(owed.effect())).toList()));
    }

    private static PipelineState with(PipelineState state, List<Owed<PipelineEffect>> owed) {
        return new PipelineState(state.deleted(), state.version(), state.mode(), state.lastNumber(), state.stages(),
                state.active(), state.lastEffect(), owed);
    }

    private static PipelineDecision startForgetfully(PipelineState state, PipelineMessage message) {
        if (!(message instanceof PipelineMessage.Start)) {
            return PipelineDecider.decide(state, message);
        }
        PipelineDecision decision = PipelineDecider.decide(with(state, List.of()), message);
        if (!(decision instanceof Changed changed)) {
            return decision;
        }
        List<Owed<PipelineEffect>> owed = new ArrayList<>(state.owed());
        owed.addAll(changed.state().owed());
        return new Changed(with(changed.state(), owed));
    }

    private static PipelineState admit(PipelineState state, ActiveRun run) {
        return state.with(run.entered()).owing(
                List.of(new PipelineEffect.Admit(run.run(), run.number(), run.attempt(), run.stage())));
    }

    private static PipelineState admitAll(PipelineState state) {
        PipelineState after = state;
        for (ActiveRun run : state.active().values()) {
            after = run.inside() ? after : admit(after, run);
        }
        return after;
    }

    /** As if {@code admitted} still waited. */
    private static PipelineState notAdmitting(PipelineState state, ActiveRun admitted) {
        PipelineState after = state.with(new ActiveRun(admitted.number(), admitted.run(), admitted.attempt(),
                admitted.version(), admitted.mode(), admitted.stage(), admitted.position(), false));
        return with(after, after.owed().stream().filter(owed -> !owed.effect().equals(new PipelineEffect.Admit(
                admitted.run(), admitted.number(), admitted.attempt(), admitted.stage()))).toList());
    }

    private static List<ActiveRun> admitted(PipelineState before, PipelineState after) {
        return after.active().values().stream().filter(run -> run.inside()
                && Optional.ofNullable(before.active().get(run.number()))
                .filter(was -> was.inside() && was.stage().equals(run.stage())).isEmpty()).toList();
    }

    private static PipelineDecision lastInFirstOut(PipelineState state, PipelineMessage message) {
        return changed(state, message, after -> {
            PipelineState other = after;
            for (ActiveRun first : admitted(state, after)) {
                List<ActiveRun> queue = after.waitingFor(first.stage()).toList();
                if (!queue.isEmpty()) {
                    other = admit(notAdmitting(other, first), queue.get(queue.size() - 1));
                }
            }
            return other;
        });
    }

    private static PipelineState supersedeInside(PipelineState state) {
        return state.active().values().stream().filter(run -> run.inside() && run.number() < state.lastNumber()).findFirst()
                .map(run -> state.without(run.number())
                        .owing(List.of(new PipelineEffect.Supersede(run.run(), run.number()))))
                .orElse(state);
    }

    private static PipelineDecision supersedeNewer(PipelineState state, PipelineMessage message) {
        List<ActiveRun> waiting = state.active().values().stream().filter(run -> !run.inside()).toList();
        if (!(message instanceof PipelineMessage.Start start) || waiting.isEmpty()
                || state.activeRun(start.run()).isPresent()) {
            return PipelineDecider.decide(state, message);
        }
        long number = state.lastNumber() + 1;
        return new Changed(state.numbered(number).owing(List.of(
                new PipelineEffect.Begin(start.run(), number), new PipelineEffect.Supersede(start.run(), number))));
    }

    private static PipelineDecision enableOnly(PipelineState state, PipelineMessage message) {
        return message instanceof PipelineMessage.SetTransition set
                ? new Changed(state.with(state.stage(set.stage()).orElseThrow().withInbound(set.transition())))
                : PipelineDecider.decide(state, message);
    }

    private static PipelineDecision admitOnlyWhereItArrives(PipelineState state, PipelineMessage message) {
        return changed(state, message, after -> {
            PipelineState other = after;
            for (ActiveRun run : admitted(state, after)) {
                if (message instanceof PipelineMessage.Arrive arrive && !run.stage().equals(arrive.stage())) {
                    other = notAdmitting(other, run);
                }
            }
            return other;
        });
    }

    private static PipelineDecision cancelOnlyInside(PipelineState state, PipelineMessage message) {
        if (!(message instanceof PipelineMessage.Update update)) {
            return PipelineDecider.decide(state, message);
        }
        List<PipelineEffect> effects = new ArrayList<>();
        state.active().values().stream().filter(ActiveRun::inside)
                .forEach(run -> effects.add(new PipelineEffect.Cancel(run.run(), run.number())));
        return new Changed(state.updated(update.version(), update.mode(), state.stages()).owing(effects));
    }

    private static PipelineDecision retryAnyone(PipelineState state, PipelineMessage message) {
        if (!(message instanceof PipelineMessage.Retry retry)) {
            return PipelineDecider.decide(state, message);
        }
        ActiveRun retried = new ActiveRun(retry.number(), retry.run(), 1, 1, retry.mode(), retry.stage(), 0, true);
        return PipelineDecider.decide(
                state.with(state.stage(retry.stage()).orElseThrow().entered(retried)), message);
    }

    private static PipelineDecision admitOneAtATime(PipelineState state, PipelineMessage message) {
        return changed(state, message, after -> {
            PipelineState other = after;
            for (ActiveRun run : admitted(state, after)) {
                boolean alone = after.active().values().stream().noneMatch(another -> another.number() < run.number());
                if (!alone && run.stage().equals("B")) {
                    other = notAdmitting(other, run);
                }
            }
            return other;
        });
    }

    // Faults of the execution

    private interface RunFault {
        RunDecision decide(RunState state, Plan plan, RunMessage message);
    }

    private static Fault run(String name, Scenario scenario, Invariant breaks, RunFault fault) {
        return new Fault(name, scenario, breaks, new Deciders() {
            @Override
            public RunDecision decide(RunState state, Plan plan, RunMessage message) {
                return fault.decide(state, plan, message);
            }
        });
    }

    private static RunDecision real(RunState state, Plan plan, RunMessage message) {
        return RunDecider.decide(state, plan, message, Life.NOW);
    }

    /** The true decision on another state; what doesn't change that one doesn't change {@code state}. */
    private static RunDecision deceived(RunState state, RunState other, Plan plan, RunMessage message) {
        RunDecision decision = real(other, plan, message);
        return decision.state() == other ? new RunDecision(state, decision.reply()) : decision;
    }

    private static RunDecision editing(
            RunState state, Plan plan, RunMessage message, UnaryOperator<List<RunEffect>> edit) {
        RunDecision decision = real(state, plan, message);
        if (decision.state() == state) {
            return decision;
        }
        List<RunEffect> effects = edit.apply(
                decision.state().owed().stream().skip(state.owed().size()).map(Owed::effect).toList());
        RunState run = decision.state();
        RunState edited = new RunState(run.run(), run.version(), run.mode(), run.number(), run.status(), run.failure(),
                run.summary(), run.stopReason(), run.attempt(), run.stage(), run.inside(), run.cancelling(), run.actions(),
                run.retries(), run.times(), state.lastEffect() + effects.size(),
                Owed.append(state.owed(), state.lastEffect(), effects));
        return new RunDecision(edited.equals(state) ? state : edited, decision.reply());
    }

    private static RunState with(RunState run, RunStatus status, boolean cancelling, List<ActionRun> actions) {
        return new RunState(run.run(), run.version(), run.mode(), run.number(), status, run.failure(), run.summary(),
                run.stopReason(), run.attempt(), run.stage(), run.inside(), cancelling, actions, run.retries(), run.times(),
                run.lastEffect(), run.owed());
    }

    private static RunState withActions(RunState run, Predicate<ActionRun> kept) {
        return with(run, run.status(), run.cancelling(), run.actions().stream().filter(kept).toList());
    }

    private static List<RunEffect> failureAsSuccess(List<RunEffect> effects) {
        return effects.stream().map(effect -> effect instanceof RunEffect.AnswerAction answer
                ? new RunEffect.AnswerAction(answer.attempt(), answer.stage(), answer.action(), Answer.SUCCEEDED)
                : effect).toList();
    }

    private static List<RunEffect> withoutEnd(List<RunEffect> effects) {
        return effects.stream().filter(effect -> !(effect instanceof RunEffect.TellPipeline tell
                && tell.message() instanceof PipelineMessage.End)).toList();
    }

    private static List<RunEffect> withoutArrival(List<RunEffect> effects) {
        return effects.stream().filter(effect -> !(effect instanceof RunEffect.TellPipeline tell
                && tell.message() instanceof PipelineMessage.Arrive)).toList();
    }

    private static RunDecision startAdopted(RunState state, Plan plan, RunMessage message) {
        boolean adopts = message instanceof RunMessage.StartAction start && start.attempt() == state.attempt()
                && state.action(start.action())
                .filter(action -> action.isRunning() && !action.id().equals(start.id())).isPresent();
        return adopts ? deceived(state, withActions(state, action -> !action.isRunning()), plan, message)
                : real(state, plan, message);
    }

    private static RunDecision startWhileStopping(RunState state, Plan plan, RunMessage message) {
        RunState going = with(state, RunStatus.IN_PROGRESS, false, state.actions());
        boolean stopping = state.status() == RunStatus.STOPPING && message instanceof RunMessage.StartAction;
        return stopping ? deceived(state, going, plan, message) : real(state, plan, message);
    }

    private static RunDecision supersedeAnywhere(RunState state, Plan plan, RunMessage message) {
        if (!(message instanceof RunMessage.Begin begin) || !state.inside() || state.status().isEnded()) {
            return real(state, plan, message);
        }
        RunState waiting = RunState.created(state.run(), state.version(), state.mode(), Optional.empty(), Life.NOW);
        return real(waiting, plan, new RunMessage.Supersede(begin.number()));
    }

    private static RunDecision retryBehind(RunState state, Plan plan, RunMessage message) {
        if (message instanceof RunMessage.StartAction start && start.action() == 1 && state.attempt() == 2) {
            List<ActionRun> actions = new ArrayList<>(state.actions());
            actions.replaceAll(action -> action.action() == 0 ? action.ended(Status.SUCCEEDED) : action);
            return deceived(state, with(state, state.status(), state.cancelling(), actions), plan, message);
        }
        return editing(state, plan, message, effects -> effects.stream()
                .map(effect -> effect.equals(new RunEffect.StartMachine(2, "stage-0-action-0"))
                        ? new RunEffect.StartMachine(2, "stage-0-action-1") : effect).toList());
    }
}
