package io.pipewright.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Lambda's Runtime API as far as a function's start needs it: the first request for an event ends the start, and gets no answer. */
final class RuntimeApi implements AutoCloseable {
    private static final String RUNTIME = "/2018-06-01/runtime/";
    private static final int PATIENCE_SECONDS = 120;

    private final HttpServer server;
    private final CompletableFuture<Long> ready = new CompletableFuture<>();

    RuntimeApi() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext(RUNTIME + "invocation/next", exchange -> ready.complete(System.nanoTime()));
        server.createContext(RUNTIME, this::failed);
        server.start();
    }

    private void failed(HttpExchange exchange) throws IOException {
        ready.completeExceptionally(new IllegalStateException(exchange.getRequestURI() + ": "
                + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        exchange.sendResponseHeaders(202, -1);
        exchange.close();
    }

    /** Host and port, as the runtime finds them in {@code AWS_LAMBDA_RUNTIME_API}. */
    String address() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /**
     * Waits for the first request for an event.
     *
     * @return when it came, by {@link System#nanoTime}
     * @throws IllegalStateException the function's start failed, or took two minutes
     */
    long awaitReady() {
        try {
            return ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("The function did not start", e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
