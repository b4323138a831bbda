package io.pipewright.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/** Durations that were measured, in milliseconds. */
final class Samples {
    private final double[] sorted;

    private Samples(double[] sorted) {
        this.sorted = sorted;
    }

    static Samples ofNanos(long[] nanos) {
        return new Samples(Arrays.stream(nanos).mapToDouble(one -> one / 1e6).sorted().toArray());
    }

    static Samples ofMillis(long[] millis) {
        return new Samples(Arrays.stream(millis).asDoubleStream().sorted().toArray());
    }

    double least() {
        return sorted[0];
    }

    int count() {
        return sorted.length;
    }

    double median() {
        return at(0.5);
    }

    /** The value that {@code share} of them don't exceed. */
    double at(double share) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "min %6.1f   quarter %6.1f   median %6.1f   p95 %6.1f ms   (%d)",
                least(), at(0.25), median(), at(0.95), sorted.length);
    }
}
