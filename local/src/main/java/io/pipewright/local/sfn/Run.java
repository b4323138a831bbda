package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;
import software.amazon.awssdk.services.sfn.model.HistoryEventType;

/**
 * Advances one execution as far as it goes by itself: until every strand waits for a Lambda call, an answer or a time.
 *
 * <p>Pure but for its own fields: what it is told comes in by its methods, what it wants comes out by {@link #events},
 * {@link #calls} and {@link #ending}. Used for one change and thrown away; {@link #continuation} is what the next one resumes from.
 */
final class Run {
    /** An execution's history can't be longer (Step Functions quotas); the last event says so. */
    static final int MOST_EVENTS = 25_000;
    /** Most bytes of an input, output or result, in UTF-8 (Step Functions quotas). */
    static final int MOST_BYTES = 262_144;
    private static final Set<HistoryEventType> ENDS = EnumSet.of(HistoryEventType.EXECUTION_SUCCEEDED,
            HistoryEventType.EXECUTION_FAILED, HistoryEventType.EXECUTION_ABORTED, HistoryEventType.EXECUTION_TIMED_OUT);

    /** The surroundings that make two runs differ; {@code random} is evenly drawn from [0, 1). */
    record Chance(Supplier<String> tokens, DoubleSupplier random) { }

    /** How an execution ended; what doesn't apply is null. */
    record Ending(ExecutionStatus status, String output, String error, String cause) { }

    private record Arrival(Strand strand, String state, JsonNode input) { }

    /** A change that can run into a path that leads nowhere. */
    private interface Change {
        void make() throws PathFailure;
    }

    /** Unwinds to the public method when the history is full. */
    private static final class HistoryFull extends RuntimeException {
        private static final long serialVersionUID = 1L;

        HistoryFull() {
            super(null, null, false, false);
        }
    }

    private final Facts facts;
    private final Definition definition;
    private final Instant now;
    private final Chance chance;
    private final List<Event> events = new ArrayList<>();
    private final List<LambdaCall> calls = new ArrayList<>();
    private final Deque<Arrival> arrivals = new ArrayDeque<>();
    private Strand root = new Strand(null, 0);
    private long lastId;
    private Ending ending;

    private Run(Facts facts, Definition definition, Instant now, Chance chance) {
        this.facts = facts;
        this.definition = definition;
        this.now = now;
        this.chance = chance;
    }

    /** Starts an execution. {@code facts.input} must be JSON text. */
    static Run begin(Facts facts, Definition definition, Instant now, Chance chance) {
        Run run = new Run(facts, definition, now, chance);
        ObjectNode details = Json.object().put("input", facts.input()).put("roleArn", facts.roleArn());
        if (facts.versionArn() != null) {
            details.put("stateMachineVersionArn", facts.versionArn());
        }
        run.emit(0, HistoryEventType.EXECUTION_STARTED, details);
        run.change(() -> run.arrive(run.root, definition.startAt(), Json.own(facts.input())));
        return run;
    }

    /** Takes up an execution where {@code continuation} left it. */
    static Run resume(Facts facts, Definition definition, Instant now, Chance chance, String continuation) {
        Run run = new Run(facts, definition, now, chance);
        JsonNode node = Json.own(continuation);
        run.lastId = node.get("events").longValue();
        run.root = Strand.read(null, node.get("strand"), definition);
        return run;
    }

    /** What {@link #resume} needs; meaningless once ended. */
    String continuation() {
        ObjectNode node = Json.object().put("events", lastId);
        node.set("strand", root.write());
        return Json.text(node);
    }

    /** The new events, in order. */
    List<Event> events() {
        return events;
    }

    /** The newly wanted Lambda calls; not those of branches that failed in the same change. */
    List<LambdaCall> calls() {
        return calls.stream().filter(call -> root.holding(call.token()).isPresent()).toList();
    }

    Optional<Ending> ending() {
        return Optional.ofNullable(ending);
    }

    /** When {@link #fireTimers} has something to do. */
    Instant due() {
        Instant[] earliest = {facts.deadline()};
        root.forEach(strand -> {
            if (strand.due().isBefore(earliest[0])) {
                earliest[0] = strand.due();
            }
        });
        return earliest[0];
    }

    /** The Lambda calls that had not returned when the last change was saved, except those whose time is up. */
    List<LambdaCall> openCalls() {
        List<LambdaCall> open = new ArrayList<>();
        root.forEach(strand -> {
            if (strand.phase instanceof Strand.Attempt attempt && !attempt.submitted() && attempt.due().isAfter(now)) {
                State.Task task = (State.Task) definition.state(strand.state);
                try {
                    open.add(LambdaCall.of(attempt.token(), parameters(strand, task, attempt.token()), facts.functions()));
                } catch (PathFailure e) {
                    throw new IllegalStateException("Parameters that could be filled once can be filled again", e);
                }
            }
        });
        return open;
    }

