package io.pipewright.local.cli;

/** The command line asks for something that it can't ask for. The message says what and what to do. */
final class UsageException extends RuntimeException {
    UsageException(String message) {
        super(message);
    }
}
