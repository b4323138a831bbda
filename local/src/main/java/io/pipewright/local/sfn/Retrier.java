package io.pipewright.local.sfn;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;

/**
 * One entry of {@code Retry} ("Retrying after an error", States Language).
 *
 * @param maxAttempts retries, not tries; 0 means never
 * @param backoffRate at least 1
 * @param fullJitter whether the delay is drawn evenly between zero and the computed one
 */
record Retrier(List<String> errorEquals, int intervalSeconds, int maxAttempts, double backoffRate, OptionalInt maxDelaySeconds,
        boolean fullJitter) {

    /** AWS never waits longer than a year, and the exponential leaves every number's range otherwise. */
    private static final double LONGEST_SECONDS = 31_622_400;

    boolean takes(Failure failure) {
        return errorEquals.stream().anyMatch(failure::matches);
    }

    /**
     * How long to wait before a retry.
     *
     * @param retry 1 for the first retry by this retrier
     * @param random evenly drawn from [0, 1)
     */
    Duration delay(int retry, double random) {
        double bound = Math.min(LONGEST_SECONDS, maxDelaySeconds.orElse(Integer.MAX_VALUE));
        double seconds = Math.min(bound, intervalSeconds * Math.pow(backoffRate, retry - 1));
        return Duration.ofMillis(Math.round(1000 * (fullJitter ? seconds * random : seconds)));
    }
}
