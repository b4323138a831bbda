package io.pipewright.local.database;

/** The data directory's database could not be read or written: a full disk, a damaged file, missing rights. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DatabaseException(String message, Throwable cause) {
        super(message, cause);
    }
}
