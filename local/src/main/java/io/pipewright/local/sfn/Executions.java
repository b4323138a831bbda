package io.pipewright.local.sfn;

import io.pipewright.local.database.Database.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/**
 * The tables of executions: a row each, which holds its continuation while it runs, and rows of history, one per change or a few,
 * whose key is the execution's number and that of the first event in it.
 */
final class Executions {
    static final String[] TABLES = {
        """
        CREATE TABLE IF NOT EXISTS sfn_executions (id INTEGER PRIMARY KEY AUTOINCREMENT, machine TEXT NOT NULL, name TEXT NOT NULL,
            version INTEGER, revision INTEGER NOT NULL, status TEXT NOT NULL, started INTEGER NOT NULL, stopped INTEGER,
            due INTEGER, error TEXT, cause TEXT, input TEXT NOT NULL, output TEXT, continuation TEXT)""",
        "CREATE UNIQUE INDEX IF NOT EXISTS sfn_executions_by_name ON sfn_executions (machine, name)",
        "CREATE INDEX IF NOT EXISTS sfn_executions_by_age ON sfn_executions (machine, id)",
        "CREATE INDEX IF NOT EXISTS sfn_executions_running ON sfn_executions (machine, id) WHERE status = 'RUNNING'",
        "CREATE INDEX IF NOT EXISTS sfn_executions_due ON sfn_executions (due) WHERE due IS NOT NULL",
        "CREATE INDEX IF NOT EXISTS sfn_executions_stopped ON sfn_executions (stopped) WHERE stopped IS NOT NULL",
        "CREATE TABLE IF NOT EXISTS sfn_history (id INTEGER PRIMARY KEY, events TEXT NOT NULL)"};

    /** Room for event numbers in a history row's key: more than {@link Run#MOST_EVENTS}. */
    private static final int EVENT_BITS = 15;
    /** A page of the history reads few events in vain, however many a change made. */
    private static final int EVENTS_PER_ROW = 100;
    private static final String COLUMNS = "SELECT id, machine, name, version, revision, status, started, stopped, input, output, "
            + "error, cause, continuation FROM sfn_executions ";

    private Executions() { }

    /** Adds a running execution without continuation, and answers its number. */
    static long insert(Session session, String machine, String name, OptionalInt version, long revision, Instant started,
            String input) throws SQLException {
        session.update("INSERT INTO sfn_executions (machine, name, version, revision, status, started, input) "
                        + "VALUES (?, ?, ?, ?, 'RUNNING', ?, ?)", machine, name,
                version.isPresent() ? version.getAsInt() : null, revision, started.toEpochMilli(), input);
        return number(session.prepare("SELECT last_insert_rowid()"));
    }

    /** Saves how far a run came: the new events and, as long as it runs, where it stands and when it is due. */
    static void save(Session session, Execution execution, List<Event> events, Instant due) throws SQLException {
        if (execution.isRunning()) {
            session.update("UPDATE sfn_executions SET continuation = ?, due = ? WHERE id = ?", execution.continuation(),
                    due.toEpochMilli(), execution.id());
        } else {
            session.update("UPDATE sfn_executions SET status = ?, stopped = ?, output = ?, error = ?, cause = ?, "
                            + "continuation = NULL, due = NULL WHERE id = ?", execution.status().toString(),
                    execution.stopped().toEpochMilli(), execution.output(), execution.error(), execution.cause(), execution.id());
        }
        for (int from = 0; from < events.size(); from += EVENTS_PER_ROW) {
            List<Event> row = events.subList(from, Math.min(events.size(), from + EVENTS_PER_ROW));
            session.update("INSERT INTO sfn_history (id, events) VALUES (?, ?)", historyKey(execution.id(), row.get(0).id()),
                    Event.write(row));
        }
    }

    static Optional<Execution> find(Session session, long id) throws SQLException {
        return read(session.prepare(COLUMNS + "WHERE id = ?", id)).stream().findFirst();
    }

    static Optional<Execution> find(Session session, String machine, String name) throws SQLException {
        return read(session.prepare(COLUMNS + "WHERE machine = ? AND name = ?", machine, name)).stream().findFirst();
    }

    static List<Execution> running(Session session) throws SQLException {
        return read(session.prepare(COLUMNS + "WHERE due IS NOT NULL"));
    }

    static boolean anyRunning(Session session, String machine) throws SQLException {
        try (ResultSet rows = session.prepare(
                "SELECT 1 FROM sfn_executions WHERE machine = ? AND status = 'RUNNING' LIMIT 1", machine).executeQuery()) {
            return rows.next();
        }
    }

