package io.pipewright.local.codebuild;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers the stored events in order, again and again until the sink takes them. */
final class EventOutbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventOutbox.class);
    private static final long LONGEST_PAUSE_MILLIS = 10_000;

    private final BuildStore store;
    private final EventSink sink;
    private final Semaphore wakeUps = new Semaphore(0);
    private final Thread thread = new Thread(this::run, "codebuild-events");
    private volatile boolean closing;

    EventOutbox(BuildStore store, EventSink sink) {
        this.store = store;
        this.sink = sink;
        thread.setDaemon(true);
    }

    /** Begins with the events that an earlier server left. */
    void start() {
        wakeUp();
        thread.start();
    }

    /** Says that an event was stored. */
    void wakeUp() {
        wakeUps.release();
    }

    private void run() {
        long pause = Long.MAX_VALUE;
        while (!closing) {
            try {
                wakeUps.tryAcquire(pause, TimeUnit.MILLISECONDS);
                wakeUps.drainPermits();
                deliverAll();
                pause = Long.MAX_VALUE;
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                if (closing) {
                    return;
                }
                pause = pause == Long.MAX_VALUE ? 100 : Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
                LOG.warn("A build event was not taken; it is delivered again in {} ms", pause, e);
            }
        }
    }

    private void deliverAll() {
        for (Optional<BuildStore.Owed> owed = store.oldestEvent(); owed.isPresent() && !closing; owed = store.oldestEvent()) {
            BuildEvent event = owed.get().event();
            sink.put(BuildEvent.SOURCE, event.detailType(), List.of(event.buildArn()), event.detail());
            store.delivered(owed.get());
        }
    }

    /** Waits for the delivery under way; what is left is delivered by the next server. */
    @Override
    public void close() {
        closing = true;
        wakeUp();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
