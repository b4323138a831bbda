package io.pipewright.local.home;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.local.http.LocalServer;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What of API Gateway lies between HTTP and a function: requests become events, answers of the function become responses. */
public final class GatewayServer implements Route, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES = 10 * 1024 * 1024;

    private final String stage;
    private final RequestStreamHandler handler;
    private final Authorizer authorizer;
    private final LocalServer server;

    /** Who is let in. */
    public interface Authorizer {
        /** Everybody, of whom nobody knows who it is. */
        Authorizer NONE = (request, body) -> Optional.empty();

        /**
         * The caller's ARN as IAM would tell it.
         *
         * @throws Forbidden who isn't let in
         */
        Optional<String> userArn(Request request, byte[] body) throws Forbidden;
    }

    /** The gateway's own refusal. */
    public static final class Forbidden extends Exception {
        private static final long serialVersionUID = 1L;

        public Forbidden(String message) {
            super(message);
        }
    }

    /**
     * Serves on a free port of its own.
     *
     * @param stage the first segment of every path, cut off for the function
     */
    public GatewayServer(String stage, RequestStreamHandler handler, Authorizer authorizer) {
        this.stage = "/" + stage;
        this.handler = handler;
        this.authorizer = authorizer;
        this.server = new LocalServer(0, List.of(this));
        server.start();
    }

    /** The API's URL with its stage, without a trailing slash. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + server.port() + stage);
    }

    @Override
    public boolean matches(Request request) {
        return request.rawPath().startsWith(stage + "/");
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        byte[] sent = request.bodyBytes(MOST_BYTES);
        Optional<String> caller;
        try {
            caller = authorizer.userArn(request, sent);
        } catch (Forbidden e) {
            response.header("x-amzn-ErrorType", "ForbiddenException");
            response.send(403, "application/json", JSON.createObjectNode().put("message", e.getMessage()).toString());
            return;
        }
        JsonNode answer = invoke(handler, event(request, sent, caller));
        answer.path("headers").properties().forEach(entry -> response.header(entry.getKey(), entry.getValue().asText()));
        byte[] body = answer.path("body").asText().getBytes(StandardCharsets.UTF_8);
        response.send(answer.path("statusCode").asInt(),
                answer.path("headers").path("Content-Type").asText("application/json"), body);
    }

    /** Calls a function with an event. */
    static JsonNode invoke(RequestStreamHandler handler, JsonNode event) throws IOException {
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        handler.handleRequest(new ByteArrayInputStream(event.toString().getBytes(StandardCharsets.UTF_8)), output, null);
        return JSON.readTree(output.toByteArray());
    }

    private ObjectNode event(Request request, byte[] body, Optional<String> caller) {
        ObjectNode event = JSON.createObjectNode().put("resource", "/{proxy+}")
                .put("path", request.rawPath().substring(stage.length())).put("httpMethod", request.method());
        ObjectNode headers = event.putObject("headers");
        ObjectNode multi = event.putObject("multiValueHeaders");
        request.headers().forEach((name, values) -> {
            headers.put(name, values.get(values.size() - 1));
            values.forEach(multi.putArray(name)::add);
        });
        ObjectNode context = event.putObject("requestContext").put("requestId", "c6af9ac6-7b61-11e6-9a41-93e8deadbeef")
                .put("stage", stage.substring(1)).put("path", request.rawPath());
        context.putObject("identity").put("userArn", caller.orElse(null));
        return event.put("body", new String(body, StandardCharsets.UTF_8)).put("isBase64Encoded", false);
    }

    @Override
    public void close() {
        server.close();
    }
}
