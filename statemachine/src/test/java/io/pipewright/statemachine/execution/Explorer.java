package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.Violation.Invariant.DELETED_IS_EMPTY;
import static io.pipewright.statemachine.execution.Violation.Invariant.ENDED_IS_INACTIVE;
import static io.pipewright.statemachine.execution.Violation.Invariant.FIRST_IN_FIRST_OUT;
import static io.pipewright.statemachine.execution.Violation.Invariant.LATEST_IS_RETRIED;
import static io.pipewright.statemachine.execution.Violation.Invariant.NOBODY_LOST;
import static io.pipewright.statemachine.execution.Violation.Invariant.NOBODY_STUCK;
import static io.pipewright.statemachine.execution.Violation.Invariant.NUMBERED_ONCE;
import static io.pipewright.statemachine.execution.Violation.Invariant.ONE_PER_STAGE;
import static io.pipewright.statemachine.execution.Violation.Invariant.PARALLEL_WAITS_FOR_NOBODY;
import static io.pipewright.statemachine.execution.Violation.unless;

import io.pipewright.statemachine.execution.LifeModel.Needs;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/**
 * Visits every world that can be reached in a scenario, breadth first, and looks for one where an invariant doesn't hold.
 *
 * <p>A world is a pipeline, its executions with their machines and providers, requests of the API that have read but not written yet,
 * and the disturbances still to come. Its parts are numbered as they are first seen, so a world is a handful of numbers and each
 * decision is made once. What each part owes stays owed until delivered, in any order, with anything else in between: that is a
 * crash after the write. A delivery that isn't ticked off is the crash after the effect.
 */
final class Explorer {

    /**
     * What an exploration came to.
     *
     * @param worlds how many were visited
     * @param steps how many steps between them were taken
     * @param quiet in how many of the worlds nothing was left to do
     * @param complete whether all worlds of the scenario were visited
     * @param violation with the steps that lead to it, one of the shortest ways
     */
    record Result(int worlds, long steps, int quiet, boolean complete, Optional<Violation> violation, List<String> trace) { }

    private static final int PIPELINE = 0;
    private static final int REQUESTS = 1;
    private static final int BUDGET = 2;
    private static final int LIVES = 3;
    private static final int UNBORN = -1;

    private final Scenario scenario;
    private final Deciders deciders;
    private final LifeModel model;
    private final PipelineRules rules = new PipelineRules();

    private final Parts<PipelineState> pipelines = new Parts<>();
    private final Parts<Life> lives = new Parts<>();
    private final Parts<List<PipelineMessage.Retry>> requests = new Parts<>();
    private final Map<Integer, List<LifeModel.Step>> stepsOf = new HashMap<>();
    private final Map<Told, PipelineDecision> told = new HashMap<>();
    private final Map<Delivered, Integer> delivered = new HashMap<>();

    private final StateTable seen;
    private int[] world;
    private int parent;
    private long steps;
    private int quiet;
    private boolean isQuiet;
    private Object label;
    private Optional<int[]> wanted = Optional.empty();
    private Optional<Object> found = Optional.empty();

    private record Told(int pipeline, PipelineMessage message) { }

    private record Delivered(int life, RunMessage message) { }

    /** Things that are the same have the same number. */
    private static final class Parts<T> {
        private final Map<T, Integer> numbers = new HashMap<>();
        private final List<T> things = new ArrayList<>();

        int number(T thing) {
            Integer known = numbers.get(thing);
            if (known != null) {
                return known;
            }
            numbers.put(thing, things.size());
            things.add(thing);
            return things.size() - 1;
        }

        T get(int number) {
            return things.get(number);
        }
    }

    Explorer(Scenario scenario, Deciders deciders) {
        this.scenario = scenario;
        this.deciders = deciders;
        this.model = new LifeModel(deciders);
        this.seen = new StateTable(LIVES + scenario.runs());
    }

    /** Explores until all is seen, {@code most} worlds are, or an invariant is violated. */
    Result explore(int most) {
        int[] first = new int[LIVES + scenario.runs()];
        java.util.Arrays.fill(first, UNBORN);
        first[PIPELINE] = pipelines.number(Life.normal(scenario.created()));
        first[REQUESTS] = requests.number(List.of());
        first[BUDGET] = scenario.budget();
        seen.add(first, 0);
        int index = 0;
        try {
            for (; index < seen.size() && seen.size() < most; index++) {
                visit(index);
            }
            return new Result(seen.size(), steps, quiet, index == seen.size(), Optional.empty(), List.of());
        } catch (Violation violation) {
            return new Result(seen.size(), steps, quiet, false, Optional.of(violation), trace(index));
        }
    }

