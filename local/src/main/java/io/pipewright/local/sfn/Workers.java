package io.pipewright.local.sfn;

import java.time.Duration;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that Lambda calls run on. Idle ones are used first, new ones are started up to a bound, and further calls queue. No call
 * waits for another one's thread: whatever a function asks of Step Functions is done on its own thread, so the bound can't deadlock.
 */
final class Workers {
    private static final int MOST_THREADS = 64;

    private final LinkedTransferQueue<Runnable> queue = new LinkedTransferQueue<>() {
        private static final long serialVersionUID = 1L;

        /** Only hands over to a waiting thread; a refusal makes the pool start another thread, up to its bound. */
        @Override
        public boolean offer(Runnable task) {
            return tryTransfer(task);
        }
    };
    private final ThreadPoolExecutor pool;

    Workers() {
        AtomicInteger number = new AtomicInteger();
        pool = new ThreadPoolExecutor(0, MOST_THREADS, 30, TimeUnit.SECONDS, queue, task -> {
            Thread thread = new Thread(task, "sfn-worker-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        }, (task, full) -> {
            if (!full.isShutdown()) {
                queue.put(task);
            }
        });
    }

    /** Runs the task soon; forgets it once closed. */
    void submit(Runnable task) {
        pool.execute(task);
    }

    /** Forgets what has not begun and waits for what has, so long at most. */
    void close(Duration longest) {
        pool.shutdown();
        queue.clear();
        try {
            pool.awaitTermination(longest.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
