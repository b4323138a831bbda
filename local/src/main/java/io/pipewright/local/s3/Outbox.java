package io.pipewright.local.s3;

import io.pipewright.local.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/**
 * Carries events from committed changes to their listener, in the order of the changes. A durable event is a row written with its
 * change and deleted after delivery; what a crash left is delivered at start.
 */
final class Outbox implements AutoCloseable {

    /** An event on its way; {@code row} is 0 if it isn't kept. */
    record Entry(long row, ObjectEvent event) {
        boolean durable() {
            return row != 0;
        }
    }

    private static final int BATCH = 256;
    private static final long FIRST_PAUSE_MILLIS = 100;
    private static final long LONGEST_PAUSE_MILLIS = 10_000;
    private static final System.Logger LOG = System.getLogger(Outbox.class.getName());

    private final Database database;
    private final ObjectEvents listener;
    private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
    private volatile boolean closed;
    private final Thread courier = new Thread(this::deliverUntilInterrupted, "s3-events");

    Outbox(Database database, ObjectEvents listener) {
        this.database = database;
        this.listener = listener;
        database.define("CREATE TABLE IF NOT EXISTS s3_outbox ("
                + "id INTEGER PRIMARY KEY AUTOINCREMENT, bucket TEXT NOT NULL, key TEXT NOT NULL, event TEXT NOT NULL)");
        courier.setDaemon(true);
    }

    /** Offers what an earlier process left, then begins to deliver. */
    void start() {
        Map<Boolean, List<Entry>> offered = left().stream().collect(Collectors.partitioningBy(this::offer));
        forget(offered.get(true));
        queue.addAll(offered.get(false));
        courier.start();
    }

    private List<Entry> left() {
        return database.read(session -> {
            List<Entry> left = new ArrayList<>();
            try (ResultSet rows = session.prepare("SELECT id, bucket, key, event FROM s3_outbox ORDER BY id").executeQuery()) {
                while (rows.next()) {
                    left.add(new Entry(rows.getLong(1),
                            new ObjectEvent(rows.getString(2), rows.getString(3), rows.getString(4))));
                }
            }
            return left;
        });
    }

    /** Part of a change's transaction: notes the event, as a row if it must survive. */
    Entry note(Database.Session session, ObjectEvent event, boolean durable) throws SQLException {
        if (!durable) {
            return new Entry(0, event);
        }
        session.update("INSERT INTO s3_outbox (bucket, key, event) VALUES (?, ?, ?)", event.bucket(), event.key(), event.json());
        try (ResultSet row = session.prepare("SELECT last_insert_rowid()").executeQuery()) {
            row.next();
            return new Entry(row.getLong(1), event);
        }
    }

    /** After the commit: hands the events over. */
    void send(List<Entry> entries) {
        queue.addAll(entries);
    }

    private void deliverUntilInterrupted() {
        try {
            while (!closed) {
                List<Entry> batch = new ArrayList<>(List.of(queue.take()));
                queue.drainTo(batch, BATCH - 1);
                List<Entry> taken = new ArrayList<>();
                for (Entry entry : batch) {
                    if (deliver(entry)) {
                        taken.add(entry);
                    }
                }
                forget(taken);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** A durable event is offered until it is taken or this is closed; another one once. */
    private boolean deliver(Entry entry) throws InterruptedException {
        for (long pause = FIRST_PAUSE_MILLIS; !closed; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
            if (offer(entry)) {
                return true;
            }
            if (!entry.durable()) {
                return false;
            }
            Thread.sleep(pause);
        }
        return false;
    }

    private boolean offer(Entry entry) {
        try {
            listener.publish(entry.event());
            return true;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "The event of {0}/{1} was not taken: {2}", entry.event().bucket(),
                    entry.event().key(), e);
            return false;
        }
    }

    private void forget(List<Entry> batch) {
        List<Long> rows = batch.stream().filter(Entry::durable).map(Entry::row).toList();
        if (!rows.isEmpty()) {
            database.write(session -> {
                for (long row : rows) {
                    session.update("DELETE FROM s3_outbox WHERE id = ?", row);
                }
                return null;
            });
        }
    }

    /** Stops delivering; durable events that are left come at the next start. */
    @Override
    public void close() {
        closed = true;
        courier.interrupt();
        try {
            courier.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
