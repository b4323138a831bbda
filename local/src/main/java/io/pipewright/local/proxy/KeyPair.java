package io.pipewright.local.proxy;

import java.security.SecureRandom;
import java.util.Base64;

/** What clients sign with on their way to the proxy. It opens nothing else, and ends with the proxy. */
public record KeyPair(String accessKeyId, String secretAccessKey) {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int ID_LETTERS = 12;
    private static final int SECRET_BYTES = 30;

    /** A new one. */
    public static KeyPair random() {
        SecureRandom random = new SecureRandom();
        StringBuilder id = new StringBuilder("PIPEWRIGHT");
        for (int i = 0; i < ID_LETTERS; i++) {
            id.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
        }
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        return new KeyPair(id.toString(), Base64.getEncoder().encodeToString(secret).replace('+', 'a').replace('/', 'b'));
    }

    /** Not the secret, so that it comes into no log by accident. */
    @Override
    public String toString() {
        return "KeyPair " + accessKeyId;
    }
}
