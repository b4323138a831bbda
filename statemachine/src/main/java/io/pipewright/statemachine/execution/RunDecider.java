package io.pipewright.statemachine.execution;

import io.pipewright.statemachine.execution.RunEffect.ActionEnd;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import io.pipewright.statemachine.execution.RunEffect.Change;
import io.pipewright.statemachine.execution.RunReply.Refusal;
import io.pipewright.statemachine.execution.RunState.Retries;
import io.pipewright.statemachine.execution.RunState.Times;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.services.codepipeline.model.RetryTrigger;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/**
 * One execution's life: stage after stage, action after action, its failures, stops, retries and its end.
 *
 * <p>Rules from the User Guide's "How pipeline executions work", "Stop a pipeline execution" and "Configuring stage retry for a
 * failed stage or failed actions", and from recordings of the service where those are silent.
 */
public final class RunDecider implements RunMessage.Cases<RunReply> {

    /** What an execution says when its pipeline was updated; the words are CodePipeline's. */
    public static final String UPDATED = "Pipeline definition was updated";

    /** What an execution says that waited too long in front of a disabled transition; the words are ours. */
    public static final String EXPIRED =
            "The transition to the next stage has been disabled for more than 30 days. Start a new execution.";

    private static final RunReply DONE = new RunReply.Done();
    private static final RunReply IGNORED = new RunReply.Ignored();
    private static final RunReply PARKED = new RunReply.Parked();
    private static final RunReply PASS = new RunReply.Answered(Answer.SUCCEEDED);
    private static final RunReply END = new RunReply.Answered(Answer.ENDED);

    private final RunState before;
    private final Plan plan;
    private final long now;

    private long number;
    private RunStatus status;
    private Optional<String> summary;
    private Optional<String> stopReason;
    private int attempt;
    private int stage;
    private boolean inside;
    private boolean cancelling;
    private final SortedMap<Integer, ActionRun> actions = new TreeMap<>();
    private Retries retries;
    private Times times;
    private final List<RunEffect> effects = new ArrayList<>();

    private RunDecider(RunState state, Plan plan, long now) {
        this.before = state;
        this.plan = plan;
        this.now = now;
        number = state.number();
        status = state.status();
        summary = state.summary();
        stopReason = state.stopReason();
        attempt = state.attempt();
        stage = state.stage();
        inside = state.inside();
        cancelling = state.cancelling();
        state.actions().forEach(action -> actions.put(action.action(), action));
        retries = state.retries();
        times = state.times();
    }

    /**
     * Decides without touching {@code state}.
     *
     * @param plan the plan of the declaration version that the execution was started on
     * @param now epoch milliseconds
     */
    public static RunDecision decide(RunState state, Plan plan, RunMessage message, long now) {
        RunDecider decider = new RunDecider(state, plan, now);
        RunReply reply = message.in(decider);
        return new RunDecision(decider.result(), reply);
    }

    private RunState result() {
        RunState after = new RunState(before.run(), before.version(), before.mode(), number, status, before.failure(),
                summary, stopReason, attempt, stage, inside, cancelling, List.copyOf(actions.values()), retries, times,
                before.lastEffect() + effects.size(),
                Owed.append(before.owed(), before.lastEffect(), effects));
        return after.equals(before) ? before : after;
    }

    // From the pipeline

    @Override
    public RunReply begin(RunMessage.Begin message) {
        return begun(message.number()) ? DONE : IGNORED;
    }

    /**
     * Makes sure that the execution has begun under this number; pipeline messages overtake each other, so any of them may be the
     * first. A number given twice (a start repeated after a crash) is handed back.
     */
    private boolean begun(long given) {
        if (status == RunStatus.CREATED) {
            number = given;
            publish(Change.STARTED, -1);
            if (before.failure().isPresent()) {
                summary = before.failure();
                ended(RunStatus.FAILED, Change.FAILED);
            } else {
                status = RunStatus.IN_PROGRESS;
                effects.add(new RunEffect.StartMachine(attempt, plan.gate(0)));
            }
            return true;
        }
        if (number != given) {
            effects.add(new RunEffect.TellPipeline(
                    new PipelineMessage.End(before.run(), given, Integer.MAX_VALUE, 0)));
            return false;
        }
        return true;
    }

    @Override
    public RunReply enter(RunMessage.Enter message) {
        boolean waiting = begun(message.number()) && status == RunStatus.IN_PROGRESS && !inside
                && attempt == message.attempt() && stageName().equals(message.stage());
        if (!waiting) {
            return IGNORED;
        }
        entered();
        effects.add(new RunEffect.AnswerGate(attempt, stage, Answer.SUCCEEDED));
        return DONE;
    }

    private String stageName() {
        return plan.stages().get(stage).name();
    }

