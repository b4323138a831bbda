package io.pipewright.local.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An HTTP/1.1 server on 127.0.0.1 that hands each request to the first {@link Route} that matches.
 *
 * <p>Before any route it refuses, with 403 and a sentence, requests under a name that isn't loopback and requests that
 * a browser sends for another site. A route that fails costs its request only: the client gets a 500 with the id of
 * the line that was written to standard error. A request's head is limited to 64 KiB and 200 headers. A path of two
 * slashes and no third ({@code //a}) is the one form that the JDK's server answers itself, with 404.
 */
public final class LocalServer implements AutoCloseable {
    static {
        // Without it each small answer waits for the client's delayed acknowledgement, 40 ms. Read once by the JDK.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxReqHeaders", "200");
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", "65536");
    }

    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final long DRAINED_BYTES = 1 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final List<Route> routes;
    private final ExecutorService threads;
    private final AtomicInteger running = new AtomicInteger();
    private volatile boolean closing;

    /**
     * Binds the port; requests wait until {@link #start}.
     *
     * @param port 0 for any free one
     * @throws UncheckedIOException if the port is taken
     */
    public LocalServer(int port, List<Route> routes) {
        this.routes = List.copyOf(routes);
        try {
            this.server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port), 128);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not listen on 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
        AtomicInteger count = new AtomicInteger();
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "http-" + port() + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        server.createContext("/", this::serve);
    }

    public void start() {
        server.start();
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void serve(HttpExchange exchange) {
        running.incrementAndGet();
        try (exchange) {
            answer(exchange);
        } finally {
            synchronized (running) {
                running.decrementAndGet();
                running.notifyAll();
            }
        }
    }

    private void answer(HttpExchange exchange) {
        Request request = new Request(exchange);
        Response response = new Response(exchange);
        try {
            try {
                dispatch(request, response);
            } catch (BodyTooLargeException e) {
                refuse(request, response, 413, e.getMessage());
            } catch (ClientGoneException e) {
                throw e;
            } catch (IOException | RuntimeException | Error e) {
                String id = UUID.randomUUID().toString();
                log(id, request, e);
                refuse(request, response, 500, "Internal error, request id " + id);
            }
        } catch (IOException clientGone) {
            // Nobody left to answer; closing the exchange ends the connection.
        }
    }

    private void dispatch(Request request, Response response) throws IOException {
        Optional<String> refusal = LoopbackGuard.refusal(request);
        if (refusal.isPresent()) {
            refuse(request, response, 403, refusal.get());
        } else if (closing) {
            response.header("Connection", "close");
            refuse(request, response, 503, "The server is shutting down");
        } else {
            Optional<Route> route = routes.stream().filter(r -> r.matches(request)).findFirst();
            if (route.isPresent()) {
                route.get().handle(request, response);
            } else {
                refuse(request, response, 404, "Nothing here answers " + request.method() + " " + request.rawPath());
            }
        }
    }

    private static void refuse(Request request, Response response, int status, String text) throws IOException {
        if (!response.sent()) {
            request.drain(DRAINED_BYTES);
            response.send(status, "text/plain; charset=utf-8", text + "\n");
        }
    }

    private static void log(String id, Request request, Throwable failure) {
        StringWriter stack = new StringWriter();
        failure.printStackTrace(new PrintWriter(stack));
        Map<String, String> line = new LinkedHashMap<>();
        line.put("time", Instant.now().toString());
        line.put("level", "ERROR");
        line.put("message", "A request failed unexpectedly");
        line.put("requestId", id);
        line.put("method", request.method());
        line.put("path", request.rawPath());
        line.put("exception", failure.toString());
        line.put("stack", stack.toString());
        try {
            System.err.println(JSON.writeValueAsString(line));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets running requests finish for up to five seconds, answers new ones with 503 meanwhile, then stops. */
    @Override
    public void close() {
        closing = true;
        long deadline = System.nanoTime() + GRACE.toNanos();
        synchronized (running) {
            long millis;
            while (running.get() > 0 && (millis = (deadline - System.nanoTime()) / 1_000_000) > 0) {
                try {
                    running.wait(millis);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
            }
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
