package io.pipewright.local.http;

import com.sun.net.httpserver.HttpExchange;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The one answer to a request: headers first, then exactly one {@code send} or {@link #stream}. */
public final class Response {
    private final HttpExchange exchange;
    private boolean sent;

    Response(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /** Sets a header, replacing earlier values of the name. */
    public Response header(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
        return this;
    }

    /** Whether the status line is out, after which neither status nor headers can change. */
    public boolean sent() {
        return sent;
    }

    /** Answers without a body. An answer to HEAD may have set {@code Content-Length} before. */
    public void send(int status) throws IOException {
        begin(status, -1);
    }

    /** Answers with this text as UTF-8. */
    public void send(int status, String contentType, String text) throws IOException {
        send(status, contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Answers with these bytes; to HEAD with their length alone. */
    public void send(int status, String contentType, byte[] body) throws IOException {
        header("Content-Type", contentType);
        try (OutputStream out = stream(status, body.length)) {
            out.write(body);
        }
    }

    /**
     * Answers with a body of exactly {@code length} bytes that the caller writes and closes; for HEAD the bytes are
     * dropped. Closing too early ends the connection, so that the client can't take half for all.
     */
    public OutputStream stream(int status, long length) throws IOException {
        if (exchange.getRequestMethod().equalsIgnoreCase("HEAD")) {
            header("Content-Length", Long.toString(length));
            begin(status, -1);
            return OutputStream.nullOutputStream();
        }
        begin(status, length == 0 ? -1 : length);
        return length == 0 ? OutputStream.nullOutputStream() : new Body(exchange.getResponseBody());
    }

    /** Answers with a body whose length nobody knows yet; the caller writes and closes it. */
    public OutputStream stream(int status) throws IOException {
        begin(status, 0);
        return new Body(exchange.getResponseBody());
    }

    private void begin(int status, long length) throws IOException {
        sent = true;
        try {
            exchange.sendResponseHeaders(status, length);
        } catch (IOException e) {
            throw new ClientGoneException(e);
        }
    }

    private static final class Body extends FilterOutputStream {
        private Body(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            try {
                out.write(buffer, offset, length);
            } catch (IOException e) {
                throw new ClientGoneException(e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                out.close();
            } catch (IOException e) {
                throw new ClientGoneException(e);
            }
        }
    }
}