    private void entered() {
        inside = true;
        times = new Times(times.started(), now, times.retried(), 0, 0);
        publish(Change.STARTED, stage);
    }

    @Override
    public RunReply supersede(RunMessage.Supersede message) {
        if (!begun(message.number()) || status.isEnded() || inside) {
            return IGNORED;
        }
        ended(RunStatus.SUPERSEDED, Change.SUPERSEDED);
        effects.add(new RunEffect.StopMachine(attempt));
        return DONE;
    }

    @Override
    public RunReply cancel(RunMessage.Cancel message) {
        if (!begun(message.number()) || cancelling) {
            return IGNORED;
        }
        cancelling = true;
        if (status.isEnded()) {
            return DONE;
        }
        dropPending();
        for (ActionRun action : List.copyOf(actions.values())) {
            if (action.isRunning() && plan.stages().get(stage).approvals().contains(action.action())) {
                endByUs(action, ActionRun.Status.FAILED, ActionEnd.CANCELED, Change.CANCELED, Optional.empty());
            }
        }
        settle();
        return DONE;
    }

    @Override
    public RunReply vanish(RunMessage.Vanish message) {
        if (!begun(message.number())) {
            return IGNORED;
        }
        cancelling = true;
        if (status.isEnded()) {
            return DONE;
        }
        actions.replaceAll((position, action) ->
                action.isRunning() ? action.ended(ActionRun.Status.ABANDONED) : action);
        status = RunStatus.CANCELLED;
        times = new Times(times.started(), times.since(), times.retried(), times.stageRetried(), now);
        effects.add(new RunEffect.StopMachine(attempt));
        return DONE;
    }

    @Override
    public RunReply resume(RunMessage.Resume message) {
        boolean retryable = (status == RunStatus.FAILED || status == RunStatus.STOPPED) && !cancelling;
        boolean expected = number == message.number() && retryable && inside
                && attempt == message.attempt() - 1 && stageName().equals(message.stage());
        if (!expected) {
            handBack(message);
            return IGNORED;
        }
        summary = Optional.empty();
        stopReason = Optional.empty();
        status = RunStatus.IN_PROGRESS;
        again(message.retryMode(), RetryTrigger.MANUAL_STAGE_RETRY);
        return DONE;
    }

    /**
     * The pipeline holds the stage for a retry that doesn't come: two were asked for at once and the other one is over already, or
     * the pipeline was updated or deleted meanwhile. A message that is only late hands back nothing that is held.
     */
    private void handBack(RunMessage.Resume message) {
        if (status.isEnded()) {
            effects.add(new RunEffect.TellPipeline(new PipelineMessage.End(
                    before.run(), message.number(), Math.max(attempt, message.attempt()), entries())));
        }
    }

    /** A new attempt of the machine from the first group that isn't done, or from the way out when only the machine had failed. */
    private void again(StageRetryMode mode, RetryTrigger trigger) {
        if (mode == StageRetryMode.ALL_ACTIONS) {
            actions.clear();
        } else {
            actions.values().removeIf(action -> action.status() == ActionRun.Status.FAILED
                    || action.status() == ActionRun.Status.ABANDONED);
        }
        attempt++;
        boolean manual = trigger == RetryTrigger.MANUAL_STAGE_RETRY;
        retries = new Retries(
                retries.manual() + (manual ? 1 : 0), retries.automatic() + (manual ? 0 : 1), Optional.of(trigger));
        times = new Times(times.started(), times.since(), now, now, 0);
        Optional<Integer> group = firstUnfinishedGroup();
        group.ifPresent(this::openGroup);
        publish(Change.RESUMED, -1);
        publish(Change.RESUMED, stage);
        effects.add(new RunEffect.StartMachine(
                attempt, group.map(first -> plan.entry(stage, first)).orElseGet(() -> plan.gate(stage + 1))));
    }

