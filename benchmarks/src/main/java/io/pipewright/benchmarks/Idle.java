package io.pipewright.benchmarks;

import java.nio.file.Path;
import java.time.Duration;

/** A server that nobody asks anything: how soon it serves, how large it is, and what it costs to have it run. */
final class Idle {
    private static final int STARTS = 10;
    private static final int SETTLE_SECONDS = 10;
    private static final int SECONDS = 30;

    private Idle() {
    }

    static void run(Bench bench) {
        bench.report().section("Start and rest");
        Path data = bench.directory();
        long[] ready = new long[bench.times(STARTS)];
        for (int i = 0; i < ready.length; i++) {
            try (Server server = Server.start(bench.launcher(), data, Server.Sync.NORMAL)) {
                ready[i] = server.ready().toNanos();
            }
        }
        bench.report().figure("serve: ready after", Samples.ofNanos(ready));
        try (Server server = Server.start(bench.launcher(), data, Server.Sync.NORMAL)) {
            Account.pause(Duration.ofSeconds(SETTLE_SECONDS).toMillis());
            bench.report().figure("resident memory 10 s after", server.residentMegabytes(), "MB");
            Duration before = server.cpu();
            Account.pause(Duration.ofSeconds(SECONDS).toMillis());
            bench.report().figure("processor time at rest, per second",
                    server.cpu().minus(before).toMillis() / (double) SECONDS, "ms");
        }
        Bench.delete(data);
    }
}
