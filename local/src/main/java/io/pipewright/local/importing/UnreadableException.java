package io.pipewright.local.importing;

/** A text is neither JSON nor YAML, or holds nothing that can be imported. The message is for the user and doesn't name the file. */
public final class UnreadableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnreadableException(String message) {
        super(message);
    }
}