    /** A Lambda call returned. False if nobody waits for it any more. */
    boolean returned(String token, JsonNode response) {
        Optional<Strand> holder = root.holding(token);
        if (holder.isEmpty() || ((Strand.Attempt) holder.get().phase).submitted()) {
            return false;
        }
        Strand strand = holder.get();
        State.Task task = (State.Task) definition.state(strand.state);
        String text = Json.text(response);
        if (isTooLarge(text)) {
            return failed(token, Failure.dataLimitExceeded(task.name(), true));
        }
        if (!task.callback()) {
            return answered(token, response);
        }
        Strand.Attempt attempt = (Strand.Attempt) strand.phase;
        change(() -> {
            emit(strand, HistoryEventType.TASK_SUBMITTED, ofTask(task).put("output", text));
            strand.phase = new Strand.Attempt(token, attempt.timeout(), attempt.heartbeat(), true);
        });
        return true;
    }

    /** A task's result is there. False if nobody waits for it any more. */
    boolean answered(String token, JsonNode result) {
        Optional<Strand> holder = root.holding(token);
        holder.ifPresent(strand -> {
            State.Task task = (State.Task) definition.state(strand.state);
            change(() -> {
                emit(strand, HistoryEventType.TASK_SUCCEEDED, ofTask(task).put("output", Json.text(result)));
                strand.phase = new Strand.Ready();
                guarded(strand, () -> settle(strand, task, task.outcome(), result));
            });
        });
        return holder.isPresent();
    }

    /** A task failed. False if nobody waits for it any more. */
    boolean failed(String token, Failure failure) {
        Optional<Strand> holder = root.holding(token);
        holder.ifPresent(strand -> {
            State.Task task = (State.Task) definition.state(strand.state);
            change(() -> {
                emit(strand, HistoryEventType.TASK_FAILED, ofFailure(failure).setAll(ofTask(task)));
                fail(strand, failure);
            });
        });
        return holder.isPresent();
    }

    /** A worker is alive. False if nobody waits for it any more. */
    boolean heartbeat(String token) {
        Optional<Strand> holder = root.holding(token);
        holder.ifPresent(strand -> {
            Strand.Attempt attempt = (Strand.Attempt) strand.phase;
            State.Task task = (State.Task) definition.state(strand.state);
            strand.phase = new Strand.Attempt(token, attempt.timeout(), after(task.heartbeatSeconds()), attempt.submitted());
        });
        return holder.isPresent();
    }

    /** Does everything whose time has come, earliest first. False if there was nothing. */
    boolean fireTimers() {
        boolean fired = false;
        while (ending == null && !due().isAfter(now)) {
            fired = true;
            Instant due = due();
            change(() -> fire(due));
        }
        return fired;
    }

    /** Stops the execution; error and cause may be null. */
    void stop(String error, String cause) {
        abandon(HistoryEventType.EXECUTION_ABORTED, ExecutionStatus.ABORTED, error, cause);
    }

    private void fire(Instant due) {
        if (!facts.deadline().isAfter(due)) {
            abandon(HistoryEventType.EXECUTION_TIMED_OUT, ExecutionStatus.TIMED_OUT, Failure.TIMEOUT, null);
            return;
        }
        List<Strand> ready = new ArrayList<>();
        root.forEach(strand -> {
            if (strand.due().equals(due)) {
                ready.add(strand);
            }
        });
        Strand strand = ready.get(0);
        State state = definition.state(strand.state);
        if (strand.phase instanceof Strand.Attempt attempt) {
            boolean silent = attempt.heartbeat().isBefore(attempt.timeout());
            emit(strand, HistoryEventType.TASK_TIMED_OUT, ofTask((State.Task) state).put("error", Failure.TIMEOUT));
            fail(strand, silent ? Failure.heartbeatTimeout() : Failure.timeout());
        } else if (state instanceof State.Wait wait) {
            strand.phase = new Strand.Ready();
            guarded(strand, () -> leave(strand, wait, wait.inputPath(), wait.outputPath(), wait.next()));
        } else {
            strand.phase = new Strand.Ready();
            attempt(strand);
        }
    }

