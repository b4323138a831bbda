package io.pipewright.local.sfn;

import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where the next page begins, as an opaque text. */
final class PageToken {
    private PageToken() { }

    static String of(Object place) {
        return Base64.getUrlEncoder().encodeToString(String.valueOf(place).getBytes(StandardCharsets.UTF_8));
    }

    static String text(String token) {
        try {
            return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw Refusal.invalidToken("Invalid token");
        }
    }

    static long number(String token) {
        try {
            return Long.parseLong(text(token));
        } catch (NumberFormatException e) {
            throw Refusal.invalidToken("Invalid token");
        }
    }
}
