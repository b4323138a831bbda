package io.pipewright.events.in;

import java.time.Instant;

/**
 * What EventBridge says about every event.
 *
 * @param id unique for each event put on a bus; one event delivered twice has the same
 * @param source who sent it, such as {@code aws.s3}
 * @param detailType what kind it is, such as {@code Object Created}
 * @param account twelve digits
 * @param region where it happened
 * @param time when it happened, in whole seconds
 */
public record Envelope(String id, String source, String detailType, String account, String region, Instant time) {
}