    /** Ends the execution from outside: its states are left as they are. */
    private void abandon(HistoryEventType type, ExecutionStatus status, String error, String cause) {
        emit(0, type, ofFailure(new Failure(error, cause, Failure.Kind.FATAL)));
        boolean timedOut = status == ExecutionStatus.TIMED_OUT;
        end(new Ending(status, null, timedOut ? null : error, cause));
    }

    /** Makes a change and everything that follows from it at once. */
    private void change(Change change) {
        try {
            change.make();
            while (ending == null && !arrivals.isEmpty()) {
                Arrival arrival = arrivals.poll();
                if (arrival.strand().isAlive()) {
                    enter(arrival);
                }
            }
        } catch (PathFailure e) {
            throw new IllegalStateException("A path was followed outside of a state", e);
        } catch (HistoryFull e) {
            Failure full = Failure.runtime("The execution reached the maximum number of history events (" + MOST_EVENTS + ").");
            record(lastId, HistoryEventType.EXECUTION_FAILED, ofFailure(full));
            end(new Ending(ExecutionStatus.FAILED, null, full.error(), full.cause()));
        }
    }

    private void arrive(Strand strand, String state, JsonNode input) {
        strand.phase = new Strand.Ready();
        arrivals.add(new Arrival(strand, state, input));
    }

    private void enter(Arrival arrival) {
        if (facts.terminating()) {
            stop(null, null);
            return;
        }
        Strand strand = arrival.strand();
        State state = definition.state(arrival.state());
        strand.state = state.name();
        strand.input = arrival.input();
        strand.enteredAt = now;
        strand.retries = new int[state.recovery().retriers().size()];
        emit(strand, state.type().entered, Json.object().put("name", state.name()).put("input", Json.text(arrival.input())));
        strand.enteredEvent = lastId;
        attempt(strand);
    }

    private void attempt(Strand strand) {
        guarded(strand, () -> definition.state(strand.state).accept(new Attempts(strand)));
    }

    /** Turns a path that leads nowhere into the state's failure. */
    private void guarded(Strand strand, Change change) {
        try {
            change.make();
        } catch (PathFailure e) {
            fail(strand, Failure.runtime(where(strand) + e.getMessage()));
        }
    }

    private static String where(Strand strand) {
        return "An error occurred while executing the state '" + strand.state + "' (entered at the event id #"
                + strand.enteredEvent + "). ";
    }

    /** What each type of state does on arrival and on each retry. */
    private final class Attempts implements State.Visitor<Void> {
        private final Strand strand;

        Attempts(Strand strand) {
            this.strand = strand;
        }

        @Override
        public Void task(State.Task task) throws PathFailure {
            String token = chance.tokens().get();
            JsonNode parameters = parameters(strand, task, token);
            String text = Json.text(parameters);
            if (isTooLarge(text)) {
                fail(strand, Failure.dataLimitExceeded(task.name(), false));
                return null;
            }
            LambdaCall call = LambdaCall.of(token, parameters, facts.functions());
            ObjectNode details = ofTask(task).put("parameters", text).put("region", facts.functions().region());
            task.timeoutSeconds().ifPresent(seconds -> details.put("timeoutInSeconds", seconds));
            task.heartbeatSeconds().ifPresent(seconds -> details.put("heartbeatInSeconds", seconds));
            emit(strand, HistoryEventType.TASK_SCHEDULED, details);
            emit(strand, HistoryEventType.TASK_STARTED, ofTask(task));
            strand.phase = new Strand.Attempt(token, after(task.timeoutSeconds()), after(task.heartbeatSeconds()), false);
            calls.add(call);
            return null;
        }

        @Override
        public Void parallel(State.Parallel parallel) throws PathFailure {
            JsonNode input = filled(parallel.parameters(), parallel.inputPath());
            emit(strand, HistoryEventType.PARALLEL_STATE_STARTED, Json.object());
            List<Strand> branches = new ArrayList<>();
            strand.phase = new Strand.Fork(branches);
            for (String startAt : parallel.branches()) {
                Strand branch = new Strand(strand, strand.lastEvent);
                branches.add(branch);
                arrive(branch, startAt, input);
            }
            return null;
        }

        @Override
        public Void pass(State.Pass pass) throws PathFailure {
            JsonNode result = pass.result().isPresent() ? pass.result().get() : filled(pass.parameters(), pass.inputPath());
            settle(strand, pass, pass.outcome(), result);
            return null;
        }

