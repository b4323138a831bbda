package io.pipewright.local.codebuild;

import java.util.regex.Pattern;

/** What a {@code buildspec} setting is: YAML text, an S3 object or a path in the source. */
final class BuildspecText {
    private static final Pattern INLINE = Pattern.compile("(?s).*\\R.*|\\s*\\{.*|\\s*version\\s*:.*");

    private BuildspecText() {
    }

    /** More than one line, a JSON object, or a text that starts with the version; anything else is a path or an ARN. */
    static boolean isInline(String setting) {
        return setting != null && INLINE.matcher(setting).matches();
    }
}
