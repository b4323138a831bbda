package io.pipewright.local.sfn;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;

/** Task tokens: the execution's number, so that no table of tokens is needed, and 16 random bytes, which make them unguessable. */
final class Tokens {
    private static final int LENGTH = Long.BYTES + 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() { }

    static String create(long execution) {
        byte[] secret = new byte[LENGTH - Long.BYTES];
        RANDOM.nextBytes(secret);
        return Base64.getEncoder().encodeToString(ByteBuffer.allocate(LENGTH).putLong(execution).put(secret).array());
    }

    /**
     * The number of the execution that the token belongs to, if any does.
     *
     * @throws software.amazon.awssdk.services.sfn.model.InvalidTokenException if it is no token at all
     */
    static long execution(String token) {
        try {
            byte[] bytes = Base64.getDecoder().decode(token == null ? "" : token);
            if (bytes.length == LENGTH) {
                return ByteBuffer.wrap(bytes).getLong();
            }
        } catch (IllegalArgumentException e) {
            throw Refusal.invalidToken("Invalid token");
        }
        throw Refusal.invalidToken("Invalid token");
    }
}
