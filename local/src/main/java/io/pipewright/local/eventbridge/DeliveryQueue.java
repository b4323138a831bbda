package io.pipewright.local.eventbridge;

import io.pipewright.local.database.Database;
import io.pipewright.local.database.DatabaseException;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;

/**
 * Deliveries that are made at least once: accepted ones survive {@code kill -9} and are attempted until the receiver
 * returns or the retries end.
 *
 * <p>Deliveries are grouped in lanes. A lane has a bounded number of attempts under way and its own waiting line, so a
 * receiver that hangs or fails for one lane delays no other. Order is not kept, neither within a lane nor between them; only a lane
 * with room for one attempt keeps it, except that a delivery that failed is passed by others.
 */
public final class DeliveryQueue implements AutoCloseable {

    /**
     * Something to deliver.
     *
     * @param lane the deliveries that share a fate: a target's ARN, a function's name
     * @param label names the delivery in the line that is logged if it is dropped
     * @param body kept as it is
     */
    public record Parcel(String lane, String label, byte[] body) {
    }

    /**
     * A parcel on its way.
     *
     * @param attempts failed attempts so far
     * @param accepted when {@link #accept} took it
     */
    public record Delivery(Parcel parcel, int attempts, Instant accepted) {
    }

    /** Takes a delivery by returning. What it throws counts as a failed attempt. */
    @FunctionalInterface
    public interface Receiver {
        void receive(Delivery delivery) throws Exception;
    }

    /** How long to wait after a failed attempt; empty ends the delivery. */
    @FunctionalInterface
    public interface Retries {
        Optional<Duration> after(int failedAttempts, Duration age);
    }

    /** Is told of a delivery that ended without success and is now forgotten. */
    @FunctionalInterface
    public interface Drops {
        void dropped(Delivery delivery, Throwable lastFailure);
    }

    private record Ticket(long id, long due) {
    }

    private static final class Lane {
        private final PriorityQueue<Ticket> waiting =
            new PriorityQueue<>((a, b) -> a.due == b.due ? Long.compare(a.id, b.id) : Long.compare(a.due, b.due));
        private int underWay;
    }

    /** The clock may jump (a laptop wakes up, a test moves it), so no wait for a due time is longer than this. */
    private static final long LONGEST_WAIT_MILLIS = 100;
    private static final long DATABASE_RETRY_MILLIS = 1000;
    private static final long CLOSE_SECONDS = 5;

    private final Database database;
    private final Clock clock;
    private final String table;
    private final ToIntFunction<String> laneWidth;
    private final Receiver receiver;
    private final Retries retries;
    private final Drops drops;
    private final ExecutorService workers;
    private final Thread dispatcher;

    private final Map<String, Lane> lanes = new HashMap<>();
    /** The lanes of deliveries that were there and due at the start and have not been attempted since. */
    private final Map<Long, String> heldBack = new HashMap<>();
    private long lastId;
    private long loadedUpTo;
    private boolean started;
    private boolean closed;

