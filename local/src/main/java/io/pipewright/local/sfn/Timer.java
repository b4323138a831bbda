package io.pipewright.local.sfn;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that fires timers when they are due. It looks at the clock at least every second, so that a machine that slept, or a
 * clock that was set, delays nothing for longer.
 */
final class Timer {
    private static final Logger LOG = LoggerFactory.getLogger(Timer.class);
    private static final Duration LONGEST_NAP = Duration.ofSeconds(1);

    private final Clock clock;
    private final Supplier<Instant> fire;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition woken = lock.newCondition();
    private final Thread thread = new Thread(this::run, "sfn-timer");
    private Instant requested = Instant.MAX;
    private Instant napEnds = Instant.MIN;
    private boolean closed;

    /** @param fire fires what is due and answers when the next timer is, {@link Instant#MAX} for never */
    Timer(Clock clock, Supplier<Instant> fire) {
        this.clock = clock;
        this.fire = fire;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** A timer is due then; wakes the thread if that is earlier than what it waits for. */
    void dueAt(Instant due) {
        lock.lock();
        try {
            if (due.isBefore(requested)) {
                requested = due;
                if (due.isBefore(napEnds)) {
                    woken.signal();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a firing under way is done; none begins afterwards. */
    void close() {
        lock.lock();
        try {
            closed = true;
            woken.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive() && thread != Thread.currentThread()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean open = true;
        while (open) {
            open = nap(fireSafely());
        }
    }

    private Instant fireSafely() {
        try {
            return fire.get();
        } catch (RuntimeException e) {
            LOG.error("Timers could not be fired; trying again", e);
            return clock.instant().plus(LONGEST_NAP);
        }
    }

    /** False once closed. */
    private boolean nap(Instant next) {
        lock.lock();
        try {
            Instant until = next.isBefore(requested) ? next : requested;
            napEnds = until;
            while (!closed && until.isAfter(clock.instant()) && !requested.isBefore(until)) {
                long nanos = Math.min(LONGEST_NAP.toNanos(), nanosUntil(until));
                if (woken.awaitNanos(nanos) <= 0) {
                    break;
                }
            }
            requested = Instant.MAX;
            napEnds = Instant.MIN;
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private long nanosUntil(Instant until) {
        Instant now = clock.instant();
        return until.isAfter(now.plus(LONGEST_NAP)) ? LONGEST_NAP.toNanos() : Math.max(1, Duration.between(now, until).toNanos());
    }
}
