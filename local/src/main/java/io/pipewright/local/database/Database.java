package io.pipewright.local.database;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * One SQLite file in WAL mode: a single writing connection, used in turns, and a small pool of reading ones.
 *
 * <p>A {@link #write} that returned survives {@code kill -9}. With {@link Durability#FULL} it survives a power loss too
 * (one fsync per commit, which waiting writes share); with {@link Durability#NORMAL} a power loss may take the last
 * commits but leaves the file consistent ("PRAGMA synchronous", SQLite documentation). Blobs and text only; the callers
 * own their tables.
 */
public final class Database implements AutoCloseable {

    /** What an answered write survives besides the death of the process. */
    public enum Durability { NORMAL, FULL }

    /** Work on a connection; prepared statements come from the session and are reused between calls. */
    @FunctionalInterface
    public interface Work<T> {
        T run(Session session) throws SQLException;
    }

    /** A connection with its prepared statements. Valid only inside the {@link Work} it was handed to. */
    public static final class Session {
        private final Connection connection;
        private final Map<String, PreparedStatement> statements = new HashMap<>();

        private Session(Connection connection) {
            this.connection = connection;
        }

        /** The statement for this SQL with {@code parameters} bound from position 1; null binds NULL. */
        public PreparedStatement prepare(String sql, Object... parameters) throws SQLException {
            PreparedStatement statement = statements.get(sql);
            if (statement == null) {
                statement = connection.prepareStatement(sql);
                statements.put(sql, statement);
            }
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement;
        }

        /** Executes a change and returns the number of rows it touched. */
        public int update(String sql, Object... parameters) throws SQLException {
            return prepare(sql, parameters).executeUpdate();
        }
    }

    private static final int READERS = 4;
    /** 16 MB of log: the pages that change all the time are copied to the file, and synced, a quarter as often as by default. */
    private static final int PAGES_BETWEEN_CHECKPOINTS = 4000;
    private static final Properties SETTINGS = new Properties();

    static {
        // Nobody asks for generated keys; the driver would look for an INSERT in each statement's text to find them.
        SETTINGS.setProperty("jdbc.get_generated_keys", "false");
    }

    private final Path file;
    private final Durability durability;
    private final Queue<Write<?>> waiting = new ConcurrentLinkedQueue<>();
    private final ReentrantLock turn = new ReentrantLock();
    private final Session writer;
    private final Deque<Session> idleReaders = new ArrayDeque<>();
    private int readers;
    private boolean closed;

    private Database(Path file, Durability durability) throws SQLException {
        this.file = file;
        this.durability = durability;
        this.writer = open();
    }

    /** Opens or creates the file. Its directory must exist. */
    public static Database open(Path file, Durability durability) {
        try {
            return new Database(file, durability);
        } catch (SQLException e) {
            throw new DatabaseException("Could not open the database " + file, e);
        }
    }

    private Session open() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file, SETTINGS);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode=WAL");
            statement.execute("PRAGMA synchronous=" + durability);
            statement.execute("PRAGMA busy_timeout=10000");
            statement.execute("PRAGMA wal_autocheckpoint=" + PAGES_BETWEEN_CHECKPOINTS);
        }
        return new Session(connection);
    }

    /** Creates what is missing; each text is one idempotent DDL statement ({@code CREATE TABLE IF NOT EXISTS …}). */
    public void define(String... ddl) {
        write(session -> {
            for (String text : ddl) {
                try (Statement statement = session.connection.createStatement()) {
                    statement.execute(text);
                }
            }
            return null;
        });
    }

    /**
     * Runs {@code work} as one transaction, alone among writers; everything or nothing of it is kept. Don't call
     * other services inside, and don't nest.
     *
     * <p>Writes that wait for each other share a commit: whoever has the turn runs the works of all who wait, in the
     * order of their calls, so {@code work} may run on another caller's thread.
     */
    public <T> T write(Work<T> work) {
        if (turn.isHeldByCurrentThread()) {
            throw new IllegalStateException("A write inside a write");
        }
        Write<T> write = new Write<>(work);
        waiting.add(write);
        turn.lock();
        try {
            // Whoever had the turn before may have done this write with its own.
            if (!write.isAnswered()) {
                writeWaiting();
            }
        } finally {
            turn.unlock();
        }
        return write.result();
    }

    private void writeWaiting() {
        List<Write<?>> batch = new ArrayList<>();
        for (Write<?> write = waiting.poll(); write != null; write = waiting.poll()) {
            batch.add(write);
        }
        try {
            commit(batch);
            batch.forEach(Write::answer);
        } catch (SQLException | RuntimeException | Error e) {
            batch.forEach(write -> write.answerFailed(new DatabaseException("A write to " + file + " failed", e)));
        }
    }

    private void commit(List<Write<?>> batch) throws SQLException {
        boolean committed = false;
        writer.update("BEGIN IMMEDIATE");
        try {
            if (batch.size() == 1) {
                writer.update(batch.get(0).run(writer) ? "COMMIT" : "ROLLBACK");
            } else {
                runApart(batch);
                writer.update("COMMIT");
            }
            committed = true;
        } finally {
            if (!committed) {
                rollback();
            }
        }
    }

    /** What one of them undoes, the others keep. */
    private void runApart(List<Write<?>> batch) throws SQLException {
        for (Write<?> write : batch) {
            writer.update("SAVEPOINT work");
            if (!write.run(writer)) {
                writer.update("ROLLBACK TO work");
            }
            writer.update("RELEASE work");
        }
    }

    /** SQLite ends a transaction by itself after some failures; then there is nothing to roll back. */
    private void rollback() {
        try {
            writer.update("ROLLBACK");
        } catch (SQLException e) {
            // The failure that led here is the one to report.
        }
    }

    /** Runs {@code work} on a reading connection: it sees every write that returned before. */
    public <T> T read(Work<T> work) {
        Session session = borrow();
        try {
            return work.run(session);
        } catch (SQLException e) {
            throw new DatabaseException("A read from " + file + " failed", e);
        } finally {
            giveBack(session);
        }
    }

    private synchronized Session borrow() {
        try {
            while (idleReaders.isEmpty() && readers >= READERS) {
                wait();
            }
            if (!idleReaders.isEmpty()) {
                return idleReaders.pop();
            }
            Session session = open();
            readers++;
            return session;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DatabaseException("Interrupted while waiting for a reader of " + file, e);
        } catch (SQLException e) {
            throw new DatabaseException("Could not open the database " + file, e);
        }
    }

    private synchronized void giveBack(Session session) {
        if (closed) {
            close(session);
        } else {
            idleReaders.push(session);
            notify();
        }
    }

    private static void close(Session session) {
        try {
            session.connection.close();
        } catch (SQLException e) {
            throw new DatabaseException("Could not close a connection", e);
        }
    }

    /** Waits for the running write, then closes the file. */
    @Override
    public void close() {
        turn.lock();
        try {
            synchronized (this) {
                if (closed) {
                    return;
                }
                closed = true;
                idleReaders.forEach(Database::close);
                idleReaders.clear();
            }
            close(writer);
        } finally {
            turn.unlock();
        }
    }
}
