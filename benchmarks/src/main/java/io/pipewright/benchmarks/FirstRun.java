package io.pipewright.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How soon {@code pipewright run} has started its execution, as the log tells. */
final class FirstRun {
    private static final int RUNS = 10;
    private static final String EXAMPLE = "examples/release";
    private static final ObjectMapper JSON = new ObjectMapper();

    private FirstRun() {
    }

    static void run(Bench bench) {
        bench.report().section("run, until its execution has started");
        long[] nanos = new long[bench.times(RUNS)];
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = once(bench).toNanos();
        }
        bench.report().figure("started after", Samples.ofNanos(nanos));
    }

    private static Duration once(Bench bench) {
        Path data = bench.directory();
        Instant from = Instant.now();
        Process process = start(bench, data);
        try {
            Optional<Instant> started = startedAt(data);
            while (started.isEmpty()) {
                if (!process.isAlive()) {
                    throw new IllegalStateException("run ended before its execution started");
                }
                Account.pause(20);
                started = startedAt(data);
            }
            return Duration.between(from, started.get());
        } finally {
            end(process);
            Bench.delete(data);
        }
    }

    private static Process start(Bench bench, Path data) {
        try {
            return new ProcessBuilder(bench.launcher().toString(), "run",
                    bench.launcher().resolveSibling(EXAMPLE).toString(), "--yes", "--data", data.toString())
                    .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Instant> startedAt(Path data) {
        Path log = data.resolve("log").resolve("pipewright.log");
        try {
            if (Files.exists(log)) {
                for (String line : Files.readAllLines(log)) {
                    if (line.contains("\"STARTED\"") && line.endsWith("}")) {
                        JsonNode event = JSON.readTree(line);
                        return Optional.of(Instant.parse(event.path("time").textValue()));
                    }
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
