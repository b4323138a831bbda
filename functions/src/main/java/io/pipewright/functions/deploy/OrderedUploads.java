package io.pipewright.functions.deploy;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Uploads a few objects at a time, but no two of the same key: of those the later one begins when the earlier one has ended. The
 * first failure ends everything. Not for use by two threads.
 */
final class OrderedUploads implements AutoCloseable {
    private static final int LONGEST_UPLOAD_MINUTES = 15;

    private final int width;
    private final ExecutorService threads;
    private final Map<String, Future<?>> running = new LinkedHashMap<>();

    /**
     * @param width how many at a time
     * @param threads starts at once whatever it is given; stays the caller's
     */
    OrderedUploads(int width, ExecutorService threads) {
        this.width = width;
        this.threads = threads;
    }

    /**
     * Takes an upload, waiting for room.
     *
     * @throws Exception what an earlier upload threw
     */
    void add(String key, Callable<Void> upload) throws Exception {
        Future<?> same = running.remove(key);
        if (same != null) {
            await(same);
        }
        if (running.size() == width) {
            Iterator<Future<?>> oldest = running.values().iterator();
            Future<?> first = oldest.next();
            oldest.remove();
            await(first);
        }
        running.put(key, threads.submit(upload));
    }

    /**
     * Waits until all are done.
     *
     * @throws Exception what an upload threw
     */
    void finish() throws Exception {
        for (Future<?> one : running.values()) {
            await(one);
        }
        running.clear();
    }

    private static void await(Future<?> upload) throws Exception {
        try {
            upload.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Returns when nothing is written any more: a failed action leaves nobody at work. */
    @Override
    public void close() {
        for (Future<?> one : running.values()) {
            try {
                one.get(LONGEST_UPLOAD_MINUTES, TimeUnit.MINUTES);
            } catch (ExecutionException | TimeoutException e) {
                // What failed first has been thrown already; that this one has ended is all that counts.
                continue;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}
