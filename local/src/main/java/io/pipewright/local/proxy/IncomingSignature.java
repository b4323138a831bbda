package io.pipewright.local.proxy;

import io.pipewright.local.http.Request;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Whether a call of the JSON protocol, which goes by POST to {@code /}, is signed with the proxy's own key pair (Signature Version 4,
 * any region and service). A page in a browser can reach a loopback port; it can't know the secret.
 */
final class IncomingSignature {
    private static final Pattern AUTHORIZATION = Pattern.compile("AWS4-HMAC-SHA256 +Credential=([^/, ]+)/"
            + "((\\d{8})/([A-Za-z0-9-]+)/([A-Za-z0-9-]+)/aws4_request), *SignedHeaders=([a-z0-9;-]+), *Signature=([0-9a-f]{64})");
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(15);
    private static final List<String> ALWAYS_SIGNED = List.of("host", "x-amz-date", "x-amz-target");
    private static final String HINT = " Use the key pair that pipewright proxy printed when it started.";

    private final KeyPair keys;

    IncomingSignature(KeyPair keys) {
        this.keys = keys;
    }

    /** Why the call is refused; empty for one that holds the secret. */
    Optional<Refusal> refusal(Request request, byte[] body, Instant now) {
        Optional<String> authorization = request.header("Authorization");
        if (authorization.isEmpty()) {
            return refused("MissingAuthenticationTokenException", "The request is not signed." + HINT);
        }
        Matcher parts = AUTHORIZATION.matcher(authorization.get());
        if (!parts.matches() || request.headerValues("Authorization").size() != 1) {
            return refused("IncompleteSignatureException", "The request is not signed with Signature Version 4." + HINT);
        }
        if (!parts.group(1).equals(keys.accessKeyId())) {
            return refused("UnrecognizedClientException", "The access key " + parts.group(1) + " is not the proxy's." + HINT);
        }
        List<String> signed = Arrays.asList(parts.group(6).split(";"));
        String date = request.header("X-Amz-Date").orElse("");
        if (!signed.containsAll(ALWAYS_SIGNED) || !date.startsWith(parts.group(3)) || !isAbout(now, date)) {
            return refused("InvalidSignatureException", "The signature's date is not now, or it doesn't cover what it must.");
        }
        String text = "AWS4-HMAC-SHA256\n" + date + "\n" + parts.group(2) + "\n" + sha256(canonical(request, signed, body));
        byte[] key = ("AWS4" + keys.secretAccessKey()).getBytes(StandardCharsets.UTF_8);
        for (String part : List.of(parts.group(3), parts.group(4), parts.group(5), "aws4_request", text)) {
            key = hmac(key, part);
        }
        return MessageDigest.isEqual(key, HexFormat.of().parseHex(parts.group(7)))
                ? Optional.empty() : refused("InvalidSignatureException", "The signature doesn't match." + HINT);
    }

    private static Optional<Refusal> refused(String code, String message) {
        return Optional.of(new Refusal(403, code, message));
    }

    private static boolean isAbout(Instant now, String date) {
        try {
            Instant signed = LocalDateTime.parse(date, DATE).toInstant(ZoneOffset.UTC);
            return Duration.between(signed, now).abs().compareTo(CLOCKS_DIFFER) <= 0;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static byte[] canonical(Request request, List<String> signed, byte[] body) {
        String headers = signed.stream()
                .map(name -> name + ":" + request.headerValues(name).stream()
                        .map(value -> value.strip().replaceAll(" +", " ")).collect(Collectors.joining(",")) + "\n")
                .collect(Collectors.joining());
        return ("POST\n/\n\n" + headers + "\n" + String.join(";", signed) + "\n" + sha256(body))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }
}
