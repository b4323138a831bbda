package io.pipewright.local.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or another signal to end. The Java process stays until the command has dealt with it; then it ends with the status that
 * belongs to the signal, 130 for Ctrl-C.
 */
final class Interruption {
    /** Longer than stopping takes, so that a system that hangs can't keep the person waiting. */
    private static final long MOST_SECONDS = 20;

    private final CountDownLatch dealtWith = new CountDownLatch(1);
    private volatile boolean here;

    private Interruption() {
    }

    /** Listens from here on. */
    static Interruption listen() {
        Interruption interruption = new Interruption();
        Runtime.getRuntime().addShutdownHook(new Thread(interruption::comes, "interruption"));
        return interruption;
    }

    private void comes() {
        here = true;
        try {
            dealtWith.await(MOST_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isHere() {
        return here;
    }

    /** The command is over, with or without an interruption. */
    void dealtWith() {
        dealtWith.countDown();
    }
}
