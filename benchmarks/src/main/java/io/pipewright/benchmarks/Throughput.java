package io.pipewright.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;

/** Many executions at a time: how many the server completes in a second. */
final class Throughput {
    private static final int WARM_UP_SECONDS = 10;
    private static final int SECONDS = 30;
    private static final String PIPELINE = "site";

    private Throughput() {
    }

    static void run(Bench bench, Server.Sync sync) {
        bench.report().section("S3 to S3, PARALLEL, at most " + Load.MOST_ACTIVE + " active, --sync "
                + sync.name().toLowerCase());
        Path data = bench.directory();
        try (Server server = Server.start(bench.launcher(), data, sync); Account account = new Account(server)) {
            account.prepare();
            account.createPipeline(PIPELINE, ExecutionMode.PARALLEL);
            Load.during(account, PIPELINE, seconds(bench, WARM_UP_SECONDS));
            Duration before = server.cpu();
            Duration ownBefore = ownCpu();
            Load.Outcome outcome = Load.during(account, PIPELINE, seconds(bench, SECONDS));
            double cpu = server.cpu().minus(before).toMillis();
            double ownCpu = ownCpu().minus(ownBefore).toMillis();
            bench.report().figure("executions per second", outcome.perSecond(), "");
            bench.report().figure("processor time per execution, starts and looks included",
                    cpu / outcome.succeeded(), "ms");
            bench.report().figure("the load generator's own, per execution", ownCpu / outcome.succeeded(), "ms");
            bench.report().figure("resident memory afterwards", server.residentMegabytes(), "MB");
        }
        Bench.delete(data);
    }

    private static Duration ownCpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private static Duration seconds(Bench bench, int full) {
        return Duration.ofSeconds(Math.max(5, Math.round(full * bench.effort())));
    }
}
