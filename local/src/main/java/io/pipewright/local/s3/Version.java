package io.pipewright.local.s3;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * One version of an object, or a delete marker.
 *
 * @param sequence orders the versions of a key, newest highest; also the event's sequencer
 * @param versionId {@code null} as text for versions written while versioning was not enabled
 * @param data names the parts that hold the bytes; empty for a marker
 * @param etag without quotes
 * @param modified whole seconds, as S3 keeps it
 * @param attributes what GET answers again, by lower-case header name
 * @param partCount 0 unless it came from a multipart upload
 */
record Version(String bucket, String key, long sequence, String versionId, boolean latest, boolean marker, String data,
        long size, String etag, Instant modified, Map<String, String> attributes, Map<String, String> tags,
        Optional<Sum> sum, int partCount) {

    /** The id of versions written while the bucket's versioning was not enabled. */
    static final String NULL_VERSION = "null";

    String quotedEtag() {
        return '"' + etag + '"';
    }

    Optional<String> attribute(String header) {
        return Optional.ofNullable(attributes.get(header));
    }
}
