package io.pipewright.infra;

/** Files that should define pipelines don't; the message, of many lines, is for who wrote them. */
final class WrongDefinitionsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongDefinitionsException(String message) {
        super(message);
    }
}
