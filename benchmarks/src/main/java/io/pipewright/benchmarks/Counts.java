package io.pipewright.benchmarks;

import io.pipewright.local.watch.Meter;
import io.pipewright.local.watch.Meter.Count;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** What an execution of five stages and ten actions uses, and what that costs beside CodePipeline. */
final class Counts {
    private static final int RUNS = 20;
    private static final int GATES = Release.STAGES + 1;
    /** Entered states beside the start. */
    private static final int TRANSITIONS = Release.STAGES + Release.ACTIONS + 2 + 2 * Release.PARALLEL_GROUPS;
    /** Functions that an execution calls. */
    private static final int FUNCTIONS = 9;
    /**
     * The reconciler looks at an execution whose builds take minutes: twice, with five writes and as many reads each (its reminder
     * is moved, the next decision makes a nearer one, a stale one goes). Executions of this benchmark are over before.
     */
    private static final int LOOKS = 2;
    private static final int OF_A_LOOK = 5;

    private final Meter meter = new Meter();
    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    /** What limits hold for; {@code times} of it are in one execution. */
    private record Kind(int times, int invocations, int writes, Usage used) { }

    private Counts() {
        kinds.put("gates", new Kind(GATES, 1, 6, Usage.NONE));
        kinds.put("S3 sources", new Kind(1, 1, 8, Usage.NONE));
        kinds.put("S3 deployments", new Kind(5, 1, 8, Usage.NONE));
        kinds.put("CodeBuild", new Kind(2, 2, 12, Usage.NONE));
        kinds.put("Lambda", new Kind(1, 2, 12, Usage.NONE));
        kinds.put("approvals", new Kind(1, 2, 12, Usage.NONE));
        kinds.put("starts", new Kind(1, 1, 0, Usage.NONE));
    }

    static void run(Bench bench) {
        Path data = bench.directory();
        Counts counts = new Counts();
        int runs = bench.times(RUNS);
        bench.report().section("What an execution of " + Release.STAGES + " stages and " + Release.ACTIONS
                + " actions uses; mean of " + runs);
        try (Release release = new Release(data, counts.meter)) {
            release.create();
            counts.forget();
            long transitions = 0;
            for (int i = 0; i < runs; i++) {
                transitions += counts.once(release);
            }
            counts.print(bench.report(), runs, (double) transitions / runs);
        }
        Bench.delete(data);
    }

    private void forget() {
        kinds.replaceAll((name, kind) -> new Kind(kind.times, kind.invocations, kind.writes, Usage.NONE));
        for (String function : new String[] {"api", "gate", "source", "deploy", "build", "test", "completion", "invoke", "approval"}) {
            meter.take(function);
        }
    }

    private long once(Release release) {
        meter.take("api");
        String run = release.start();
        called("starts");
        release.answerJob(this::unaware);
        called("Lambda");
        release.approve(this::unaware);
        called("approvals");
        release.awaitEnd(run);
        add("gates", "gate");
        add("S3 sources", "source");
        add("S3 deployments", "deploy");
        add("CodeBuild", "build");
        add("CodeBuild", "test");
        add("CodeBuild", "completion");
        add("Lambda", "invoke");
        add("approvals", "approval");
        return release.transitions(run);
    }

    /** What was asked of the API until now only served to wait. */
    private void unaware() {
        meter.take("api");
    }

    /** A call to the API is an invocation of its function. */
    private void called(String kind) {
        add(kind, "api");
        add(kind, Usage.NONE.plus(Count.INVOCATIONS, 1));
    }

    private void add(String kind, String function) {
        add(kind, new Usage(meter.take(function)));
    }

    private void add(String name, Usage used) {
        kinds.computeIfPresent(name, (same, kind) ->
                new Kind(kind.times, kind.invocations, kind.writes, kind.used.plus(used)));
    }

