package io.pipewright.local.s3;

import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** When to answer a read, or a copy's source (RFC 9110 section 13 as S3 applies it). */
record ReadConditions(Optional<String> ifMatch, Optional<String> ifNoneMatch, Optional<Instant> ifModifiedSince,
        Optional<Instant> ifUnmodifiedSince) {
    static final ReadConditions NONE =
            new ReadConditions(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Refuses with 412 or 304. A matching ETag beats the date beside it; a date in the future says nothing. */
    void check(Version version, Instant now) {
        failure(version, now).ifPresent(condition -> {
            throw condition.startsWith("If-None-Match") || condition.startsWith("If-Modified-Since")
                    ? new Refusal(304, "NotModified", "Not Modified").withHeader("ETag", version.quotedEtag())
                    : Refusal.preconditionFailed(condition);
        });
    }

    /** As {@link #check}, for the source of a copy: always 412. */
    void checkSource(Version version, Instant now) {
        failure(version, now).ifPresent(condition -> {
            throw Refusal.preconditionFailed("x-amz-copy-source-" + condition);
        });
    }

    private Optional<String> failure(Version version, Instant now) {
        if (ifMatch.isPresent()) {
            if (!matches(ifMatch.get(), version.etag())) {
                return Optional.of("If-Match");
            }
        } else if (ifUnmodifiedSince.filter(date -> !date.isAfter(now) && version.modified().isAfter(date)).isPresent()) {
            return Optional.of("If-Unmodified-Since");
        }
        if (ifNoneMatch.isPresent()) {
            if (matches(ifNoneMatch.get(), version.etag())) {
                return Optional.of("If-None-Match");
            }
        } else if (ifModifiedSince.filter(date -> !date.isAfter(now) && !version.modified().isAfter(date)).isPresent()) {
            return Optional.of("If-Modified-Since");
        }
        return Optional.empty();
    }

    /** Quotes are optional. */
    static boolean matches(String condition, String etag) {
        return condition.equals("*")
                || Arrays.stream(condition.split(",")).anyMatch(text -> unquoted(text.trim()).equals(etag));
    }

    static String unquoted(String etag) {
        return etag.length() >= 2 && etag.startsWith("\"") && etag.endsWith("\"") ? etag.substring(1, etag.length() - 1) : etag;
    }
}
