package io.pipewright.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * What scenarios work with.
 *
 * @param launcher the {@code pipewright} script
 * @param data where the servers' data directories are made; which disk it is on matters
 * @param effort 1 for figures that can be quoted; less for a quick look: that share of repetitions
 */
record Bench(Path launcher, Path data, double effort, Report report) {

    /** So many repetitions at full effort, never fewer than ten. */
    int times(int full) {
        return (int) Math.max(10, Math.round(full * effort));
    }

    /** A fresh data directory. */
    Path directory() {
        try {
            return Files.createTempDirectory(data, "pipewright-bench-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(one);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
