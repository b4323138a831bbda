package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Drives one execution without database, threads and real time. Between any two changes the run is thrown away and resumed from its
 * continuation, as if the process had been killed each time.
 */
final class Rehearsal {
    static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05.678Z");

    final List<Event> history = new ArrayList<>();
    /** Calls that nobody has made yet. */
    final Deque<LambdaCall> calls = new ArrayDeque<>();
    private final Definition definition;
    private final Facts facts;
    private Run run;
    private Instant now = BEGIN;
    private int tokens;
    private double random = 0.5;

    Rehearsal(String definition, String input) {
        this.definition = read(definition);
        OptionalInt timeout = this.definition.timeoutSeconds();
        Instant deadline = BEGIN.plusSeconds(timeout.orElse(365 * 24 * 3600));
        facts = new Facts("arn:aws:states:us-east-1:000000000000:execution:machine:run", "run",
                "arn:aws:states:us-east-1:000000000000:stateMachine:machine", "machine", null, Home.ROLE, BEGIN, input, deadline, false,
                new LambdaCall.Home("us-east-1", "000000000000"));
        run = Run.begin(facts, this.definition, now, chance());
        collect();
    }

    private static Definition read(String definition) {
        try {
            return DefinitionReader.read(definition);
        } catch (DefinitionRefused e) {
            throw new AssertionError(e.getMessage(), e);
        }
    }

    private Run.Chance chance() {
        return new Run.Chance(() -> "token-" + ++tokens, () -> random);
    }

    private void collect() {
        history.addAll(run.events());
        calls.addAll(run.calls());
    }

    /** Makes a change after a resumption; answers what the change answers, false once ended. */
    boolean change(Predicate<Run> change) {
        if (hasEnded()) {
            return false;
        }
        run = Run.resume(facts, definition, now, chance(), run.continuation());
        boolean changed = change.test(run);
        collect();
        return changed;
    }

    /** Lets time pass until the next timer, and fires it. */
    void waitForTimer() {
        now = run.due().isAfter(now) ? run.due() : now;
        change(Run::fireTimers);
    }

    Instant now() {
        return now;
    }

    void draw(double next) {
        random = next;
    }

    boolean hasEnded() {
        return run.ending().isPresent();
    }

    Run.Ending ending() {
        return run.ending().orElseThrow(() -> new AssertionError("The execution runs still: " + story()));
    }

    List<LambdaCall> openCalls() {
        return Run.resume(facts, definition, now, chance(), run.continuation()).openCalls();
    }

    boolean succeed(String token, JsonNode output) {
        return change(each -> each.answered(token, output));
    }

    boolean fail(String token, String error, String cause) {
        return change(each -> each.failed(token, Failure.ofTask(error, cause)));
    }

    List<String> story() {
        return history.stream().map(event -> event.id() + "<-" + event.previous() + " " + event.type()).collect(Collectors.toList());
    }
}
