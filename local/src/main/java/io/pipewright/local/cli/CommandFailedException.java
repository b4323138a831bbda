package io.pipewright.local.cli;

/** A command can't do what it was asked for, for a reason that the user can change. The message is all there is to show. */
final class CommandFailedException extends RuntimeException {
    CommandFailedException(String message) {
        super(message);
    }

    CommandFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
