package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.Violation.Invariant.DELETED_IS_EMPTY;
import static io.pipewright.statemachine.execution.Violation.Invariant.ENDED_IS_INACTIVE;
import static io.pipewright.statemachine.execution.Violation.Invariant.FIRST_IN_FIRST_OUT;
import static io.pipewright.statemachine.execution.Violation.Invariant.LATEST_HAS_ENTERED;
import static io.pipewright.statemachine.execution.Violation.Invariant.LATEST_IS_RETRIED;
import static io.pipewright.statemachine.execution.Violation.Invariant.MACHINE_ENDS_WITH_ITS_RUN;
import static io.pipewright.statemachine.execution.Violation.Invariant.NOBODY_LOST;
import static io.pipewright.statemachine.execution.Violation.Invariant.NOBODY_STUCK;
import static io.pipewright.statemachine.execution.Violation.Invariant.NUMBERED_ONCE;
import static io.pipewright.statemachine.execution.Violation.Invariant.ONE_PER_STAGE;
import static io.pipewright.statemachine.execution.Violation.Invariant.PARALLEL_WAITS_FOR_NOBODY;
import static io.pipewright.statemachine.execution.Violation.Invariant.SUPERSEDED_BETWEEN_STAGES;
import static io.pipewright.statemachine.execution.Violation.unless;

