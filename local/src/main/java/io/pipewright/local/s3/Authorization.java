package io.pipewright.local.s3;

import io.pipewright.local.http.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether a request is signed, by header or query, version 4 or 2, and still valid. The signature itself proves nothing
 * here: whoever reaches the loopback address may use any credentials. Expiry is checked, since callers rely on it.
 */
final class Authorization {
    private static final Pattern SCOPE =
            Pattern.compile("AWS4-[A-Z0-9-]+ .*Credential=[^/,]+/\\d{8}/([a-z0-9-]+)/s3/aws4_request\\b.*");
    private static final List<String> VERSION_4 = List.of("X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-Date",
            "X-Amz-SignedHeaders", "X-Amz-Expires");
    private static final List<String> VERSION_2 = List.of("AWSAccessKeyId", "Signature", "Expires");
    private static final DateTimeFormatter BASIC = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
    private static final Set<String> NEVER_SIGNED = Set.of("x-amz-content-sha256");
    private static final long LONGEST_SECONDS = Duration.ofDays(7).toSeconds();

    private Authorization() {
    }

    /** Whether the request is signed for S3, or meant to be; other services sign headers with their own name. */
    static boolean isForS3(Request request) {
        Optional<String> header = request.header("Authorization");
        return header.isPresent()
                ? SCOPE.matcher(header.get()).matches() || header.get().startsWith("AWS ")
                : isPresigned(request, "X-Amz-") || isPresigned(request, "AWSAccessKeyId");
    }

    private static boolean isPresigned(Request request, String prefix) {
        return request.query().keySet().stream().anyMatch(name -> name.startsWith(prefix));
    }

    /** The region that the request is signed for, if it says one. */
    static Optional<String> region(Request request) {
        Optional<String> presigned = request.query("X-Amz-Credential").map(text -> text.split("/"))
                .filter(scope -> scope.length == 5).map(scope -> scope[2]);
        Matcher matcher = SCOPE.matcher(request.header("Authorization").orElse(""));
        return matcher.matches() ? Optional.of(matcher.group(1)) : presigned;
    }

    /** Refuses what is unsigned, incomplete or expired. */
    static void check(Request request, Instant now) {
        Optional<String> header = request.header("Authorization");
        if (header.isPresent()) {
            if (!SCOPE.matcher(header.get()).matches() && !header.get().startsWith("AWS ")) {
                throw new Refusal(400, "AuthorizationHeaderMalformed", "The authorization header that you provided is not valid.");
            }
        } else if (isPresigned(request, "X-Amz-")) {
            checkVersion4(request, now);
        } else if (isPresigned(request, "AWSAccessKeyId") || isPresigned(request, "Signature")) {
            checkVersion2(request, now);
        } else {
            throw denied("Access Denied");
        }
    }

    private static void checkVersion4(Request request, Instant now) {
        if (!request.query().keySet().containsAll(VERSION_4)) {
            throw parameters("Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential,"
                    + " X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.");
        }
        String expires = request.query().get("X-Amz-Expires");
        long seconds = number(expires).orElseThrow(() -> parameters("X-Amz-Expires should be a number"));
        if (seconds > LONGEST_SECONDS) {
            throw parameters("X-Amz-Expires must be less than a week (in seconds) that is " + LONGEST_SECONDS);
        }
        Instant end = date(request.query().get("X-Amz-Date")).plusSeconds(seconds);
        if (now.isAfter(end)) {
            throw denied("Request has expired").with("X-Amz-Expires", expires).with("Expires", end).with("ServerTime", now);
        }
        checkHeaders(request);
    }

    private static Instant date(String text) {
        try {
            return LocalDateTime.parse(text, BASIC).toInstant(ZoneOffset.UTC);
        } catch (DateTimeParseException e) {
            throw parameters("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"");
        }
    }

    /** A holder of the URL must not add to what its signer allowed. */
    private static void checkHeaders(Request request) {
        List<String> signed = Arrays.asList(request.query().get("X-Amz-SignedHeaders").toLowerCase(Locale.ROOT).split(";"));
        List<String> unsigned = request.headers().keySet().stream()
                .filter(name -> name.startsWith("x-amz-") && !signed.contains(name) && !NEVER_SIGNED.contains(name)).sorted().toList();
        if (!unsigned.isEmpty()) {
            throw denied("There were headers present in the request which were not signed")
                    .with("HeadersNotSigned", String.join(", ", unsigned));
        }
    }

    private static void checkVersion2(Request request, Instant now) {
        if (!request.query().keySet().containsAll(VERSION_2)) {
            throw denied("Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters");
        }
        long epochSecond = number(request.query().get("Expires"))
                .orElseThrow(() -> denied("Invalid date (should be seconds since epoch): " + request.query().get("Expires")));
        Instant end = Instant.ofEpochSecond(epochSecond);
        if (now.isAfter(end)) {
            throw denied("Request has expired").with("Expires", end).with("ServerTime", now);
        }
    }

    private static Optional<Long> number(String text) {
        return text.matches("\\d{1,10}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }

    private static Refusal parameters(String message) {
        return new Refusal(400, "AuthorizationQueryParametersError", message);
    }

    private static Refusal denied(String message) {
        return new Refusal(403, "AccessDenied", message);
    }
}
