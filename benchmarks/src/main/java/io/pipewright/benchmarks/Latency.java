package io.pipewright.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;

/** One execution after the other: how long each takes, and what it costs the server. */
final class Latency {
    private static final int WARM_UP = 300;
    private static final int RUNS = 300;
    private static final int PAGE = 100;
    private static final String PIPELINE = "site";

    private Latency() {
    }

    static void run(Bench bench, Server.Sync sync) {
        bench.report().section("S3 to S3, one execution at a time, --sync " + sync.name().toLowerCase());
        Path data = bench.directory();
        if (sync == Server.Sync.FULL) {
            bench.report().figure("fsync of the disk", Disk.fsync(data, bench.times(300)));
        }
        try (Server server = Server.start(bench.launcher(), data, sync); Account account = new Account(server)) {
            account.prepare();
            account.createPipeline(PIPELINE, ExecutionMode.QUEUED);
            clientLatency(account, bench.times(WARM_UP));
            Duration before = server.cpu();
            int runs = bench.times(RUNS);
            Samples client = clientLatency(account, runs);
            double cpu = server.cpu().minus(before).toMillis();
            bench.report().figure("start to Succeeded, seen by the client", client);
            bench.report().figure("start to Succeeded, the server's own times", serverLatency(account, runs));
            bench.report().figure("processor time per execution, polling included", cpu / runs, "ms");
        }
        Bench.delete(data);
    }

    private static Samples clientLatency(Account account, int runs) {
        long[] nanos = new long[runs];
        for (int i = 0; i < runs; i++) {
            long from = System.nanoTime();
            account.awaitSuccess(PIPELINE, account.start(PIPELINE));
            nanos[i] = System.nanoTime() - from;
        }
        return Samples.ofNanos(nanos);
    }

    private static Samples serverLatency(Account account, int runs) {
        List<PipelineExecutionSummary> latest = account.pipelines()
                .listPipelineExecutionsPaginator(request -> request.pipelineName(PIPELINE).maxResults(PAGE))
                .pipelineExecutionSummaries().stream().limit(runs).toList();
        return Samples.ofMillis(latest.stream()
                .mapToLong(one -> Duration.between(one.startTime(), one.lastUpdateTime()).toMillis()).toArray());
    }
}
