package io.pipewright.local.s3;

import java.time.Instant;

/**
 * A bucket and its settings.
 *
 * @param eventBridge whether its notification configuration asks for EventBridge events
 */
record Bucket(String name, String region, Instant created, Versioning versioning, boolean eventBridge) {

    /** Versioning can be suspended once enabled, never unset again. */
    enum Versioning { UNSET, ENABLED, SUSPENDED }

    String arn() {
        return "arn:aws:s3:::" + name;
    }
}
