package io.pipewright.local.s3;

import java.util.Optional;

/** When to write an object: only if there is none ({@code If-None-Match: *}), or only over a known one. */
record WriteConditions(Optional<String> ifMatch, Optional<String> ifNoneMatch) {
    static final WriteConditions NONE = new WriteConditions(Optional.empty(), Optional.empty());

    WriteConditions {
        if (ifMatch.isPresent() && ifNoneMatch.isPresent()) {
            throw Refusal.notImplemented("If-Match,If-None-Match",
                    "Multiple conditional request headers present in the request");
        }
        if (ifNoneMatch.filter(value -> !value.equals("*")).isPresent()) {
            throw Refusal.notImplemented("If-None-Match",
                    "We don't accept the provided value of If-None-Match header for this API");
        }
        if (ifMatch.filter("*"::equals).isPresent()) {
            throw Refusal.notImplemented("If-Match", "We don't accept the provided value of If-Match header for this API");
        }
    }

    boolean isPresent() {
        return ifMatch.isPresent() || ifNoneMatch.isPresent();
    }

    /** Refuses unless the key's newest version is as demanded. */
    void check(String key, Optional<Version> current) {
        Optional<Version> object = current.filter(version -> !version.marker());
        if (ifNoneMatch.isPresent() && object.isPresent()) {
            throw Refusal.preconditionFailed("If-None-Match");
        }
        if (ifMatch.isPresent()) {
            Version version = object.orElseThrow(() -> Refusal.noSuchKey(key));
            if (!ReadConditions.matches(ifMatch.get(), version.etag())) {
                throw Refusal.preconditionFailed("If-Match");
            }
        }
    }
}
