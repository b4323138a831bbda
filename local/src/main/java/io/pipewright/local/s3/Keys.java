package io.pipewright.local.s3;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** Percent-encoding as S3 uses it. */
final class Keys {
    private static final String UNRESERVED = "-_.~";
    private static final char REPLACEMENT = '\uFFFD';
    private static final String REPLACEMENT_ENCODED = "%EF%BF%BD";

    private Keys() {
    }

    /** Decodes a path once; a plus is a plus. What isn't UTF-8 is no key. */
    static String decode(String path) {
        try {
            String key = URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
            if (key.indexOf(REPLACEMENT) < 0 || path.contains(REPLACEMENT_ENCODED)) {
                return key;
            }
        } catch (IllegalArgumentException notEncoded) {
            // Refused below.
        }
        throw new Refusal(400, "InvalidURI", "Couldn't parse the specified URI.").with("URI", path);
    }

    /** Decodes a query parameter; a plus is a space. */
    static String decodeForm(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalidArgument("The value is not URL-encoded", "value", text);
        }
    }

    /** Encodes all but unreserved characters and slashes, as {@code encoding-type=url} asks. */
    static String encode(String key) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (c == '/' || c < 128 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
                encoded.append(c);
            } else {
                encoded.append(String.format("%%%02X", (int) c));
            }
        }
        return encoded.toString();
    }
}
