package io.pipewright.local.sfn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.local.database.Database;
import io.pipewright.local.database.Database.Session;
import io.pipewright.local.database.DatabaseException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings runs, rows and Lambda calls together. A change of an execution is one transaction: load, advance, save. The database has one
 * writer, so changes of one execution never overlap; Lambda calls and events follow after the commit, without any lock.
 */
final class Engine {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration LONGEST_EXECUTION = Duration.ofDays(365);
    private static final Duration RETENTION = Duration.ofDays(90);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(30);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int BATCH = 100;
    /** What remains to be done when the function has answered its own token: nobody sees what it returned. */
    private static final Predicate<Run> ANSWERED = run -> false;

    private final Database database;
    private final Clock clock;
    private final FunctionInvoker functions;
    private final Announcements announcements;
    private final Arns arns;
    private final LambdaCall.Home home;
    private final Map<Long, Prepared> definitions = new ConcurrentHashMap<>();
    /** Tokens of calls that run here and whose task still waits: a function that answered itself needs no second look. */
    private final Set<String> awaited = ConcurrentHashMap.newKeySet();
    private final Workers workers = new Workers();
    private final Timer timer;
    private final CountDownLatch closing = new CountDownLatch(1);
    /** Whether calls are made; read and written inside write transactions only, where it can't change under a change. */
    private boolean live;

    private record Prepared(Definition definition, String role) { }

    /** What a committed change asks for. */
    private record Consequences(boolean changed, Execution execution, List<LambdaCall> calls, Instant due) {
        static final Consequences NONE = new Consequences(false, null, List.of(), Instant.MAX);
    }

    Engine(Database database, Clock clock, FunctionInvoker functions, EventSink events, Arns arns) {
        this.database = database;
        this.clock = clock;
        this.functions = functions;
        this.announcements = new Announcements(events, arns);
        this.arns = arns;
        this.home = new LambdaCall.Home(arns.region(), arns.account());
        this.timer = new Timer(clock, this::fireTimers);
    }

    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Takes up all running executions: calls that had not returned are made again, timers go on. */
    void start() {
        List<Runnable> resumed = database.write(session -> {
            live = true;
            List<Runnable> calls = new ArrayList<>();
            for (Execution execution : Executions.running(session)) {
                for (LambdaCall call : resume(session, execution).openCalls()) {
                    calls.add(() -> submit(execution.id(), call));
                }
            }
            return calls;
        });
        resumed.forEach(Runnable::run);
        timer.start();
    }

    /** Makes no further call and fires no further timer, and lets running calls end, for half a minute at most. */
    void close() {
        database.write(session -> live = false);
        closing.countDown();
        timer.close();
        workers.close(LONGEST_CLOSE);
    }

    /** Starts an execution inside the caller's transaction. The result is to be run after the commit. */
    Runnable begin(Session session, Machines.Machine machine, OptionalInt version, long revision, String name, String input)
            throws SQLException {
        Instant now = now();
        long id = Executions.insert(session, machine.name(), name, version, revision, now, input);
        Execution execution = Executions.find(session, id).orElseThrow();
        Prepared prepared = prepared(session, revision);
        Run run = Run.begin(facts(execution, prepared, false), prepared.definition(), now, chance(id));
        Consequences consequences = save(session, execution, run, now);
        return () -> {
            announcements.put(execution);
            carryOut(consequences);
        };
    }

    /**
     * Changes a running execution.
     *
     * @param change answers whether it changed anything
     * @return false if the execution doesn't run or {@code change} said so
     */
    boolean change(long id, Predicate<Run> change) {
        Consequences consequences = database.write(session -> {
            Optional<Execution> execution = Executions.find(session, id).filter(Execution::isRunning);
            if (execution.isEmpty()) {
                return Consequences.NONE;
            }
            Instant now = now();
            Run run = resume(session, execution.get(), now);
            return change.test(run) ? save(session, execution.get(), run, now) : Consequences.NONE;
        });
        carryOut(consequences);
        return consequences.changed();
    }

    /** Changes the execution that waits for this token's answer; false if none does any more. */
    boolean answer(String token, Predicate<Run> change) {
        if (!change(Tokens.execution(token), change)) {
            return false;
        }
        awaited.remove(token);
        return true;
    }

    /** Fires all timers that are due; answers when the next one is. */
    Instant fireTimers() {
        boolean all = true;
        List<Long> due;
        do {
            due = database.read(session -> Executions.due(session, now(), BATCH));
            for (long id : due) {
                all &= fire(id);
            }
        } while (all && due.size() == BATCH);
        Instant next = database.read(Executions::nextDue).orElse(Instant.MAX);
        return all ? next : now().plus(PATIENCE);
    }

    /** One execution that can't go on must not hold up the others. */
    private boolean fire(long execution) {
        try {
            change(execution, Run::fireTimers);
            return true;
        } catch (RuntimeException e) {
            LOG.error("The timers of execution {} could not be fired; trying again", execution, e);
            return false;
        }
    }