    /** Numbers of executions whose timers are due, the most overdue first. */
    static List<Long> due(Session session, Instant now, int limit) throws SQLException {
        List<Long> ids = new ArrayList<>();
        try (ResultSet rows = session.prepare("SELECT id FROM sfn_executions WHERE due <= ? ORDER BY due LIMIT ?",
                now.toEpochMilli(), limit).executeQuery()) {
            while (rows.next()) {
                ids.add(rows.getLong(1));
            }
        }
        return ids;
    }

    /** When the next timer is due; empty if nothing runs. */
    static Optional<Instant> nextDue(Session session) throws SQLException {
        try (ResultSet rows =
                session.prepare("SELECT due FROM sfn_executions WHERE due IS NOT NULL ORDER BY due LIMIT 1").executeQuery()) {
            return rows.next() ? Optional.of(Instant.ofEpochMilli(rows.getLong(1))) : Optional.empty();
        }
    }

    /**
     * A machine's executions, newest first.
     *
     * @param version only those started on it, if present
     * @param status only those in it, if present
     * @param before only those with a lower number
     */
    static List<Execution> list(Session session, String machine, OptionalInt version, Optional<ExecutionStatus> status, long before,
            int limit) throws SQLException {
        StringBuilder sql = new StringBuilder(COLUMNS).append("WHERE machine = ? AND id < ? ");
        List<Object> parameters = new ArrayList<>(List.of(machine, before));
        if (status.isPresent() && status.get() == ExecutionStatus.RUNNING) {
            sql.append("AND status = 'RUNNING' ");
        } else if (status.isPresent()) {
            sql.append("AND status = ? ");
            parameters.add(status.get().toString());
        }
        if (version.isPresent()) {
            sql.append("AND version = ? ");
            parameters.add(version.getAsInt());
        }
        parameters.add(limit);
        return read(session.prepare(sql.append("ORDER BY id DESC LIMIT ?").toString(), parameters.toArray()));
    }

    /** The events from {@code first} to {@code last}, both included. */
    static List<Event> history(Session session, long execution, long first, long last) throws SQLException {
        List<Event> events = new ArrayList<>();
        try (ResultSet rows = session.prepare("SELECT events FROM sfn_history WHERE id >= "
                        + "(SELECT max(id) FROM sfn_history WHERE id <= ?) AND id <= ? ORDER BY id",
                historyKey(execution, first), historyKey(execution, last)).executeQuery()) {
            while (rows.next()) {
                Event.read(rows.getString(1)).stream().filter(event -> event.id() >= first && event.id() <= last).forEach(events::add);
            }
        }
        return events;
    }

    /** The number of the last event, which is how many there are. */
    static long historyLength(Session session, long execution) throws SQLException {
        try (ResultSet rows = session.prepare("SELECT events FROM sfn_history WHERE id < ? ORDER BY id DESC LIMIT 1",
                historyKey(execution + 1, 0)).executeQuery()) {
            if (!rows.next()) {
                return 0;
            }
            List<Event> events = Event.read(rows.getString(1));
            return events.get(events.size() - 1).id();
        }
    }

    /** Removes some executions that stopped before this time, with their histories; answers how many. */
    static int prune(Session session, Instant before, int limit) throws SQLException {
        List<Long> old = new ArrayList<>();
        try (ResultSet rows = session.prepare("SELECT id FROM sfn_executions WHERE stopped < ? ORDER BY stopped LIMIT ?",
                before.toEpochMilli(), limit).executeQuery()) {
            while (rows.next()) {
                old.add(rows.getLong(1));
            }
        }
        for (long id : old) {
            session.update("DELETE FROM sfn_history WHERE id >= ? AND id < ?", historyKey(id, 0), historyKey(id + 1, 0));
            session.update("DELETE FROM sfn_executions WHERE id = ?", id);
        }
        return old.size();
    }

    private static long historyKey(long execution, long event) {
        return (execution << EVENT_BITS) + event;
    }

    private static long number(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static List<Execution> read(PreparedStatement statement) throws SQLException {
        List<Execution> executions = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                int version = rows.getInt(4);
                OptionalInt given = rows.wasNull() ? OptionalInt.empty() : OptionalInt.of(version);
                long stopped = rows.getLong(8);
                executions.add(new Execution(rows.getLong(1), rows.getString(2), rows.getString(3), given, rows.getLong(5),
                        ExecutionStatus.fromValue(rows.getString(6)), Instant.ofEpochMilli(rows.getLong(7)),
                        stopped == 0 ? null : Instant.ofEpochMilli(stopped), rows.getString(9), rows.getString(10),
                        rows.getString(11), rows.getString(12), rows.getString(13)));
            }
        }
        return executions;
    }
}
