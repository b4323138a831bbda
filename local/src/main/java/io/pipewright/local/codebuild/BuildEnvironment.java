package io.pipewright.local.codebuild;

import java.util.Objects;

/**
 * Where builds believe they run, and how many at a time.
 *
 * @param region AWS region name, in ARNs and in {@code AWS_REGION} of every build
 * @param account 12-digit account id, in ARNs
 * @param endpointUrl given to every build as {@code AWS_ENDPOINT_URL}, so that its AWS clients reach the local home
 * @param maxConcurrentBuilds at least 1; further builds wait in the queue, which holds five times as many
 */
public record BuildEnvironment(String region, String account, String endpointUrl, int maxConcurrentBuilds) {
    /** Refuses missing texts and a limit below 1. */
    public BuildEnvironment {
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(endpointUrl, "endpointUrl");
        if (maxConcurrentBuilds < 1) {
            throw new IllegalArgumentException("maxConcurrentBuilds is " + maxConcurrentBuilds + "; it must be at least 1");
        }
    }

    String arn(String resource) {
        return "arn:aws:codebuild:" + region + ":" + account + ":" + resource;
    }
}
