package io.pipewright;

/**
 * A function could not do its part now: a throttled call, a lost connection. Machines retry their task on this name, which Lambda
 * takes from the class, and on no other exception's; so renaming it changes every machine. The name stands in every task of
 * every machine, and the largest machines have few bytes to spare: hence the short package.
 */
public final class TryAgain extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public TryAgain(RuntimeException cause) {
        super(cause.toString(), cause);
    }
}
