package io.pipewright.functions.role;

/** STS doesn't let a role be assumed, and will not by itself. The message says what to change. */
public final class RoleRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RoleRefusedException(String message, RuntimeException cause) {
        super(message, cause);
    }
}
