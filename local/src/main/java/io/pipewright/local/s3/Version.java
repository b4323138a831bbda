package io.pipewright.local.s3;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One version of an object, or a delete marker.
 *
 * @param sequence orders the versions of a key, newest highest; also the event's sequencer
 * @param id {@code null} as text for versions written while versioning was not enabled
 * @param data names the parts that hold the bytes; empty for a marker
 * @param etag without quotes
 * @param modified whole seconds, as S3 keeps it
 * @param attributes what GET answers again, by lower-case header name
 * @param partCount 0 unless it came from a multipart upload
 */
record Version(String bucket, String key, long sequence, String id, boolean latest, boolean marker, String data,
        long size, String etag, Instant modified, Map<String, String> attributes, Map<String, String> tags,
        Optional<Sum> sum, int partCount) {

    /** The id of versions written while the bucket's versioning was not enabled. */
    static final String NULL_ID = "null";

    /** A delete marker that lacks id and sequence. */
    static Version marker(String bucket, String key, Instant now) {
        return new Version(bucket, key, 0, "", true, true, "", 0, "", now.truncatedTo(ChronoUnit.SECONDS), Map.of(), Map.of(),
                Optional.empty(), 0);
    }

    Version as(String newId, long newSequence) {
        return new Version(bucket, key, newSequence, newId, latest, marker, data, size, etag, modified, attributes, tags, sum,
                partCount);
    }

    /**
     * A new id of 32 characters. It begins with the sequence, so that a list can go on behind a version that was deleted
     * since, as clients do that empty a bucket page by page.
     */
    static String id(long sequence) {
        return String.format(Locale.ROOT, "%016x%016x", sequence, ThreadLocalRandom.current().nextLong());
    }

    /** Whether the text could be an id. */
    static boolean isId(String text) {
        return text.equals(NULL_ID) || text.matches("[A-Za-z0-9._-]{32}");
    }

    /** The sequence that an id begins with, if it has one. */
    static OptionalLong sequenceOf(String id) {
        return id.matches("[0-7][0-9a-f]{31}") ? OptionalLong.of(Long.parseLong(id.substring(0, 16), 16)) : OptionalLong.empty();
    }

    String quotedEtag() {
        return '"' + etag + '"';
    }

    Optional<String> attribute(String header) {
        return Optional.ofNullable(attributes.get(header));
    }
}
