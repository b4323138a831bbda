package io.pipewright.local.s3;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * The bytes inside an {@code aws-chunked} body: {@code <hex size>[;chunk-signature=…]}, CR LF, that many bytes, CR LF,
 * until a chunk of size zero, after which come trailers without a blank line between (Amazon S3 API Reference,
 * "Signature calculations for the Authorization header: transferring payload in multiple chunks"). A missing last CR LF
 * is forgiven; signatures are not checked, since any local credentials are good.
 */
final class AwsChunkedInputStream extends InputStream {
    private static final int LONGEST_LINE = 4096;

    private final InputStream in;
    private final Map<String, String> trailers = new LinkedHashMap<>();
    private long left;
    private boolean inChunk;
    private boolean ended;

    AwsChunkedInputStream(InputStream in) {
        this.in = in;
    }

    /** What followed the last chunk, by lower-case name; complete once the stream has ended. */
    Map<String, String> trailers() {
        return trailers;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !ended) {
            nextChunk();
        }
        if (ended) {
            return -1;
        }
        int n = in.read(buffer, offset, (int) Math.min(length, left));
        if (n < 0) {
            throw incomplete();
        }
        left -= n;
        return n;
    }

    private void nextChunk() throws IOException {
        if (inChunk && !line().isEmpty()) {
            throw incomplete();
        }
        inChunk = true;
        String head = line();
        int semicolon = head.indexOf(';');
        String size = semicolon < 0 ? head : head.substring(0, semicolon);
        if (!size.matches("[0-9a-fA-F]{1,15}")) {
            throw incomplete();
        }
        left = Long.parseLong(size, 16);
        if (left == 0) {
            readTrailers();
            ended = true;
        }
    }

    private void readTrailers() throws IOException {
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw new Refusal(400, "MalformedTrailerError", "The request contained trailing data that was not well-formed or"
                        + " did not conform to our published schema.");
            }
            trailers.put(line.substring(0, colon).trim().toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
        }
    }

    /** Up to the next CR LF or the end of the body. */
    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
            if (line.length() == LONGEST_LINE) {
                throw incomplete();
            }
            line.append((char) b);
        }
        int length = line.length();
        if (length > 0 && line.charAt(length - 1) == '\r') {
            line.setLength(length - 1);
        }
        return new String(line.toString().getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static Refusal incomplete() {
        return new Refusal(400, "IncompleteBody", "The request body terminated unexpectedly");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
