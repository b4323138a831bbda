package io.pipewright.local.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request's head as it was sent, and its body as a stream that is read once.
 *
 * <p>The path stays percent-encoded and is never normalised: {@code //}, {@code .} and {@code ..} mean what the route
 * says they mean.
 */
public final class Request {
    private final HttpExchange exchange;
    private final String rawPath;
    private final String rawQuery;
    private final Map<String, String> query;
    private final InputStream body;

    Request(HttpExchange exchange) {
        this.exchange = exchange;
        String target = exchange.getRequestURI().toString();
        int mark = target.indexOf('?');
        this.rawPath = withoutAuthority(mark < 0 ? target : target.substring(0, mark));
        this.rawQuery = mark < 0 ? "" : target.substring(mark + 1);
        this.query = parse(rawQuery);
        this.body = new Body(exchange.getRequestBody());
    }

    /** Proxies are sent {@code http://host/path}; everyone else the path alone. */
    private static String withoutAuthority(String target) {
        if (target.startsWith("/")) {
            return target;
        }
        int scheme = target.indexOf("://");
        int path = scheme < 0 ? -1 : target.indexOf('/', scheme + 3);
        return path < 0 ? "/" : target.substring(path);
    }

    private static Map<String, String> parse(String query) {
        Map<String, String> values = new LinkedHashMap<>();
        for (String pair : query.split("&")) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                values.putIfAbsent(decode(name), decode(value));
            }
        }
        return Map.copyOf(values);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    /** In upper case. */
    public String method() {
        return exchange.getRequestMethod().toUpperCase(Locale.ROOT);
    }

    /** Begins with a slash; percent-encoding and repeated slashes as sent. */
    public String rawPath() {
        return rawPath;
    }

    /** What follows the question mark, as sent; empty without one. */
    public String rawQuery() {
        return rawQuery;
    }

    /** Decoded parameters; a bare name ({@code ?versioning}) has an empty value, of a repeated name the first counts. */
    public Map<String, String> query() {
        return query;
    }

    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    /** The first header of this name, in any case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    /** All headers of this name, in any case, in the order sent. */
    public List<String> headerValues(String name) {
        return exchange.getRequestHeaders().getOrDefault(name, List.of());
    }

    /** All headers by lower-case name. */
    public Map<String, List<String>> headers() {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        return headers;
    }

    /** The {@code Host} header without its port, in lower case; IPv6 addresses keep their brackets. */
    public String host() {
        return hostOf(header("Host").orElse(""));
    }

    static String hostOf(String value) {
        String host = value.trim().toLowerCase(Locale.ROOT);
        int colon = host.lastIndexOf(':');
        return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
    }

    /** Announced length in bytes; empty for a chunked body or none at all. */
    public Optional<Long> contentLength() {
        return header("Content-Length").map(String::trim).filter(text -> text.matches("\\d{1,18}")).map(Long::valueOf);
    }

    /** The body without its transfer encoding. Reading throws {@link ClientGoneException} when the client hangs up. */
    public InputStream body() {
        return body;
    }

    /**
     * The whole body.
     *
     * @throws BodyTooLargeException if it is longer than {@code limit} bytes
     */
    public byte[] bodyBytes(int limit) throws IOException {
        byte[] bytes = body.readNBytes(limit + 1);
        if (bytes.length > limit) {
            throw new BodyTooLargeException(limit);
        }
        return bytes;
    }

    /** The whole body as UTF-8; see {@link #bodyBytes(int)}. */
    public String bodyText(int limit) throws IOException {
        return new String(bodyBytes(limit), StandardCharsets.UTF_8);
    }

    /** Reads and forgets up to {@code limit} bytes, so that a client which still writes gets to read the answer. */
    public void drain(long limit) throws IOException {
        byte[] buffer = new byte[64 * 1024];
        long left = limit;
        for (int n; left > 0 && (n = body.read(buffer)) >= 0;) {
            left -= n;
        }
    }

    private static final class Body extends FilterInputStream {
        private Body(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return super.read();
            } catch (IOException e) {
                throw new ClientGoneException(e);
            }
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return super.read(buffer, offset, length);
            } catch (IOException e) {
                throw new ClientGoneException(e);
            }
        }

        /** By reading: the JDK's own streams skip past the end of the body, into the wait for the next request. */
        @Override
        public long skip(long count) throws IOException {
            byte[] buffer = new byte[8 * 1024];
            long left = count;
            for (int n; left > 0 && (n = read(buffer, 0, (int) Math.min(left, buffer.length))) >= 0;) {
                left -= n;
            }
            return Math.max(count, 0) - Math.max(left, 0);
        }
    }
}
