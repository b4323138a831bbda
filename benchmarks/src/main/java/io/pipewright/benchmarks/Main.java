package io.pipewright.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs scenarios and prints what they measured; README.md says how to call it. */
public final class Main {
    private static final Map<String, Consumer<Bench>> SCENARIOS = new LinkedHashMap<>();

    static {
        SCENARIOS.put("idle", Idle::run);
        SCENARIOS.put("run", FirstRun::run);
        SCENARIOS.put("latency", bench -> Latency.run(bench, Server.Sync.NORMAL));
        SCENARIOS.put("throughput", bench -> Throughput.run(bench, Server.Sync.NORMAL));
        SCENARIOS.put("latency-full", bench -> Latency.run(bench, Server.Sync.FULL));
        SCENARIOS.put("throughput-full", bench -> Throughput.run(bench, Server.Sync.FULL));
        SCENARIOS.put("history", History::run);
        SCENARIOS.put("cold-start", ColdStart::run);
    }

    private Main() {
    }

    /** Takes names of scenarios, all without any, and the options of README.md. */
    public static void main(String[] arguments) {
        List<String> names = new ArrayList<>();
        Path launcher = Path.of("pipewright").toAbsolutePath();
        Path data = Path.of(System.getProperty("java.io.tmpdir"));
        double effort = 1;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--launcher" -> launcher = Path.of(value(arguments, ++i)).toAbsolutePath();
                case "--data" -> data = Path.of(value(arguments, ++i));
                case "--effort" -> effort = Double.parseDouble(value(arguments, ++i));
                default -> names.add(scenario(arguments[i]));
            }
        }
        Bench bench = new Bench(launcher, data, effort, new Report());
        (names.isEmpty() ? SCENARIOS.keySet() : names).forEach(name -> SCENARIOS.get(name).accept(bench));
    }

    private static String value(String[] arguments, int at) {
        if (at == arguments.length) {
            throw new IllegalArgumentException(arguments[at - 1] + " needs a value.");
        }
        return arguments[at];
    }

    private static String scenario(String name) {
        if (!SCENARIOS.containsKey(name)) {
            throw new IllegalArgumentException("There is no scenario " + name + ", but: " + SCENARIOS.keySet());
        }
        return name;
    }
}