        @Override
        public Void choice(State.Choice choice) throws PathFailure {
            JsonNode context = facts.context(strand, choice, null);
            JsonNode input = select(choice.inputPath(), strand.input, context);
            Optional<String> next = choice.defaultNext();
            for (State.Choice.Option option : choice.options()) {
                if (option.rule().holds(input, context)) {
                    next = Optional.of(option.next());
                    break;
                }
            }
            if (next.isEmpty()) {
                fail(strand, Failure.noChoiceMatched(where(strand) + "No choice rule matched and there is no Default."));
            } else {
                leave(strand, choice, choice.inputPath(), choice.outputPath(), next);
            }
            return null;
        }

        @Override
        public Void await(State.Wait wait) throws PathFailure {
            JsonNode context = facts.context(strand, wait, null);
            Instant until = wait.until().instant(now, select(wait.inputPath(), strand.input, context), context);
            if (until.isAfter(now)) {
                strand.phase = new Strand.Pause(until);
            } else {
                leave(strand, wait, wait.inputPath(), wait.outputPath(), wait.next());
            }
            return null;
        }

        @Override
        public Void succeed(State.Succeed succeed) throws PathFailure {
            leave(strand, succeed, succeed.inputPath(), succeed.outputPath(), Optional.empty());
            return null;
        }

        @Override
        public Void fail(State.Fail state) {
            Run.this.fail(strand, Failure.ofTask(state.error().orElse(null), state.cause().orElse(null)));
            return null;
        }

        private void fail(Strand failing, Failure failure) {
            Run.this.fail(failing, failure);
        }

        private JsonNode filled(Optional<Template> parameters, Optional<ReferencePath> inputPath) throws PathFailure {
            JsonNode context = facts.context(strand, definition.state(strand.state), null);
            JsonNode input = select(inputPath, strand.input, context);
            return parameters.isPresent() ? parameters.get().fill(input, context) : input;
        }
    }

    private JsonNode parameters(Strand strand, State.Task task, String token) throws PathFailure {
        JsonNode context = facts.context(strand, task, task.callback() ? token : null);
        return task.parameters().fill(select(task.inputPath(), strand.input, context), context);
    }

    private Instant after(OptionalInt seconds) {
        return seconds.isPresent() ? now.plusSeconds(seconds.getAsInt()) : Instant.MAX;
    }

    private static JsonNode select(Optional<ReferencePath> path, JsonNode data, JsonNode context) throws PathFailure {
        return path.isPresent() ? path.get().get(data, context) : Json.object();
    }

    /** Makes a result the state's output, and goes on. */
    private void settle(Strand strand, State state, State.Outcome outcome, JsonNode result) throws PathFailure {
        JsonNode context = facts.context(strand, state, null);
        JsonNode selected = outcome.resultSelector().isPresent() ? outcome.resultSelector().get().fill(result, context) : result;
        JsonNode placed = outcome.resultPath().isPresent() ? outcome.resultPath().get().set(strand.input, selected) : strand.input;
        exit(strand, state, select(outcome.outputPath(), placed, context), outcome.next());
    }

    /** Makes the input the output of a state that has no result, and goes on. */
    private void leave(Strand strand, State state, Optional<ReferencePath> inputPath, Optional<ReferencePath> outputPath,
            Optional<String> next) throws PathFailure {
        JsonNode context = facts.context(strand, state, null);
        exit(strand, state, select(outputPath, select(inputPath, strand.input, context), context), next);
    }

    private void exit(Strand strand, State state, JsonNode output, Optional<String> next) {
        String text = Json.text(output);
        if (isTooLarge(text)) {
            fail(strand, Failure.dataLimitExceeded(state.name(), false));
            return;
        }
        emit(strand, state.type().exited().orElseThrow(), Json.object().put("name", state.name()).put("output", text));
        if (next.isPresent()) {
            arrive(strand, next.get(), output);
        } else {
            finish(strand, output, text);
        }
    }

    private void finish(Strand strand, JsonNode output, String text) {
        if (strand.parent == null) {
            emit(strand, HistoryEventType.EXECUTION_SUCCEEDED, Json.object().put("output", text));
            end(new Ending(ExecutionStatus.SUCCEEDED, text, null, null));
            return;
        }
        strand.phase = new Strand.Finished(output);
        Strand parent = strand.parent;
        List<Strand> branches = ((Strand.Fork) parent.phase).branches();
        if (branches.stream().allMatch(Strand::hasEnded)) {
            join(parent, branches, strand.lastEvent);
        }
    }