    private void visit(int index) {
        world = seen.get(index);
        parent = index;
        isQuiet = true;
        check();
        deliverToPipeline();
        deliverToLives();
        deliverRequests();
        live();
        if (isQuiet) {
            quiet++;
            checkQuiet();
        }
        start();
        retry();
        changePipeline();
    }

    private List<String> trace(int index) {
        List<String> trace = new ArrayList<>();
        trace.add("then: " + label);
        for (int at = index; at > 0; at = seen.parent(at)) {
            wanted = Optional.of(seen.get(at));
            found = Optional.empty();
            try {
                visit(seen.parent(at));
            } catch (Violation violation) {
                // The way back passes worlds that were visited before: this one led here before it broke.
            }
            trace.add(found.map(Object::toString).orElse("?"));
        }
        Collections.reverse(trace);
        return trace;
    }

    // Steps

    private void step(Object what, Optional<Disturbance> cost, int... changes) {
        label = what;
        int[] next = world.clone();
        if (cost.isPresent()) {
            if (cost.get().left(next[BUDGET]) == 0) {
                return;
            }
            next[BUDGET] = cost.get().spent(next[BUDGET]);
        }
        for (int i = 0; i < changes.length; i += 2) {
            next[changes[i]] = changes[i + 1];
        }
        if (wanted.isPresent()) {
            if (found.isEmpty() && java.util.Arrays.equals(wanted.get(), next)) {
                found = Optional.of(what);
            }
            return;
        }
        steps++;
        seen.add(next, parent);
    }

    private static final Optional<Disturbance> FREE = Optional.empty();

    private boolean may(Disturbance disturbance) {
        return disturbance.left(world[BUDGET]) > 0;
    }

    private PipelineState pipeline() {
        return pipelines.get(world[PIPELINE]);
    }

    private boolean isBorn(int slot) {
        return world[LIVES + slot] != UNBORN;
    }

    private Life life(int slot) {
        return lives.get(world[LIVES + slot]);
    }

    private int slot(String run) {
        return Integer.parseInt(run.substring(1));
    }

    private void deliverToPipeline() {
        for (int slot = 0; slot < scenario.runs(); slot++) {
            if (!isBorn(slot)) {
                return;
            }
            Life life = life(slot);
            for (Owed<RunEffect> owed : life.run().owed()) {
                isQuiet = false;
                PipelineMessage message = ((RunEffect.TellPipeline) owed.effect()).message();
                int after = tell(message);
                int ticked = lives.number(life.with(life.run().carriedOut(java.util.Set.of(owed.sequence()))));
                step(message, FREE, PIPELINE, after, LIVES + slot, ticked);
                if (may(Disturbance.REPEAT)) {
                    step(message + ", to be repeated", Optional.of(Disturbance.REPEAT), PIPELINE, after);
                }
            }
        }
    }

    private int tell(PipelineMessage message) {
        return decide(message) instanceof PipelineDecision.Changed changed
                ? pipelines.number(changed.state()) : world[PIPELINE];
    }

    private PipelineDecision decide(PipelineMessage message) {
        label = message;
        return told.computeIfAbsent(new Told(world[PIPELINE], message), key -> {
            PipelineDecision decision = deciders.decide(pipeline(), message);
            if (decision instanceof PipelineDecision.Changed changed) {
                rules.check(pipeline(), message, changed.state());
                return new PipelineDecision.Changed(Life.normal(changed.state()));
            }
            return decision;
        });
    }

    private void deliverToLives() {
        for (Owed<PipelineEffect> owed : pipeline().owed()) {
            isQuiet = false;
            PipelineEffect effect = owed.effect();
            label = effect;
            int slot = slot(effect.run());
            int after = deliver(world[LIVES + slot], effect.in(ToRun.MESSAGE));
            if (lives.get(after).isInside() && !life(slot).isInside()) {
                checkEntry(slot, lives.get(after));
            }
            int ticked = pipelines.number(Life.normal(pipeline().carriedOut(java.util.Set.of(owed.sequence()))));
            step(effect, FREE, PIPELINE, ticked, LIVES + slot, after);
            if (may(Disturbance.REPEAT)) {
                step(effect + ", to be repeated", Optional.of(Disturbance.REPEAT), LIVES + slot, after);
            }
        }
    }