import io.pipewright.statemachine.execution.LifeModel.Needs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
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

    private static final Optional<Disturbance> FREE = Optional.empty();
    private static final Optional<Disturbance> REPEATED = Optional.of(Disturbance.REPEAT);

    private final Scenario scenario;
    private final Deciders deciders;
    private final LifeModel model;
    private final PipelineRules rules = new PipelineRules();

    private final Parts<PipelineState, PipelinePart> pipelines = new Parts<>(PipelinePart::new);
    private final Parts<Life, LifePart> lives = new Parts<>(LifePart::new);
    private final Parts<List<PipelineMessage.Retry>, List<PipelineMessage.Retry>> requests = new Parts<>(open -> open);

    private final StateTable seen;
    private final int[] next;
    private int[] world;
    private Steps takes;
    private long steps;
    private int quiet;
    private boolean isQuiet;
    private Object label;

    /** Things that are the same have the same number. {@code P} keeps with a thing what was found out about it. */
    private static final class Parts<T, P> {
        private final Map<T, Integer> numbers = new HashMap<>();
        private final List<P> parts = new ArrayList<>();
        private final Function<T, P> part;

        Parts(Function<T, P> part) {
            this.part = part;
        }

        int number(T thing) {
            Integer known = numbers.putIfAbsent(thing, parts.size());
            if (known != null) {
                return known;
            }
            parts.add(part.apply(thing));
            return parts.size() - 1;
        }

        P get(int number) {
            return parts.get(number);
        }
    }

    /** What is known of a pipeline's state. */
    private static final class PipelinePart {
        final PipelineState state;
        final Map<PipelineMessage, Integer> told = new HashMap<>();
        List<ToRun> owed;

        PipelinePart(PipelineState state) {
            this.state = state;
        }
    }

    /** What is known of an execution. */
    private static final class LifePart {
        final Life life;
        final Map<RunMessage, Integer> delivered = new HashMap<>();
        List<ToPipeline> owed;
        List<Step> steps;

        LifePart(Life life) {
            this.life = life;
        }
    }

    /** A message that a pipeline owes to the execution in {@code slot}, and the pipeline once it is ticked off. */
    private record ToRun(PipelineEffect effect, int slot, RunMessage message, int ticked) { }

    /** A message that an execution owes to its pipeline, and the execution once it is ticked off. */
    private record ToPipeline(PipelineMessage message, int ticked) { }

    /** A step of an execution and what it makes of it. */
    private record Step(LifeModel.Step step, int after) { }

    private static final int REFUSED = -1;

    Explorer(Scenario scenario, Deciders deciders) {
        this(scenario, deciders, true);
    }

    /** @param reduced false to visit also the worlds that {@link LifeModel} leaves out */
    Explorer(Scenario scenario, Deciders deciders, boolean reduced) {
        this.scenario = scenario;
        this.deciders = deciders;
        this.model = new LifeModel(deciders, reduced);
        this.seen = new StateTable(LIVES + scenario.runs());
        this.next = new int[LIVES + scenario.runs()];
    }

    /** Explores until all is seen, {@code most} worlds are, or an invariant is violated. */
    Result explore(int most) {
        seen.add(first(), 0);
        int index = 0;
        try {
            for (; index < seen.size() && seen.size() < most; index++) {
                int parent = index;
                look(seen.get(index), (what, after) -> seen.add(after, parent));
            }
            return new Result(seen.size(), steps, quiet, index == seen.size(), Optional.empty(), List.of());
        } catch (Violation violation) {
            return new Result(seen.size(), steps, quiet, false, Optional.of(violation), trace(index));
        }
    }

    /** Goes from the first world by steps drawn from all that are possible to one behind which there is none. */
    Result walk(Random random) {
        List<String> trace = new ArrayList<>();
        try {
            Optional<Drawn> drawn = Optional.of(new Drawn("", first()));
            while (drawn.isPresent()) {
                Draw draw = new Draw(random);
                look(drawn.get().world(), draw);
                drawn = draw.drawn();
                drawn.ifPresent(one -> trace.add(one.what().toString()));
            }
            return new Result(trace.size(), steps, quiet, false, Optional.empty(), trace);
        } catch (Violation violation) {
            trace.add("then: " + label);
            return new Result(trace.size(), steps, quiet, false, Optional.of(violation), trace);
        }
    }

    /** What is done with each step that is possible in a world. {@code after} is used again for the next. */
    private interface Steps {
        void take(Object what, int[] after);
    }

    private record Drawn(Object what, int[] world) { }

    /** One of all steps; a disturbance now and then, and when nothing else is left to do. */
    private static final class Draw implements Steps {
        private static final int RARELY = 20;

        private final Random random;
        private int ordinary;
        private int disturbing;
        private Optional<Drawn> step = Optional.empty();
        private Optional<Drawn> disturbance = Optional.empty();

        Draw(Random random) {
            this.random = random;
        }

        @Override
        public void take(Object what, int[] after) {
            if (what instanceof Disturbed) {
                if (random.nextInt(++disturbing) == 0) {
                    disturbance = Optional.of(new Drawn(what, after.clone()));
                }
            } else if (random.nextInt(++ordinary) == 0) {
                step = Optional.of(new Drawn(what, after.clone()));
            }
        }

        Optional<Drawn> drawn() {
            return step.isEmpty() || disturbance.isPresent() && random.nextInt(RARELY) == 0 ? disturbance : step;
        }
    }

    private int[] first() {
        int[] first = new int[LIVES + scenario.runs()];
        Arrays.fill(first, UNBORN);
        first[PIPELINE] = pipelines.number(Life.normal(scenario.created()));
        first[REQUESTS] = requests.number(List.of());
        first[BUDGET] = scenario.budget();
        return first;
    }

    /** The aggregates of all worlds visited, each world the pipeline and its executions without what they owe to machines. */
    Set<List<Object>> aggregates() {
        Set<List<Object>> all = new HashSet<>();
        for (int index = 0; index < seen.size(); index++) {
            world = seen.get(index);
            List<Object> aggregates = new ArrayList<>(List.of(pipeline(), requests.get(world[REQUESTS]), world[BUDGET]));
            for (int slot = 0; slot < scenario.runs() && isBorn(slot); slot++) {
                RunState run = life(slot).run();
                aggregates.add(life(slot).with(run.carriedOut(run.owed().stream()
                        .filter(owed -> !LifeModel.isForPipeline(owed)).map(Owed::sequence).collect(Collectors.toSet()))).run());
            }
            all.add(aggregates);
        }
        return all;
    }

    private void look(int[] at, Steps taker) {
        world = at;
        takes = taker;
        isQuiet = true;
        label = "nothing more";
        check();
        deliverToPipeline();
        deliverToLives();
        deliverRequests();
        live();
        if (isQuiet) {
            quiet++;
            label = "nothing more";
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
            trace.add(way(seen.get(seen.parent(at)), seen.get(at)));
        }
        Collections.reverse(trace);
        return trace;
    }

    private String way(int[] from, int[] to) {
        List<String> ways = new ArrayList<>();
        look(from, (what, after) -> {
            if (Arrays.equals(after, to)) {
                ways.add(what.toString());
            }
        });
        return ways.get(0);
    }

    // Steps

    private void step(Object what, Optional<Disturbance> cost, int... changes) {
        label = what;
        if (cost.isPresent() && !may(cost.get())) {
            return;
        }
        System.arraycopy(world, 0, next, 0, world.length);
        cost.ifPresent(disturbance -> next[BUDGET] = disturbance.spent(next[BUDGET]));
        for (int i = 0; i < changes.length; i += 2) {
            next[changes[i]] = changes[i + 1];
        }
        steps++;
        takes.take(cost.isPresent() ? new Disturbed(what, cost.get()) : what, next);
    }

    private record Disturbed(Object what, Disturbance by) {
        @Override
        public String toString() {
            return what + " (" + by + ")";
        }
    }

    private boolean may(Disturbance disturbance) {
        return disturbance.left(world[BUDGET]) > 0;
    }

    private PipelineState pipeline() {
        return pipelines.get(world[PIPELINE]).state;
    }

    private boolean isBorn(int slot) {
        return world[LIVES + slot] != UNBORN;
    }

    private Life life(int slot) {
        return lives.get(world[LIVES + slot]).life;
    }

    private static int slot(String run) {
        return Integer.parseInt(run.substring(1));
    }

    private void deliverToPipeline() {
        for (int slot = 0; slot < scenario.runs() && isBorn(slot); slot++) {
            for (ToPipeline owed : owed(lives.get(world[LIVES + slot]))) {
                isQuiet = false;
                int after = tell(owed.message());
                step(owed.message(), FREE, PIPELINE, after, LIVES + slot, owed.ticked());
                step(owed.message(), REPEATED, PIPELINE, after);
            }
        }
    }

    private List<ToPipeline> owed(LifePart part) {
        if (part.owed == null) {
            RunState run = part.life.run();
            part.owed = run.owed().stream().filter(LifeModel::isForPipeline).map(owed -> new ToPipeline(
                    ((RunEffect.TellPipeline) owed.effect()).message(),
                    lives.number(part.life.with(run.carriedOut(Set.of(owed.sequence())))))).toList();
        }
        return part.owed;
    }

    /** The pipeline after the message; the same when it ignores or refuses it. */
    private int tell(PipelineMessage message) {
        int after = decide(message);
        return after == REFUSED ? world[PIPELINE] : after;
    }

    private int decide(PipelineMessage message) {
        label = message;
        PipelinePart part = pipelines.get(world[PIPELINE]);
        Integer known = part.told.get(message);
        if (known == null) {
            known = REFUSED;
            if (deciders.decide(part.state, message) instanceof PipelineDecision.Changed changed) {
                rules.check(part.state, message, changed.state());
                known = pipelines.number(Life.normal(changed.state()));
            }
            part.told.put(message, known);
        }
        return known;
    }

    private void deliverToLives() {
        for (ToRun owed : owed(pipelines.get(world[PIPELINE]))) {
            isQuiet = false;
            label = owed.effect();
            int after = deliver(world[LIVES + owed.slot()], owed.message());
            Life changed = lives.get(after).life;
            if (changed.isInside() && !life(owed.slot()).isInside()) {
                checkEntry(owed.slot(), changed);
            }
            step(owed.effect(), FREE, PIPELINE, owed.ticked(), LIVES + owed.slot(), after);
            step(owed.effect(), REPEATED, LIVES + owed.slot(), after);
        }
    }

    private List<ToRun> owed(PipelinePart part) {
        if (part.owed == null) {
            part.owed = part.state.owed().stream().map(owed -> new ToRun(owed.effect(), slot(owed.effect().run()),
                    owed.effect().message(),
                    pipelines.number(Life.normal(part.state.carriedOut(Set.of(owed.sequence())))))).toList();
        }
        return part.owed;
    }

    private int deliver(int life, RunMessage message) {
        LifePart part = lives.get(life);
        Integer known = part.delivered.get(message);
        if (known == null) {
            known = lives.number(model.deliver(part.life, message));
            part.delivered.put(message, known);
        }
        return known;
    }

    private void live() {
        for (int slot = 0; slot < scenario.runs() && isBorn(slot); slot++) {
            for (Step one : steps(lives.get(world[LIVES + slot]))) {
                if (isMet(one.step())) {
                    isQuiet &= one.step().cost().isPresent();
                    step(one.step().label(), one.step().cost(), LIVES + slot, one.after());
                }
            }
        }
    }

    private List<Step> steps(LifePart part) {
        if (part.steps == null) {
            label = part.life;
            part.steps = model.steps(part.life).stream().map(step -> new Step(step, lives.number(step.after()))).toList();
        }
        return part.steps;
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
            if (decide(message) != REFUSED) {
                step(message, born ? REPEATED : FREE, PIPELINE, tell(message), LIVES + slot, lives.number(life));
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
            if (decide(request) != REFUSED) {
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
                unless(!locks || !life.stageName().equals(another.stageName()), ONE_PER_STAGE, life, another);
            }
        }
    }

    private void checkEntry(int slot, Life entered) {
        RunState run = entered.run();
        for (int other = 0; other < scenario.runs() && isBorn(other); other++) {
            RunState before = life(other).run();
            boolean older = before.number() != 0 && before.number() < run.number() && before.version() == run.version();
            unless(other == slot || run.mode() != ExecutionMode.QUEUED || !older || life(other).hasEnded()
                    || before.cancelling() || before.stage() > run.stage(), FIRST_IN_FIRST_OUT, entered, before);
        }
    }

    private void checkLatest(PipelineMessage.Retry retry) {
        Life retried = life(slot(retry.run()));
        for (int other = 0; other < scenario.runs() && isBorn(other); other++) {
            RunState run = life(other).run();
            boolean newer = run.number() > retry.number() && run.version() == retry.version();
            boolean entered = run.stage() > retried.run().stage() || run.stage() == retried.run().stage() && run.inside();
            unless(!newer || !entered || retried.run().isParallel(), LATEST_IS_RETRIED, retry, run);
        }
    }

    private void checkQuiet() {
        for (int slot = 0; slot < scenario.runs() && isBorn(slot); slot++) {
            Life life = life(slot);
            if (life.hasEnded()) {
                unless(life.machines().isEmpty(), MACHINE_ENDS_WITH_ITS_RUN, life);
            } else {
                checkWaits(life);
            }
            unless(life.run().status() != RunStatus.SUPERSEDED || isNewerThan(life), SUPERSEDED_BETWEEN_STAGES, life);
        }
        if (!pipeline().deleted()) {
            pipeline().stages().forEach(this::checkLatest);
        }
        for (ActiveRun run : pipeline().active().values()) {
            Life life = life(slot(run.run()));
            unless(!life.hasEnded() && life.run().number() == run.number(), ENDED_IS_INACTIVE, run, life);
        }
    }

    private void checkLatest(StageGate gate) {
        Optional<StageGate.Latest> latest = gate.latest();
        latest.ifPresent(one -> {
            Life life = life(slot(one.run()));
            unless(one.number() == life.run().number() && life.hasEntered(gate.name()), LATEST_HAS_ENTERED, gate, life);
        });
        for (int slot = 0; slot < scenario.runs() && isBorn(slot); slot++) {
            RunState run = life(slot).run();
            boolean counts = !run.isParallel() && run.version() == pipeline().version() && life(slot).hasEntered(gate.name());
            unless(!counts || latest.filter(one -> one.number() >= run.number()).isPresent(), LATEST_HAS_ENTERED, gate, run);
        }
    }

    private boolean isNewerThan(Life life) {
        for (int slot = 0; slot < scenario.runs() && isBorn(slot); slot++) {
            if (life(slot).run().number() > life.run().number()) {
                return true;
            }
        }
        return false;
    }

    private void checkWaits(Life life) {
        unless(!pipeline().deleted(), DELETED_IS_EMPTY, life);
        unless(life.run().status() != RunStatus.CREATED && !life.run().inside(), NOBODY_LOST, life, pipeline());
        String stage = life.stageName();
        Optional<ActiveRun> active = pipeline().activeRun(life.run().run());
        boolean known = active.filter(run -> run.waitsFor(stage) && run.number() == life.run().number()).isPresent();
        boolean parked = life.machine(life.run().attempt())
                .filter(machine -> machine.awaits(life.run().stage(), Machine.Token.GATE)).isPresent();
        unless(known && parked, NOBODY_LOST, life, pipeline());
        unless(!pipeline().isOpen(stage), life.run().isParallel() ? PARALLEL_WAITS_FOR_NOBODY : NOBODY_STUCK,
                life, pipeline());
    }
}