    /** All branches have ended, the last of them with this event. */
    private void join(Strand strand, List<Strand> branches, long last) {
        State.Parallel parallel = (State.Parallel) definition.state(strand.state);
        ArrayNode outputs = JsonNodeFactory.instance.arrayNode();
        branches.forEach(branch -> outputs.add(((Strand.Finished) branch.phase).output()));
        strand.lastEvent = last;
        if (isTooLarge(Json.text(outputs))) {
            fail(strand, Failure.dataLimitExceeded(parallel.name(), true));
            return;
        }
        strand.phase = new Strand.Ready();
        emit(last, HistoryEventType.PARALLEL_STATE_SUCCEEDED, Json.object());
        guarded(strand, () -> settle(strand, parallel, parallel.outcome(), outputs));
    }

    /** The state has failed, as its last event says: it tries again, goes on at a catcher, or takes its Parallel down with it. */
    private void fail(Strand strand, Failure failure) {
        State state = definition.state(strand.state);
        boolean forked = strand.phase instanceof Strand.Fork;
        strand.phase = new Strand.Ready();
        if (retries(strand, state, failure)) {
            return;
        }
        if (forked) {
            emit(strand, HistoryEventType.PARALLEL_STATE_FAILED, Json.object());
        }
        Optional<Catcher> catcher = state.recovery().catchers().stream().filter(each -> each.takes(failure)).findFirst();
        if (catcher.isPresent()) {
            guarded(strand, () -> recover(strand, state, catcher.get(), failure));
        } else if (strand.parent == null) {
            emit(strand, HistoryEventType.EXECUTION_FAILED, ofFailure(failure));
            end(new Ending(ExecutionStatus.FAILED, null, failure.error(), failure.cause()));
        } else {
            collapse(strand, state, failure);
        }
    }

    /** The first retrier that takes the failure decides alone, also when it is exhausted. */
    private boolean retries(Strand strand, State state, Failure failure) {
        List<Retrier> retriers = state.recovery().retriers();
        for (int i = 0; i < retriers.size(); i++) {
            Retrier retrier = retriers.get(i);
            if (retrier.takes(failure)) {
                if (strand.retries[i] >= retrier.maxAttempts()) {
                    return false;
                }
                strand.retries[i]++;
                Duration delay = retrier.delay(strand.retries[i], chance.random().getAsDouble());
                strand.phase = new Strand.Pause(now.plus(delay));
                return true;
            }
        }
        return false;
    }

    /** A catcher's result path is the only one that counts: the state's own fields are skipped. */
    private void recover(Strand strand, State state, Catcher catcher, Failure failure) throws PathFailure {
        JsonNode output = catcher.resultPath().isPresent()
                ? catcher.resultPath().get().set(strand.input, failure.output()) : strand.input;
        exit(strand, state, output, Optional.of(catcher.next()));
    }

    /** A branch failed: its siblings are aborted and their tokens die with them. */
    private void collapse(Strand branch, State state, Failure failure) {
        Strand parent = branch.parent;
        long cause = branch.lastEvent;
        state.type().aborted().ifPresent(aborted -> emit(cause, aborted, Json.object()));
        ((Strand.Fork) parent.phase).branches().stream().filter(sibling -> sibling != branch)
                .forEach(sibling -> abort(sibling, cause));
        parent.lastEvent = cause;
        fail(parent, failure);
    }

    private void abort(Strand strand, long cause) {
        if (strand.hasEnded() || strand.state == null) {
            return;
        }
        if (strand.phase instanceof Strand.Fork fork) {
            fork.branches().forEach(branch -> abort(branch, cause));
        }
        definition.state(strand.state).type().aborted().ifPresent(aborted -> emit(cause, aborted, Json.object()));
    }

    private void end(Ending how) {
        ending = how;
        calls.clear();
    }

    private void emit(Strand strand, HistoryEventType type, ObjectNode details) {
        emit(strand.lastEvent, type, details);
        strand.lastEvent = lastId;
    }

    private void emit(long previous, HistoryEventType type, ObjectNode details) {
        if (lastId + 1 >= MOST_EVENTS && !ENDS.contains(type)) {
            throw new HistoryFull();
        }
        record(previous, type, details);
    }

    private void record(long previous, HistoryEventType type, ObjectNode details) {
        events.add(new Event(++lastId, previous, now, type, details));
    }

    private static ObjectNode ofTask(State.Task task) {
        return Json.object().put("resource", task.resource()).put("resourceType", "lambda");
    }

    private static ObjectNode ofFailure(Failure failure) {
        ObjectNode details = Json.object();
        if (failure.error() != null) {
            details.put("error", failure.error());
        }
        if (failure.cause() != null) {
            details.put("cause", failure.cause());
        }
        return details;
    }

    /** Whether it has more bytes in UTF-8 than {@link #MOST_BYTES}. */
    static boolean isTooLarge(String text) {
        return text.length() * 3L > MOST_BYTES && text.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES;
    }
}
