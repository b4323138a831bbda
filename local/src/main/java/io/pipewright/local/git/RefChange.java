package io.pipewright.local.git;

/**
 * A reference came, moved or went.
 *
 * @param reference full name, {@code refs/heads/main}
 * @param before forty hexadecimal digits; {@link #NOTHING} when it came
 * @param after likewise; {@link #NOTHING} when it went
 */
record RefChange(String repository, String reference, String before, String after) {
    /** The id of no object. */
    static final String NOTHING = "0".repeat(40);
    private static final String BRANCHES = "refs/heads/";
    private static final String TAGS = "refs/tags/";

    /** The event's {@code referenceType}; other references have none and cause no event. */
    boolean isBranchOrTag() {
        return reference.startsWith(BRANCHES) || reference.startsWith(TAGS);
    }

    String referenceType() {
        return reference.startsWith(BRANCHES) ? "branch" : "tag";
    }

    String referenceName() {
        return reference.substring((reference.startsWith(BRANCHES) ? BRANCHES : TAGS).length());
    }

    String event() {
        if (before.equals(NOTHING)) {
            return "referenceCreated";
        }
        return after.equals(NOTHING) ? "referenceDeleted" : "referenceUpdated";
    }
}
