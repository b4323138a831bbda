package io.pipewright.local.s3;

import java.io.InputStream;
import java.util.Optional;

/**
 * An object found for reading.
 *
 * @param range the bytes asked for; empty means all, answered with 200 instead of 206
 * @param body the bytes of the range; closed by whoever takes it
 */
record Content(Bucket bucket, Version version, Optional<ByteRange> range, InputStream body) {

    long length() {
        return range.map(ByteRange::length).orElse(version.size());
    }

    /** The version id as answers show it: only where the bucket ever had versioning. */
    Optional<String> versionId() {
        return bucket.versioning() == Bucket.Versioning.UNSET ? Optional.empty() : Optional.of(version.id());
    }
}
