package io.pipewright.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;

/** Keeps executions of a PARALLEL pipeline coming, with a bound on those that are active. */
final class Load {
    /** How many may be active at a time: AWS's quota for PARALLEL mode. */
    static final int MOST_ACTIVE = 50;
    private static final int STARTERS = 8;
    private static final int PAGE = 100;
    private static final long LOOK_EVERY_MILLIS = 50;

    private final Account account;
    private final String pipeline;
    private final Semaphore free = new Semaphore(MOST_ACTIVE);
    private final Set<String> seen = new HashSet<>();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger accepted = new AtomicInteger();
    private final AtomicBoolean over = new AtomicBoolean();

    private Load(Account account, String pipeline) {
        this.account = account;
        this.pipeline = pipeline;
        account.newest(pipeline, PAGE).forEach(before -> seen.add(before.pipelineExecutionId()));
    }

    /** How many executions succeeded in which time. */
    record Outcome(int succeeded, Duration time) {
        double perSecond() {
            return succeeded / (time.toNanos() / 1e9);
        }
    }

    /** Runs for a time, and counts the executions that succeeded in it. */
    static Outcome during(Account account, String pipeline, Duration time) {
        return new Load(account, pipeline).run(Integer.MAX_VALUE, time);
    }

    /** Runs so many executions to their end. */
    static Outcome of(Account account, String pipeline, int executions) {
        return new Load(account, pipeline).run(executions, Duration.ofHours(2));
    }

    private Outcome run(int most, Duration time) {
        List<Thread> starters = new ArrayList<>();
        for (int i = 0; i < STARTERS; i++) {
            Thread thread = new Thread(() -> start(most), "starter-" + i);
            thread.start();
            starters.add(thread);
        }
        long from = System.nanoTime();
        int ended = 0;
        while (ended < most && System.nanoTime() - from < time.toNanos()) {
            ended += look();
        }
        Duration taken = Duration.ofNanos(System.nanoTime() - from);
        over.set(true);
        free.release(STARTERS);
        starters.forEach(Load::join);
        for (int late = ended; late < accepted.get();) {
            late += look();
        }
        return new Outcome(ended, taken);
    }

    private void start(int most) {
        while (begun.getAndIncrement() < most) {
            free.acquireUninterruptibly();
            if (over.get()) {
                return;
            }
            account.start(pipeline);
            accepted.incrementAndGet();
        }
    }

    private int look() {
        Account.pause(LOOK_EVERY_MILLIS);
        int ended = countEnded();
        free.release(ended);
        return ended;
    }

    /** Executions that have ended since the last look: those that are active and those that ended lately are on one page. */
    private int countEnded() {
        int ended = 0;
        for (PipelineExecutionSummary one : account.newest(pipeline, PAGE)) {
            if (one.status() == PipelineExecutionStatus.SUCCEEDED) {
                ended += seen.add(one.pipelineExecutionId()) ? 1 : 0;
            } else if (one.status() != PipelineExecutionStatus.IN_PROGRESS) {
                throw new IllegalStateException("The execution " + one.pipelineExecutionId() + " is " + one.status());
            }
        }
        return ended;
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