    private int deliver(int life, RunMessage message) {
        Delivered key = new Delivered(life, message);
        Integer known = delivered.get(key);
        if (known == null) {
            known = lives.number(model.deliver(lives.get(life), message));
            delivered.put(key, known);
        }
        return known;
    }

    /** What a pipeline's effect says to the execution. */
    private enum ToRun implements PipelineEffect.Cases<RunMessage> {
        MESSAGE;

        @Override
        public RunMessage begin(PipelineEffect.Begin effect) {
            return new RunMessage.Begin(effect.number());
        }

        @Override
        public RunMessage admit(PipelineEffect.Admit effect) {
            return new RunMessage.Enter(effect.number(), effect.attempt(), effect.stage());
        }

        @Override
        public RunMessage supersede(PipelineEffect.Supersede effect) {
            return new RunMessage.Supersede(effect.number());
        }

        @Override
        public RunMessage cancel(PipelineEffect.Cancel effect) {
            return new RunMessage.Cancel(effect.number());
        }

        @Override
        public RunMessage vanish(PipelineEffect.Vanish effect) {
            return new RunMessage.Vanish(effect.number());
        }

        @Override
        public RunMessage resume(PipelineEffect.Resume effect) {
            return new RunMessage.Resume(effect.number(), effect.attempt(), effect.stage(), effect.retryMode());
        }
    }

    private void live() {
        for (int slot = 0; slot < scenario.runs() && isBorn(slot); slot++) {
            int number = world[LIVES + slot];
            List<LifeModel.Step> known = stepsOf.get(number);
            if (known == null) {
                label = "a step of " + lives.get(number);
                known = model.steps(lives.get(number));
                stepsOf.put(number, known);
            }
            for (LifeModel.Step step : known) {
                if (isMet(step)) {
                    isQuiet &= step.cost().isPresent();
                    step(step.label(), step.cost(), LIVES + slot, lives.number(step.after()));
                }
            }
        }
    }

    private boolean isMet(LifeModel.Step step) {
        return step.needs() == Needs.NOTHING
                || pipeline().isOpen(step.after().plan().stages().get(step.gate()).name()) == (step.needs() == Needs.OPEN);
    }

    private void start() {
        for (int slot = 0; slot < scenario.runs(); slot++) {
            boolean born = isBorn(slot);
            if (born && (!may(Disturbance.REPEAT) || life(slot).run().status() != RunStatus.CREATED)) {
                continue;
            }
            Life life = born ? life(slot) : Life.created("r" + slot, pipeline(), planOf(pipeline()));
            PipelineMessage message =
                    new PipelineMessage.Start(life.run().run(), life.run().version(), false, scenario.limit());
            if (decide(message) instanceof PipelineDecision.Changed changed) {
                step(message, born ? Optional.of(Disturbance.REPEAT) : FREE,
                        PIPELINE, pipelines.number(changed.state()), LIVES + slot, lives.number(life));
            }
            if (!born) {
                return;
            }
        }
    }

    private Plan planOf(PipelineState state) {
        return scenario.updates().stream().map(Scenario.Update::plan)
                .filter(plan -> state.version() > 1 && Scenario.names(plan).equals(names(state))).findFirst()
                .orElse(scenario.plan());
    }

    private static List<String> names(PipelineState state) {
        return state.stages().stream().map(StageGate::name).toList();
    }

    private void retry() {
        for (int slot = 0; slot < scenario.runs() && isBorn(slot); slot++) {
            read(slot, StageRetryMode.FAILED_ACTIONS, Disturbance.RETRY_FAILED_ACTIONS);
            read(slot, StageRetryMode.ALL_ACTIONS, Disturbance.RETRY_ALL_ACTIONS);
        }
    }

    private void read(int slot, StageRetryMode mode, Disturbance disturbance) {
        if (may(disturbance)) {
            for (PipelineMessage.Retry request : LifeModel.retries(life(slot), mode, scenario.limit())) {
                List<PipelineMessage.Retry> more = new ArrayList<>(requests.get(world[REQUESTS]));
                more.add(request);
                step("someone wants " + request, Optional.of(disturbance), REQUESTS, requests.number(List.copyOf(more)));
            }
        }
    }

    private void deliverRequests() {
        List<PipelineMessage.Retry> open = requests.get(world[REQUESTS]);
        for (PipelineMessage.Retry request : new LinkedHashSet<>(open)) {
            isQuiet = false;
            List<PipelineMessage.Retry> left = new ArrayList<>(open);
            left.remove(request);
            if (decide(request) instanceof PipelineDecision.Changed) {
                checkLatest(request);
            }
            step(request, FREE, PIPELINE, tell(request), REQUESTS, requests.number(List.copyOf(left)));
        }
    }