    private Optional<Integer> firstUnfinishedGroup() {
        List<List<Integer>> groups = plan.stages().get(stage).groups();
        for (int group = 0; group < groups.size(); group++) {
            if (!groups.get(group).stream().allMatch(this::hasSucceeded)) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
    }

    private boolean hasSucceeded(int position) {
        return actions.containsKey(position) && actions.get(position).status() == ActionRun.Status.SUCCEEDED;
    }

    /** All actions of a group begin together: until its own start arrives, each of them is pending. */
    private void openGroup(int group) {
        plan.stages().get(stage).groups().get(group)
                .forEach(position -> actions.putIfAbsent(position, ActionRun.pending(position)));
    }

    // From the machine

    @Override
    public RunReply gate(RunMessage.Gate message) {
        if (message.attempt() != attempt || status.isEnded() || cancelling || status == RunStatus.STOPPING) {
            return END;
        }
        if (message.stage() < stage || message.stage() == stage && inside) {
            return PASS;
        }
        if (message.stage() == stage) {
            return before.isParallel() ? passOrWait(message.open()) : PARKED;
        }
        if (message.stage() > stage + 1 || !inside || firstUnfinishedGroup().isPresent()) {
            return END;
        }
        publish(Change.SUCCEEDED, stage);
        if (message.stage() == plan.stages().size()) {
            ended(RunStatus.SUCCEEDED, Change.SUCCEEDED);
            tellEnd();
            return PASS;
        }
        stage = message.stage();
        inside = false;
        actions.clear();
        retries = Retries.NONE;
        times = new Times(times.started(), now, times.retried(), 0, 0);
        if (before.isParallel()) {
            return passOrWait(message.open());
        }
        tellArrival();
        return PARKED;
    }

    private RunReply passOrWait(boolean open) {
        if (open) {
            entered();
            return PASS;
        }
        tellArrival();
        return PARKED;
    }

    private void tellArrival() {
        PipelineMessage arrive = new PipelineMessage.Arrive(before.run(), number, attempt, stageName(), stage);
        boolean told = before.owed().stream()
                .anyMatch(owed -> owed.effect().equals(new RunEffect.TellPipeline(arrive)));
        if (!told) {
            effects.add(new RunEffect.TellPipeline(arrive));
        }
    }

    @Override
    public RunReply startAction(RunMessage.StartAction message) {
        if (message.attempt() != attempt || message.stage() != stage || !inside || status.isEnded()) {
            return END;
        }
        ActionRun known = actions.get(message.action());
        if (known != null && known.status() != ActionRun.Status.PENDING) {
            return switch (known.status()) {
                case SUCCEEDED -> PASS;
                case FAILED -> new RunReply.Answered(Answer.FAILED);
                case IN_PROGRESS -> new RunReply.Work(known, true);
                case ABANDONED, PENDING -> END;
            };
        }
        if (cancelling || status == RunStatus.STOPPING || !isTurnOf(message.action())) {
            return END;
        }
        openGroup(plan.stages().get(stage).groupOf(message.action()));
        ActionRun started = new ActionRun(
                message.action(), ActionRun.Status.IN_PROGRESS, message.id(), now, message.deadline());
        actions.put(message.action(), started);
        publish(Change.STARTED, started);
        return new RunReply.Work(started, false);
    }

    private boolean isTurnOf(int action) {
        int group = plan.stages().get(stage).groupOf(action);
        return firstUnfinishedGroup().map(first -> first == group).orElse(false);
    }

    @Override
    public RunReply machineEnded(RunMessage.MachineEnded message) {
        if (message.attempt() != attempt || status.isEnded() || status == RunStatus.CREATED) {
            return IGNORED;
        }
        dropPending();
        for (ActionRun action : List.copyOf(actions.values())) {
            if (action.isRunning()) {
                endByUs(action, ActionRun.Status.FAILED, ActionEnd.MACHINE_ENDED, Change.FAILED,
                        Optional.of(message.cause()));
            }
        }
        summary = Optional.of(message.cause());
        if (status == RunStatus.STOPPING || cancelling) {
            settle();
        } else {
            if (inside) {
                publish(Change.FAILED, stage);
            }
            ended(RunStatus.FAILED, Change.FAILED);
            tellEnd();
        }
        return DONE;
    }

    // From providers, people and clocks

    @Override
    public RunReply finishAction(RunMessage.FinishAction message) {
        Optional<ActionRun> found = actions.values().stream()
                .filter(action -> action.id().equals(message.id()) && action.isRunning()).findFirst();
        if (found.isEmpty() || status.isEnded()) {
            return IGNORED;
        }
        ActionRun action = found.get();
        boolean ok = message.succeeded();
        actions.put(action.action(), action.ended(ok ? ActionRun.Status.SUCCEEDED : ActionRun.Status.FAILED));
        publish(ok ? Change.SUCCEEDED : Change.FAILED, action);
        int answered = attempt;
        settle();
        effects.add(new RunEffect.AnswerAction(
                answered, stage, action.action(), ok ? Answer.SUCCEEDED : Answer.FAILED));
        return DONE;
    }

    /** Looks whether the stage, and with it the execution, has come to an end. */
    private void settle() {
        if (actions.values().stream().anyMatch(ActionRun::isRunning)) {
            return;
        }
        if (status == RunStatus.STOPPING) {
            stopped();
        } else if (cancelling) {
            cancelled();
        } else if (actions.values().stream().anyMatch(action -> action.status() == ActionRun.Status.FAILED)
                && actions.values().stream().noneMatch(action -> action.status() == ActionRun.Status.PENDING)) {
            failed();
        }
    }

    private void stopped() {
        publish(Change.STOPPED, stage);
        summary = stopReason;
        ended(RunStatus.STOPPED, Change.STOPPED);
        effects.add(new RunEffect.StopMachine(attempt));
        tellEnd();
    }

    private void cancelled() {
        if (inside) {
            publish(Change.CANCELED, stage);
        }
        summary = Optional.of(UPDATED);
        ended(RunStatus.CANCELLED, Change.CANCELED);
        effects.add(new RunEffect.StopMachine(attempt));
        tellEnd();
    }

    private void failed() {
        publish(Change.FAILED, stage);
        Optional<StageRetryMode> automatic = plan.stages().get(stage).automaticRetry();
        if (automatic.isPresent() && retries.automatic() == 0) {
            again(automatic.get(), RetryTrigger.AUTOMATED_STAGE_RETRY);
            return;
        }
        ended(RunStatus.FAILED, Change.FAILED);
        tellEnd();
    }

    // From the API

    @Override
    public RunReply stop(RunMessage.Stop message) {
        if (status.isEnded() || status == RunStatus.CREATED) {
            return new RunReply.Refused(Refusal.NOT_STOPPABLE);
        }
        if (status == RunStatus.STOPPING && !message.abandon()) {
            return new RunReply.Refused(Refusal.STOP_REPEATED);
        }
        if (message.reason().isPresent() || status != RunStatus.STOPPING) {
            stopReason = message.reason();
        }
        if (status != RunStatus.STOPPING) {
            publish(Change.STOPPING, -1);
            if (inside) {
                publish(Change.STOPPING, stage);
            }
        }
        status = RunStatus.STOPPING;
        if (!inside) {
            summary = stopReason;
            ended(RunStatus.STOPPED, Change.STOPPED);
            effects.add(new RunEffect.StopMachine(attempt));
            tellEnd();
            return DONE;
        }
        dropPending();
        if (message.abandon()) {
            for (ActionRun action : List.copyOf(actions.values())) {
                if (action.isRunning()) {
                    endByUs(action, ActionRun.Status.ABANDONED, ActionEnd.ABANDONED, Change.ABANDONED,
                            Optional.empty());
                }
            }
        }
        settle();
        return DONE;
    }

    @Override
    public RunReply retryBesideSiblings(RunMessage.RetryBesideSiblings message) {
        boolean failed = actions.values().stream()
                .anyMatch(action -> action.status() == ActionRun.Status.FAILED);
        if (status != RunStatus.IN_PROGRESS || cancelling || !inside || !failed
                || !stageName().equals(message.stage())) {
            return new RunReply.Refused(Refusal.NOT_RETRYABLE);
        }
        effects.add(new RunEffect.StopMachine(attempt));
        again(StageRetryMode.FAILED_ACTIONS, RetryTrigger.MANUAL_STAGE_RETRY);
        return DONE;
    }

    @Override
    public RunReply expire(RunMessage.Expire message) {
        if (status != RunStatus.IN_PROGRESS || inside) {
            return IGNORED;
        }
        summary = Optional.of(EXPIRED);
        ended(RunStatus.STOPPED, Change.STOPPED);
        effects.add(new RunEffect.StopMachine(attempt));
        tellEnd();
        return DONE;
    }

    /** What the API may retry in this stage: whether anything of it failed, was abandoned or never began. */
    public static boolean hasUnfinished(RunState state, Plan plan) {
        return new RunDecider(state, plan, 0).firstUnfinishedGroup().isPresent();
    }

    // Shared

    private void dropPending() {
        actions.values().removeIf(action -> action.status() == ActionRun.Status.PENDING);
    }

    private void endByUs(
            ActionRun action, ActionRun.Status outcome, ActionEnd end, Change change, Optional<String> cause) {
        actions.put(action.action(), action.ended(outcome));
        effects.add(new RunEffect.RecordAction(action.id(), action.action(), action.startedAt(), end, cause));
        publish(change, action);
    }

    private void ended(RunStatus end, Change change) {
        status = end;
        times = new Times(times.started(), times.since(), times.retried(), times.stageRetried(), now);
        publish(change, -1);
    }

    private void tellEnd() {
        effects.add(new RunEffect.TellPipeline(new PipelineMessage.End(before.run(), number, attempt, entries())));
    }

    private int entries() {
        return inside ? stage + 1 : stage;
    }

    private void publish(Change change, int ofStage) {
        boolean whole = ofStage < 0;
        effects.add(new RunEffect.Publish(change, ofStage, -1, "", whole ? times.started() : times.since(),
                whole ? times.retried() : times.stageRetried(), attempt, now));
    }

    private void publish(Change change, ActionRun action) {
        effects.add(new RunEffect.Publish(
                change, stage, action.action(), action.id(), action.startedAt(), 0, attempt, now));
    }
}
