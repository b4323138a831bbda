package io.pipewright.local.s3;

import io.pipewright.local.http.Request;
import java.io.BufferedInputStream;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** Finds an uploaded object in a request's body: plain, or {@code aws-chunked} inside HTTP's own framing. */
final class WireBody {
    private static final String CHUNKED = "aws-chunked";

    private WireBody() {
    }

    static Body of(Request request) {
        Optional<String> sha256 = request.header("x-amz-content-sha256");
        boolean chunked = sha256.filter(value -> value.startsWith("STREAMING-")).isPresent()
                || request.header("Content-Encoding").filter(value -> value.contains(CHUNKED)).isPresent();
        return chunked ? chunked(request) : plain(request, sha256);
    }

    private static Body plain(Request request, Optional<String> sha256) {
        long length = request.contentLength().orElseThrow(WireBody::missingLength);
        return new Body(request.body(), length, Optional.empty(), () -> null,
                sha256.filter(value -> value.matches("[0-9a-fA-F]{64}")), Optional.empty());
    }

    private static Body chunked(Request request) {
        String length = request.header("x-amz-decoded-content-length").orElseThrow(WireBody::missingLength);
        if (!length.matches("\\d{1,18}")) {
            throw Refusal.invalidArgument("The decoded content length is not a number", "x-amz-decoded-content-length", length);
        }
        AwsChunkedInputStream stream = new AwsChunkedInputStream(new BufferedInputStream(request.body(), 64 * 1024));
        Optional<ChecksumKind> trailing = request.header("x-amz-trailer").flatMap(name -> ChecksumKind.ofHeader(name.trim()));
        return new Body(stream, Long.parseLong(length), trailing, () -> trailing.map(kind -> trailer(stream, kind)).orElse(null),
                Optional.empty(), Optional.empty());
    }

    private static String trailer(AwsChunkedInputStream stream, ChecksumKind kind) {
        return Optional.ofNullable(stream.trailers().get(kind.header())).orElseThrow(() -> new Refusal(400,
                "MalformedTrailerError", "The request contained trailing data that was not well-formed or did not conform to"
                + " our published schema."));
    }

    private static Refusal missingLength() {
        return new Refusal(411, "MissingContentLength", "You must provide the Content-Length HTTP header.");
    }

    /** The encoding to keep: the user's own, without the transfer's. */
    static Optional<String> contentEncoding(String header) {
        String kept = Arrays.stream(header.split(",")).map(String::trim).filter(token -> !token.equalsIgnoreCase(CHUNKED))
                .collect(Collectors.joining(","));
        return Optional.of(kept).filter(text -> !text.isEmpty());
    }
}