    /** Removes executions that stopped more than 90 days ago; answers how many. */
    int sweep() {
        Instant before = now().minus(RETENTION);
        int removed = 0;
        int batch;
        do {
            batch = database.write(session -> Executions.prune(session, before, BATCH));
            removed += batch;
        } while (batch == BATCH);
        definitions.keySet().retainAll(database.write(Machines::pruneRevisions));
        return removed;
    }

    private Run resume(Session session, Execution execution) throws SQLException {
        return resume(session, execution, now());
    }

    private Run resume(Session session, Execution execution, Instant now) throws SQLException {
        Prepared prepared = prepared(session, execution.revision());
        boolean terminating = Machines.isDeleting(session, execution.machine());
        return Run.resume(facts(execution, prepared, terminating), prepared.definition(), now, chance(execution.id()),
                execution.continuation());
    }

    private Consequences save(Session session, Execution execution, Run run, Instant now) throws SQLException {
        Optional<Run.Ending> ending = run.ending();
        Instant due = run.due();
        Execution saved = ending.isPresent() ? execution.ended(now, ending.get()) : execution.at(run.continuation());
        Executions.save(session, saved, run.events(), due);
        if (ending.isPresent() && Machines.isDeleting(session, saved.machine())
                && !Executions.anyRunning(session, saved.machine())) {
            Machines.remove(session, saved.machine());
        }
        return new Consequences(true, saved, live ? run.calls() : List.of(), saved.isRunning() ? due : Instant.MAX);
    }

    private void carryOut(Consequences consequences) {
        if (!consequences.changed()) {
            return;
        }
        if (!consequences.execution().isRunning()) {
            announcements.put(consequences.execution());
        }
        timer.dueAt(consequences.due());
        consequences.calls().forEach(call -> submit(consequences.execution().id(), call));
    }

    private void submit(long execution, LambdaCall call) {
        awaited.add(call.token());
        workers.submit(() -> perform(execution, call));
    }

    private void perform(long execution, LambdaCall call) {
        Predicate<Run> outcome = invoke(call);
        if (awaited.remove(call.token())) {
            settle(execution, outcome);
        }
    }

    private Predicate<Run> invoke(LambdaCall call) {
        try {
            byte[] result = functions.invoke(call.functionArn(), call.payload().getBytes(StandardCharsets.UTF_8));
            if (!awaited.contains(call.token())) {
                return ANSWERED;
            }
            JsonNode response = LambdaResponse.of(result, call.functionArn(), now());
            return run -> run.returned(call.token(), response);
        } catch (FunctionError e) {
            return run -> run.failed(call.token(), LambdaResponse.failure(e));
        } catch (JsonProcessingException e) {
            return run -> run.failed(call.token(), Failure.ofTask("Lambda.Unknown", "The function's result is not JSON: "
                    + e.getOriginalMessage()));
        } catch (RuntimeException | Error e) {
            LOG.warn("The call of {} broke", call.functionArn(), e);
            return run -> run.failed(call.token(), Failure.ofTask("Lambda.Unknown", String.valueOf(e)));
        }
    }

    /** A database that can't be written to for a while must not lose a result: the task would wait for ever. */
    private void settle(long execution, Predicate<Run> outcome) {
        while (true) {
            try {
                change(execution, outcome);
                return;
            } catch (DatabaseException e) {
                LOG.error("A Lambda call's result could not be saved; trying again", e);
                try {
                    if (closing.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                } catch (InterruptedException interruption) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private Prepared prepared(Session session, long revision) throws SQLException {
        Prepared known = definitions.get(revision);
        if (known != null) {
            return known;
        }
        Machines.Revision row = Machines.revision(session, revision);
        try {
            Prepared prepared = new Prepared(DefinitionReader.read(row.definition()), row.role());
            definitions.put(revision, prepared);
            return prepared;
        } catch (DefinitionRefused e) {
            throw new IllegalStateException("A stored definition was accepted once and is refused now", e);
        }
    }

    private Facts facts(Execution execution, Prepared prepared, boolean terminating) {
        OptionalInt timeout = prepared.definition().timeoutSeconds();
        Duration longest = timeout.isPresent() ? Duration.ofSeconds(timeout.getAsInt()) : LONGEST_EXECUTION;
        Instant deadline = execution.started().plus(longest.compareTo(LONGEST_EXECUTION) < 0 ? longest : LONGEST_EXECUTION);
        return new Facts(arns.execution(execution), execution.name(), arns.machine(execution.machine()), execution.machine(),
                arns.version(execution), prepared.role(), execution.started(), execution.input(), deadline, terminating, home);
    }

    private static Run.Chance chance(long execution) {
        return new Run.Chance(() -> Tokens.create(execution), () -> ThreadLocalRandom.current().nextDouble());
    }
}
