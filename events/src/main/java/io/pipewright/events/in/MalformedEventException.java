package io.pipewright.events.in;

/** What came is no event, or an event of a known kind without what that kind always has. Trying it again changes nothing. */
public final class MalformedEventException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedEventException(String message) {
        super(message);
    }
}