    private void print(Report report, int runs, double transitions) {
        report.line("transitions, the start included", "%.1f, at most %d + 1", transitions, TRANSITIONS);
        report.line("for each of the", "%11s %14s %11s %10s %6s", "invocations", "writes", "write units", "read units", "events");
        kinds.forEach((name, kind) -> {
            double times = (double) kind.times * runs;
            report.line("  " + kind.times + " " + name, "%5.1f  <= %d %6.1f  %s %11.1f %10.1f %6.1f",
                    kind.used.of(Count.INVOCATIONS) / times, kind.invocations, kind.used.of(Count.WRITES) / times,
                    kind.writes == 0 ? "     " : String.format("<= %2d", kind.writes),
                    kind.used.of(Count.WRITE_UNITS) / times, kind.used.of(Count.READ_UNITS) / times,
                    kind.used.of(Count.EVENTS) / times);
        });
        Usage all = kinds.values().stream().map(Kind::used).reduce(Usage.NONE, Usage::plus);
        new Dollars(report, transitions, all, runs).print();
    }

    /** Prices of what was counted. */
    private record Dollars(Report report, double transitions, Usage used, int runs) {
        /** Begun minutes of the nine actions that V2 bills: a build of four, a test of three, the others of one. */
        private static final int MINUTES = 4 + 3 + 7;
        private static final int SHORT_MINUTES = 9;
        private static final int MINUTES_OF_A_MONTH = 30 * 24 * 60;
        private static final int SHARDS = 4;
        private static final int ALARM_METRICS = 37;

        private double execution() {
            double starts = FUNCTIONS * Usage.START_SECONDS * Prices.GIGABYTE_SECOND;
            double looks = LOOKS * OF_A_LOOK * (Prices.WRITE_UNIT + Prices.READ_UNIT);
            return transitions * Prices.TRANSITION + (used.lambda() + used.table() + used.events()) / runs + starts + looks;
        }

        /** The reconciler asks once a minute what is due. */
        private static double month() {
            Usage asked = Usage.NONE.plus(Count.INVOCATIONS, 1).plus(Count.CALLS, SHARDS).plus(Count.READ_UNITS, SHARDS);
            return MINUTES_OF_A_MONTH * (asked.lambda() + asked.table()) + ALARM_METRICS * Prices.ALARM_METRIC;
        }

        void print() {
            report.section("Dollars, list prices of us-east-1, free tiers left out");
            report.line("an execution: transitions", "%.6f", transitions * Prices.TRANSITION);
            report.line("  Lambda, warm", "%.6f", used.lambda() / runs);
            report.line("  Lambda, every function started once", "%.6f", FUNCTIONS * Usage.START_SECONDS * Prices.GIGABYTE_SECOND);
            report.line("  DynamoDB", "%.6f", used.table() / runs);
            report.line("  DynamoDB, the reconciler's looks", "%.6f", LOOKS * OF_A_LOOK * (Prices.WRITE_UNIT + Prices.READ_UNIT));
            report.line("  events", "%.6f", used.events() / runs);
            report.line("  together", "%.6f", execution());
            against("V2, builds of 4 and 3 minutes", MINUTES);
            against("V2, every action within a minute", SHORT_MINUTES);
            report.line("a month without executions", "%.2f", month());
            team("5 pipelines, 200 executions a month", 5, 200);
            team("50 pipelines, 4,000 executions", 50, 4_000);
            team("500 pipelines, 60,000 executions", 500, 60_000);
        }

        private void against(String name, int minutes) {
            double v2 = minutes * Prices.V2_MINUTE;
            report.line(name, "%.6f, 1/%.0f of it", v2, v2 / execution());
        }

        private void team(String name, int pipelines, int executions) {
            report.line(name, "%8.2f   V1 %8.2f   V2 %8.2f", month() + executions * execution(),
                    pipelines * Prices.V1_PIPELINE, executions * MINUTES * Prices.V2_MINUTE);
        }
    }
}
