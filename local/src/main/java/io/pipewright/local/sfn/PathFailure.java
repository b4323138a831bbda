package io.pipewright.local.sfn;

/** A path led nowhere while a state ran: {@code States.Runtime}, which nothing catches. The message is AWS's own text. */
final class PathFailure extends Exception {
    private static final long serialVersionUID = 1L;

    PathFailure(String message) {
        super(message, null, false, false);
    }
}