    /**
     * Opens the queue; nothing is delivered before {@link #start}.
     *
     * @param table the queue's own table, created if missing
     * @param laneWidth attempts under way in a lane at a time, at least 1
     */
    public DeliveryQueue(Database database, Clock clock, String table, ToIntFunction<String> laneWidth, Receiver receiver,
            Retries retries, Drops drops) {
        this.database = database;
        this.clock = clock;
        this.table = table;
        this.laneWidth = laneWidth;
        this.receiver = receiver;
        this.retries = retries;
        this.drops = drops;
        this.workers = Executors.newCachedThreadPool(task -> daemon(task, table));
        this.dispatcher = daemon(this::dispatch, table + "-dispatcher");
        database.define("CREATE TABLE IF NOT EXISTS " + table + " (id INTEGER PRIMARY KEY, lane TEXT NOT NULL, label TEXT NOT NULL,"
            + " body BLOB NOT NULL, attempts INTEGER NOT NULL, accepted INTEGER NOT NULL, due INTEGER NOT NULL)");
        this.lastId = database.read(session -> {
            try (ResultSet rows = session.prepare("SELECT coalesce(max(id), 0) FROM " + table).executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        });
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** Writes all parcels in one transaction and returns; they are attempted from then on, or from {@link #start} on. */
    public void accept(List<Parcel> parcels) {
        long now = clock.millis();
        long firstId = database.write(session -> {
            for (Parcel parcel : parcels) {
                lastId++;
                session.update("INSERT INTO " + table + " VALUES (?, ?, ?, ?, 0, ?, ?)",
                    lastId, parcel.lane(), parcel.label(), parcel.body(), now, now);
            }
            return lastId - parcels.size() + 1;
        });
        synchronized (this) {
            for (int i = 0; i < parcels.size(); i++) {
                if (started && firstId + i > loadedUpTo) {
                    lane(parcels.get(i).lane()).waiting.add(new Ticket(firstId + i, now));
                }
            }
            notifyAll();
        }
    }

    private Lane lane(String name) {
        return lanes.computeIfAbsent(name, key -> new Lane());
    }

    /** Begins to deliver, first what earlier processes left. */
    public synchronized void start() {
        if (started) {
            return;
        }
        database.read(session -> {
            try (ResultSet rows = session.prepare("SELECT id, lane, due FROM " + table).executeQuery()) {
                while (rows.next()) {
                    load(new Ticket(rows.getLong(1), rows.getLong(3)), rows.getString(2));
                }
                return null;
            }
        });
        started = true;
        dispatcher.start();
    }

    private void load(Ticket ticket, String lane) {
        loadedUpTo = Math.max(loadedUpTo, ticket.id);
        lane(lane).waiting.add(ticket);
        if (ticket.due <= clock.millis()) {
            heldBack.put(ticket.id, lane);
        }
    }

    /** Waits until each delivery of the lane that was due at the start has been attempted. */
    public synchronized void awaitHeldBack(String lane) throws InterruptedException {
        while (!closed && heldBack.containsValue(lane)) {
            wait();
        }
    }

    /** The number of deliveries that are accepted and neither made nor dropped. */
    public int pending() {
        return database.read(session -> {
            try (ResultSet rows = session.prepare("SELECT count(*) FROM " + table).executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        });
    }

    private synchronized void dispatch() {
        try {
            while (!closed) {
                long now = clock.millis();
                long next = Long.MAX_VALUE;
                for (Map.Entry<String, Lane> entry : lanes.entrySet()) {
                    next = Math.min(next, dispatch(entry.getKey(), entry.getValue(), now));
                }
                lanes.values().removeIf(lane -> lane.underWay == 0 && lane.waiting.isEmpty());
                if (next == Long.MAX_VALUE) {
                    wait();
                } else {
                    wait(Math.max(1, Math.min(next - now, LONGEST_WAIT_MILLIS)));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts what is due and has room; returns when the lane wants attention again. */
    private long dispatch(String name, Lane lane, long now) {
        while (lane.underWay < laneWidth.applyAsInt(name) && !lane.waiting.isEmpty()) {
            if (lane.waiting.peek().due > now) {
                return lane.waiting.peek().due;
            }
            Ticket ticket = lane.waiting.poll();
            lane.underWay++;
            workers.execute(() -> attempt(name, ticket));
        }
        return Long.MAX_VALUE;
    }

    private void attempt(String name, Ticket ticket) {
        Optional<Ticket> again = Optional.empty();
        try {
            again = deliver(ticket);
        } catch (DatabaseException e) {
            again = Optional.of(new Ticket(ticket.id, clock.millis() + DATABASE_RETRY_MILLIS));
        } finally {
            settle(name, ticket, again);
        }
    }

    private synchronized void settle(String name, Ticket attempted, Optional<Ticket> again) {
        heldBack.remove(attempted.id);
        Lane lane = lane(name);
        lane.underWay--;
        again.ifPresent(lane.waiting::add);
        notifyAll();
    }

    private Optional<Ticket> deliver(Ticket ticket) {
        Delivery delivery = load(ticket.id);
        try {
            receiver.receive(delivery);
        } catch (Throwable failure) {
            // Throwable: a receiver in this process that breaks with an Error must not cost the lane a place for ever.
            return isClosed() ? Optional.empty() : failed(ticket, delivery, failure);
        }
        remove(ticket.id);
        return Optional.empty();
    }

    private Optional<Ticket> failed(Ticket ticket, Delivery delivery, Throwable failure) {
        int attempts = delivery.attempts() + 1;
        Instant now = clock.instant();
        Optional<Duration> pause = retries.after(attempts, Duration.between(delivery.accepted(), now));
        if (pause.isEmpty()) {
            remove(ticket.id);
            drops.dropped(new Delivery(delivery.parcel(), attempts, delivery.accepted()), failure);
            return Optional.empty();
        }
        long due = now.plus(pause.get()).toEpochMilli();
        database.write(session -> session.update("UPDATE " + table + " SET attempts = ?, due = ? WHERE id = ?", attempts, due, ticket.id));
        return Optional.of(new Ticket(ticket.id, due));
    }

    private Delivery load(long id) {
        return database.read(session -> {
            try (ResultSet row = session.prepare("SELECT lane, label, body, attempts, accepted FROM " + table + " WHERE id = ?", id)
                    .executeQuery()) {
                row.next();
                Parcel parcel = new Parcel(row.getString(1), row.getString(2), row.getBytes(3));
                return new Delivery(parcel, row.getInt(4), Instant.ofEpochMilli(row.getLong(5)));
            }
        });
    }

    private void remove(long id) {
        database.write(session -> session.update("DELETE FROM " + table + " WHERE id = ?", id));
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Interrupts the attempts under way; they and all waiting ones are made after the next start. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        workers.shutdownNow();
        try {
            workers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
