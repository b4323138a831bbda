package io.pipewright.local.sfn;

import java.util.List;
import java.util.Objects;

/** A Lambda call that gave no result. What kind it is decides the error name that Retry and Catch see. */
public final class FunctionError extends Exception {
    private static final long serialVersionUID = 1L;

    /** Why there is no result. */
    public enum Kind {
        /** The function ran and failed: the error name is its own {@code errorType}. */
        FAILED,
        /** There is no such function: {@code Lambda.ResourceNotFoundException}. */
        NOT_FOUND,
        /** Too many calls at once: {@code Lambda.TooManyRequestsException}. */
        THROTTLED
    }

    private final Kind kind;
    private final String errorType;
    private final String errorMessage;
    private final List<String> stackLines;

    private FunctionError(Kind kind, String errorType, String errorMessage, List<String> stackLines) {
        super(errorMessage);
        this.kind = kind;
        this.errorType = Objects.requireNonNull(errorType);
        this.errorMessage = errorMessage;
        this.stackLines = List.copyOf(stackLines);
    }

    /**
     * The function ran and threw.
     *
     * @param errorType for a Java function the exception's class name
     * @param errorMessage null if the exception had none
     * @param stackTrace lines as the Lambda runtime writes them; may be empty
     */
    public static FunctionError failed(String errorType, String errorMessage, List<String> stackTrace) {
        return new FunctionError(Kind.FAILED, errorType, errorMessage, stackTrace);
    }

    /** No function has this ARN. */
    public static FunctionError notFound(String functionArn) {
        return new FunctionError(Kind.NOT_FOUND, "Lambda.ResourceNotFoundException", "Function not found: " + functionArn, List.of());
    }

    /** The function's concurrency is used up. */
    public static FunctionError throttled() {
        return new FunctionError(Kind.THROTTLED, "Lambda.TooManyRequestsException", "Rate Exceeded.", List.of());
    }

    public Kind kind() {
        return kind;
    }

    /** The name that {@code ErrorEquals} is compared with. */
    public String errorType() {
        return errorType;
    }

    /** May be null. */
    public String errorMessage() {
        return errorMessage;
    }

    /** The function's own stack trace, empty if it gave none. */
    public List<String> stackLines() {
        return stackLines;
    }
}