    private void changePipeline() {
        for (Scenario.Gate gate : scenario.gates()) {
            Optional<StageGate> stage = pipeline().stage(gate.stage());
            if (stage.isPresent() && !pipeline().deleted()) {
                Transition is = gate.inbound() ? stage.get().inbound() : stage.get().outbound();
                Transition other = is.isEnabled() ? Transition.disabled("closed", "someone", Life.NOW) : Transition.UNTOUCHED;
                PipelineMessage message = new PipelineMessage.SetTransition(gate.stage(), gate.inbound(), other);
                step(message, is.isEnabled() ? Optional.of(Disturbance.DISABLE) : FREE, PIPELINE, tell(message));
            }
        }
        if (may(Disturbance.UPDATE)) {
            for (Scenario.Update update : scenario.updates()) {
                PipelineMessage message = new PipelineMessage.Update(
                        pipeline().version() + 1, update.mode(), Scenario.names(update.plan()));
                step(message, Optional.of(Disturbance.UPDATE), PIPELINE, tell(message));
            }
        }
        if (may(Disturbance.DELETE)) {
            PipelineMessage message = new PipelineMessage.Delete();
            step(message, Optional.of(Disturbance.DELETE), PIPELINE, tell(message));
        }
    }

    // Invariants between the parts

    private void check() {
        for (int slot = 0; slot < scenario.runs() && isBorn(slot); slot++) {
            Life life = life(slot);
            for (int other = 0; other < slot; other++) {
                Life another = life(other);
                unless(life.run().number() == 0 || life.run().number() != another.run().number(), NUMBERED_ONCE, life);
                boolean locks = life.isInside() && !life.run().isParallel()
                        && another.isInside() && !another.run().isParallel();
                unless(!locks || !life.stageName().equals(another.stageName()), ONE_PER_STAGE, life + " and " + another);
            }
        }
    }

    private void checkEntry(int slot, Life entered) {
        RunState run = entered.run();
        for (int other = 0; other < scenario.runs() && isBorn(other); other++) {
            RunState before = life(other).run();
            boolean older = before.number() != 0 && before.number() < run.number() && before.version() == run.version();
            unless(other == slot || run.mode() != ExecutionMode.QUEUED || !older || life(other).hasEnded()
                    || before.cancelling() || before.stage() > run.stage(), FIRST_IN_FIRST_OUT, entered + " before " + before);
        }
    }

    private void checkLatest(PipelineMessage.Retry retry) {
        Life retried = life(slot(retry.run()));
        for (int other = 0; other < scenario.runs() && isBorn(other); other++) {
            RunState run = life(other).run();
            boolean newer = run.number() > retry.number() && run.version() == retry.version();
            boolean entered = run.stage() > retried.run().stage() || run.stage() == retried.run().stage() && run.inside();
            unless(!newer || !entered || retried.run().isParallel(), LATEST_IS_RETRIED, retry + " after " + run);
        }
    }

    private void checkQuiet() {
        for (int slot = 0; slot < scenario.runs() && isBorn(slot); slot++) {
            Life life = life(slot);
            if (!life.hasEnded()) {
                checkWaits(life);
            }
        }
        for (ActiveRun run : pipeline().active().values()) {
            Life life = life(slot(run.run()));
            unless(!life.hasEnded() && life.run().number() == run.number(), ENDED_IS_INACTIVE, run + " is " + life);
        }
    }

    private void checkWaits(Life life) {
        unless(!pipeline().deleted(), DELETED_IS_EMPTY, life);
        unless(life.run().status() != RunStatus.CREATED && !life.run().inside(), NOBODY_LOST, life + " of " + pipeline());
        String stage = life.stageName();
        Optional<ActiveRun> active = pipeline().activeRun(life.run().run());
        boolean known = active.filter(run -> run.waitsFor(stage) && run.number() == life.run().number()).isPresent();
        boolean parked = life.machine(life.run().attempt())
                .filter(machine -> machine.awaits(life.run().stage(), Machine.Token.GATE)).isPresent();
        unless(known && parked, NOBODY_LOST, life + " of " + pipeline());
        unless(!pipeline().isOpen(stage), life.run().isParallel() ? PARALLEL_WAITS_FOR_NOBODY : NOBODY_STUCK,
                life + " of " + pipeline());
    }
}
