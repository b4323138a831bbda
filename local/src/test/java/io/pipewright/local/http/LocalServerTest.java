package io.pipewright.local.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalServerTest {
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private final LocalServer server = new LocalServer(0, List.of(
            route("/echo", (request, response) -> response.send(200, "text/plain", request.rawPath() + "|" + request.query()
                    + "|" + request.host() + "|" + request.bodyText(1000))),
            route("/broken", (request, response) -> {
                throw new IllegalStateException("a secret of the inside");
            }),
            route("/half", (request, response) -> {
                response.stream(200, 100).write(new byte[50]);
                throw new IllegalStateException("too late for a 500");
            }),
            route("/log", (request, response) -> {
                try (OutputStream out = response.stream(200)) {
                    out.write("line 1\n".getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    out.write("line 2\n".getBytes(StandardCharsets.UTF_8));
                }
            }),
            route("/wait", (request, response) -> {
                arrived.countDown();
                await(released);
                response.send(200, "text/plain", "done");
            }),
            route("//", (request, response) -> response.send(200, "text/plain", "slashes: " + request.rawPath()))));

    private interface Handler {
        void handle(Request request, Response response) throws IOException;
    }

    private static Route route(String prefix, Handler handler) {
        return new Route() {
            @Override
            public boolean matches(Request request) {
                return request.rawPath().startsWith(prefix);
            }

            @Override
            public void handle(Request request, Response response) throws IOException {
                handler.handle(request, response);
            }
        };
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    LocalServerTest() {
        server.start();
    }

    @AfterEach
    void close() {
        released.countDown();
        server.close();
    }

    private RawHttp.Answer get(String path, String... headers) throws IOException {
        return RawHttp.get(server.port(), path, headers);
    }

    @Test
    void aRouteSeesThePathAsItWasSent() throws IOException {
        assertThat(get("/echo/a%2Fb/../c//d?x=1%202&bare&x=3").text())
                .startsWith("/echo/a%2Fb/../c//d|").contains("x=1 2").contains("bare=").doesNotContain("x=3");
        assertThat(get("//a/b").text()).isEqualTo("slashes: //a/b");
        assertThat(get("http://127.0.0.1/echo/proxied").text()).startsWith("/echo/proxied|");
    }

    @Test
    void whatNoRouteMatchesIsNotFound() throws IOException {
        assertThat(get("/none").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:80", "127.0.0.1:1234", "[::1]:9", "my.bucket-1.localhost:4566"})
    void loopbackNamesAreServed(String host) throws IOException {
        assertThat(get("/echo", "Host: " + host).status()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "evil-localhost", "10.0.0.1",
        "localhost@evil.example", ".localhost", ""})
    void otherNamesAreRefusedSinceAPageMayHaveReboundThem(String host) throws IOException {
        RawHttp.Answer answer = get("/echo", "Host: " + host);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("Content-Type")).hasValue("text/plain; charset=utf-8");
        assertThat(answer.text()).contains("Host");
    }

    @Test
    void twoHostsAreOneTooMany() throws IOException {
        assertThat(get("/echo", "Host: localhost", "Host: evil.example").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "http://localhost:1", "https://127.0.0.1"})
    void pagesOfOtherOriginsAreRefused(String origin) throws IOException {
        RawHttp.Answer answer = get("/echo", "Origin: " + origin);
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).contains("origin");
    }

    @Test
    void thisServersOwnPagesAreServed() throws IOException {
        String own = "127.0.0.1:" + server.port();
        assertThat(get("/echo", "Host: " + own, "Origin: http://" + own, "Sec-Fetch-Site: same-origin").status()).isEqualTo(200);
    }

    @Test
    void aLinkClickedOnAnotherSiteOpensAPageButItsFormsAndFetchesDoNot() throws IOException {
        String[] click = {"Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"};
        assertThat(get("/echo", click).status()).isEqualTo(200);
        assertThat(get("/echo", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe").status())
                .isEqualTo(403);
        assertThat(get("/echo", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors", "Sec-Fetch-Dest: empty").status())
                .isEqualTo(403);
    }

    @Test
    void aCrossSiteFetchIsRefused() throws IOException {
        RawHttp.Answer answer = get("/echo", "Sec-Fetch-Site: cross-site");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.text()).contains("Sec-Fetch-Site");
    }

    @Test
    void onlyLoopbackListens() throws IOException {
        for (NetworkInterface network : NetworkInterface.networkInterfaces().toList()) {
            for (var address : network.inetAddresses().filter(a -> !a.isLoopbackAddress() && a.getAddress().length == 4).toList()) {
                assertThatThrownBy(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(address, server.port()), 1000);
                    }
                }).isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void aRouteThatFailsCostsItsRequestOnly() throws IOException {
        PrintStream before = System.err;
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
        RawHttp.Answer answer;
        try {
            answer = get("/broken");
        } finally {
            System.setErr(before);
        }
        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text()).doesNotContain("secret");
        JsonNode line = new ObjectMapper().readTree(written.toString(StandardCharsets.UTF_8).lines()
                .filter(text -> text.startsWith("{")).findFirst().orElseThrow());
        assertThat(answer.text()).contains(line.get("requestId").asText());
        assertThat(line.get("exception").asText()).contains("a secret of the inside");
        assertThat(line.get("path").asText()).isEqualTo("/broken");
        assertThat(get("/echo").status()).isEqualTo(200);
    }

    @Test
    void anAnswerThatBreaksOffIsNotTakenForTheWhole() throws IOException {
        RawHttp.Answer answer = get("/half");
        assertThat(answer.header("Content-Length")).hasValue("100");
        assertThat(answer.body().length).isLessThan(100);
    }

    @Test
    void anAnswerMayBeLongerThanItsBeginningKnows() throws IOException {
        RawHttp.Answer answer = get("/log");
        assertThat(answer.header("Transfer-Encoding")).hasValue("chunked");
        assertThat(answer.text()).contains("line 1\n").contains("line 2\n");
        assertThat(RawHttp.send(server.port(), "HEAD /log", List.of(), new byte[0]).body()).isEmpty();
    }

    @Test
    void aBodyBeyondTheRoutesLimitIsRefused() throws IOException {
        RawHttp.Answer answer = RawHttp.send(server.port(), "POST /echo", List.of("Content-Length: 1001"), new byte[1001]);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(RawHttp.send(server.port(), "POST /echo", List.of("Content-Length: 1000"), new byte[1000]).status())
                .isEqualTo(200);
    }

    @Test
    void aHeadBeyondTheLimitEndsTheConnection() {
        assertThatThrownBy(() -> get("/echo", "X-Long: " + "x".repeat(100_000))).isInstanceOfAny(IOException.class,
                IndexOutOfBoundsException.class);
    }

    @Test
    void aPortInUseIsSaidPlainly() {
        assertThatThrownBy(() -> new LocalServer(server.port(), List.of())).isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("127.0.0.1:" + server.port());
    }

    @Test
    void closingLetsARunningRequestFinish() throws Exception {
        CompletableFuture<RawHttp.Answer> running = CompletableFuture.supplyAsync(() -> {
            try {
                return get("/wait");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        await(arrived);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(server::close);
        released.countDown();
        assertThat(running.get(10, TimeUnit.SECONDS).text()).isEqualTo("done");
        closing.get(10, TimeUnit.SECONDS);
        assertThatThrownBy(() -> get("/echo")).isInstanceOf(ConnectException.class);
    }
}
