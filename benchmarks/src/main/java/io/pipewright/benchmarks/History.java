package io.pipewright.benchmarks;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionFilter;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.StartTimeRange;

/** What a long history costs the readers: the same calls on a server with few executions and on one with many, in turns. */
final class History {
    private static final int FEW = 10;
    private static final int MANY = 10_000;
    private static final int PAGE = 10;
    private static final int WARM_UP = 400;
    private static final int CALLS = 400;
    private static final String PIPELINE = "site";

    private History() {
    }

    /** A call about an execution. */
    private interface Call {
        void on(CodePipelineClient client, String execution);
    }

    static void run(Bench bench) {
        int many = bench.times(MANY);
        bench.report().section("Readers with " + FEW + " and with " + many + " executions in the history");
        Path few = filled(bench, FEW);
        Path much = filled(bench, many);
        // Both start anew: a server that has just run thousands of executions is better compiled.
        try (Server small = Server.start(bench.launcher(), few, Server.Sync.NORMAL);
                Server large = Server.start(bench.launcher(), much, Server.Sync.NORMAL);
                Account one = new Account(small); Account other = new Account(large)) {
            calls().forEach((name, call) -> compare(bench, name, call, one, other));
        }
        Bench.delete(few);
        Bench.delete(much);
    }

    /** Fills in PARALLEL mode, which is quick, and ends in QUEUED mode, whose state has stages. */
    private static Path filled(Bench bench, int executions) {
        Path data = bench.directory();
        try (Server server = Server.start(bench.launcher(), data, Server.Sync.NORMAL);
                Account account = new Account(server)) {
            account.prepare();
            account.createPipeline(PIPELINE, ExecutionMode.PARALLEL);
            Load.Outcome outcome = Load.of(account, PIPELINE, executions - 2);
            bench.report().figure(executions + " executions made, per second", outcome.perSecond(), "");
            account.switchTo(PIPELINE, ExecutionMode.QUEUED);
            account.awaitSuccess(PIPELINE, account.start(PIPELINE));
        }
        return data;
    }

    private static Map<String, Call> calls() {
        Map<String, Call> calls = new LinkedHashMap<>();
        calls.put("GetPipelineState", (client, execution) -> client.getPipelineState(
                request -> request.name(PIPELINE)));
        calls.put("ListPipelineExecutions", (client, execution) -> client.listPipelineExecutions(
                request -> request.pipelineName(PIPELINE).maxResults(PAGE)));
        calls.put("ListActionExecutions", (client, execution) -> client.listActionExecutions(
                request -> request.pipelineName(PIPELINE).maxResults(PAGE)));
        calls.put("ListActionExecutions of an execution", (client, execution) -> list(client,
                ActionExecutionFilter.builder().pipelineExecutionId(execution).build()));
        calls.put("ListActionExecutions, latest in an execution", (client, execution) -> list(client,
                ActionExecutionFilter.builder().latestInPipelineExecution(latest -> latest
                        .pipelineExecutionId(execution).startTimeRange(StartTimeRange.LATEST)).build()));
        calls.put("ListPipelines", (client, execution) -> client.listPipelines());
        return calls;
    }

    private static void list(CodePipelineClient client, ActionExecutionFilter filter) {
        client.listActionExecutions(request -> request.pipelineName(PIPELINE).filter(filter).maxResults(PAGE));
    }

    private static void compare(Bench bench, String name, Call call, Account few, Account many) {
        time(call, few, many, bench.times(WARM_UP));
        Samples[] samples = time(call, few, many, bench.times(CALLS));
        bench.report().figure(name + ", few", samples[0]);
        bench.report().figure(name + ", many", samples[1]);
        bench.report().figure("  many / few", samples[1].median() / samples[0].median(), "");
    }

    private static Samples[] time(Call call, Account few, Account many, int times) {
        String inFew = few.newest(PIPELINE, 1).get(0).pipelineExecutionId();
        String inMany = many.newest(PIPELINE, 1).get(0).pipelineExecutionId();
        long[] fewNanos = new long[times];
        long[] manyNanos = new long[times];
        for (int i = 0; i < times; i++) {
            fewNanos[i] = nanos(call, few, inFew);
            manyNanos[i] = nanos(call, many, inMany);
        }
        return new Samples[] {Samples.ofNanos(fewNanos), Samples.ofNanos(manyNanos)};
    }

    private static long nanos(Call call, Account account, String execution) {
        long from = System.nanoTime();
        call.on(account.pipelines(), execution);
        return System.nanoTime() - from;
    }
}
