package io.pipewright.local.cli;

/** Waiting between two looks. */
final class Pause {
    private Pause() {
    }

    /** Returns early, with the thread's mark set, when interrupted. */
    static void millis(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
