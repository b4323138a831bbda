package io.pipewright.functions.git;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * User name and password by which CodeCommit knows an IAM identity over HTTPS: a Signature Version 4 of the repository's URL under
 * the method {@code GIT}, as {@code git-remote-codecommit} and the AWS CLI's credential helper make it.
 *
 * @param user access key, then {@code %} and the session token where there is one
 * @param password {@code <time>Z<signature>}; good for about fifteen minutes
 */
record GitLogin(String user, String password) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);
    private static final String SERVICE = "codecommit";

    /** @param path of the repository's URL, from its first slash */
    static GitLogin sign(AwsCredentials credentials, String region, String host, String path, Instant at) {
        String time = TIME.format(at);
        String day = time.substring(0, 8);
        String request = "GIT\n" + path + "\n\nhost:" + host + "\n\nhost\n";
        String text = "AWS4-HMAC-SHA256\n" + time + "\n" + day + "/" + region + "/" + SERVICE + "/aws4_request\n"
                + hex(sha256(request));
        byte[] key = ("AWS4" + credentials.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
        for (String part : new String[] {day, region, SERVICE, "aws4_request"}) {
            key = hmac(key, part);
        }
        String token = credentials instanceof AwsSessionCredentials session ? "%" + session.sessionToken() : "";
        return new GitLogin(credentials.accessKeyId() + token, time + "Z" + hex(hmac(key, text)));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    /** Neither half belongs into a log. */
    @Override
    public String toString() {
        return "GitLogin";
    }
}
