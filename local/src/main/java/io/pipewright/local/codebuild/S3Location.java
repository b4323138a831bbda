package io.pipewright.local.codebuild;

import java.util.Optional;

/** A bucket and a key in it. */
record S3Location(String bucket, String key) {
    private static final String ARN = "arn:aws:s3:::";

    /** Reads {@code bucket/key} or {@code arn:aws:s3:::bucket/key}; the key may have slashes and any ending. */
    static Optional<S3Location> parse(String text) {
        if (text == null) {
            return Optional.empty();
        }
        String path = text.startsWith(ARN) ? text.substring(ARN.length()) : text;
        int slash = path.indexOf('/');
        return slash < 1 || slash == path.length() - 1 || path.startsWith("s3:")
                ? Optional.empty()
                : Optional.of(new S3Location(path.substring(0, slash), path.substring(slash + 1)));
    }

    static boolean isArn(String text) {
        return text != null && text.startsWith(ARN);
    }

    String arn() {
        return ARN + bucket + "/" + key;
    }
}
