package io.pipewright.functions.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * Page tokens: where the next page begins, good only for the operation and filter that it was given out for.
 *
 * <p>A token is not secret and not signed. Whoever edits one reaches another position of the same list, never another list: build the
 * key that is read from the request, and only the place within it from the token.
 */
public final class NextToken {
    /** What the model allows a client to send back. */
    static final int LONGEST = 2048;

    private NextToken() {
    }

    /**
     * @param operation the operation's name
     * @param filter what the list depends on besides the position (pipeline, filter members), in any stable form of the caller's;
     *         requests with equal texts share tokens
     * @param position where the next page begins, in a form of the caller's, at most 1,400 bytes of UTF-8
     * @throws IllegalArgumentException if the position is so long that a client could not send the token back
     */
    public static String encode(String operation, String filter, String position) {
        String json = JsonNodeFactory.instance.objectNode()
                .put("operation", operation)
                .put("filter", digest(filter))
                .put("position", position)
                .toString();
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
        if (token.length() > LONGEST) {
            throw new IllegalArgumentException("A page token of " + token.length() + " characters: a client may send " + LONGEST);
        }
        return token;
    }

    /**
     * The position in a token that {@link #encode} made for the same operation and filter.
     *
     * @throws ApiError InvalidNextTokenException for any other text
     */
    public static String decode(String token, String operation, String filter) {
        JsonNode json = json(token);
        if (!json.path("operation").asText().equals(operation)
                || !json.path("filter").asText().equals(digest(filter))
                || !json.path("position").isTextual()) {
            throw ApiError.invalidNextToken(token);
        }
        return json.path("position").textValue();
    }

    private static JsonNode json(String token) {
        try {
            return Json.mapper().readTree(new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException | JsonProcessingException notOurs) {
            throw ApiError.invalidNextToken(token);
        }
    }

    private static String digest(String filter) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(filter.getBytes(StandardCharsets.UTF_8));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 12));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
