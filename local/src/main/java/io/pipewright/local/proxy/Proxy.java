package io.pipewright.local.proxy;

import io.pipewright.local.http.LocalServer;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * A loopback endpoint for CodePipeline's clients that passes calls on to a deployed API, each signed with the user's credentials. It
 * serves whoever holds the key pair that it makes at its start.
 */
public final class Proxy implements AutoCloseable {
    private final KeyPair keys = KeyPair.random();
    private final SignedCalls calls;
    private final String region;
    private final LocalServer server;

    /**
     * Binds the port; calls wait until {@link #start}.
     *
     * @param port on 127.0.0.1, 0 for any free one
     * @param api the API's URL with its stage
     * @param region that it is in
     * @param credentials of the user; asked for at every call
     * @throws java.io.UncheckedIOException if the port is taken
     */
    public Proxy(int port, URI api, String region, AwsCredentialsProvider credentials, Clock clock) {
        this.region = region;
        calls = new SignedCalls(credentials, region);
        server = new LocalServer(port, List.of(new ProxyRoute(keys, calls, api, clock)));
    }

    public void start() {
        server.start();
    }

    /** Where clients reach it. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.port());
    }

    /** What clients must sign with. */
    public KeyPair keys() {
        return keys;
    }

    /** The region of the API, and of the pipelines behind it. */
    public String region() {
        return region;
    }

    @Override
    public void close() {
        server.close();
        calls.close();
    }
}
