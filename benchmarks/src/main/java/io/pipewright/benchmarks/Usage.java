package io.pipewright.benchmarks;

import io.pipewright.local.watch.Meter.Count;
import java.util.EnumMap;
import java.util.Map;

/** What was counted for some number of things of a kind. */
record Usage(Map<Count, Long> counts) {
    /** What a function needs for itself and for each of its calls, when it is warm; and to start from its snapshot. Assumed. */
    private static final double OWN_SECONDS = 0.020;
    private static final double CALL_SECONDS = 0.010;
    static final double START_SECONDS = 0.5;

    static final Usage NONE = new Usage(Map.of());

    long of(Count count) {
        return counts.getOrDefault(count, 0L);
    }

    Usage plus(Usage other) {
        Map<Count, Long> sum = new EnumMap<>(Count.class);
        counts.forEach((count, amount) -> sum.merge(count, amount, Long::sum));
        other.counts.forEach((count, amount) -> sum.merge(count, amount, Long::sum));
        return new Usage(sum);
    }

    Usage plus(Count count, long amount) {
        return plus(new Usage(Map.of(count, amount)));
    }

    /** Requests and time, at a gigabyte of memory. */
    double lambda() {
        return of(Count.INVOCATIONS) * Prices.REQUEST
                + (of(Count.INVOCATIONS) * OWN_SECONDS + of(Count.CALLS) * CALL_SECONDS) * Prices.GIGABYTE_SECOND;
    }

    double table() {
        return of(Count.WRITE_UNITS) * Prices.WRITE_UNIT + of(Count.READ_UNITS) * Prices.READ_UNIT;
    }

    double events() {
        return of(Count.EVENTS) * Prices.EVENT;
    }
}
