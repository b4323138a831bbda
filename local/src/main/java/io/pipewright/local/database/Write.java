package io.pipewright.local.database;

import java.sql.SQLException;

/** One caller's work and what came of it. Not thread-safe: only the thread whose turn it is touches it. */
final class Write<T> {
    private final Database.Work<T> work;
    private T result;
    private Throwable failure;
    private boolean answered;

    Write(Database.Work<T> work) {
        this.work = work;
    }

    /** Whether the work went well; its changes are to be undone if not. */
    boolean run(Database.Session session) {
        try {
            result = work.run(session);
            return true;
        } catch (SQLException e) {
            failure = new DatabaseException("A write failed", e);
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        return false;
    }

    /** The commit that held this work is done. */
    void answer() {
        answered = true;
    }

    /** The commit failed, and with it this work, whatever had come of it. */
    void answerFailed(DatabaseException cause) {
        failure = cause;
        answered = true;
    }

    boolean isAnswered() {
        return answered;
    }

    /** What the work returned, or throws what it threw. */
    T result() {
        if (failure instanceof Error e) {
            throw e;
        }
        if (failure != null) {
            throw (RuntimeException) failure;
        }
        return result;
    }
}
