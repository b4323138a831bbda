package io.pipewright.local.home;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.customresource.CustomResourceHandler;
import io.pipewright.local.http.LocalServer;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What of CloudFormation a custom resource's function sees: requests, and the object into which its answer goes. */
final class ResponseBucket implements Route, AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An answer as it was put. */
    record Answer(JsonNode json, int bytes, Map<String, List<String>> headers) {
        String status() {
            return json.path("Status").asText();
        }

        String reason() {
            return json.path("Reason").asText();
        }

        String physicalId() {
            return json.path("PhysicalResourceId").asText();
        }
    }

    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final LocalServer server;
    private volatile int status = 200;

    ResponseBucket() {
        server = new LocalServer(0, List.of(this));
        server.start();
    }

    /** What every PUT is answered from now on. */
    void answerWith(int newStatus) {
        status = newStatus;
    }

    @Override
    public boolean matches(Request request) {
        return request.method().equals("PUT") && request.query("signature").equals(Optional.of("s"));
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        byte[] body = request.bodyBytes(1 << 20);
        if (status == 200) {
            answers.put(request.rawPath(), new Answer(JSON.readTree(body), body.length, request.headers()));
        }
        response.send(status, "text/plain", new byte[0]);
    }

    /** Hands a request to the function as Lambda does, and takes its answer out. */
    Answer send(CustomResourceHandler handler, ObjectNode request) throws IOException {
        String path = "/" + request.path("RequestId").asText();
        answers.remove(path);
        request.put("ResponseURL", "http://127.0.0.1:" + server.port() + path + "?signature=s");
        handler.handleRequest(new ByteArrayInputStream(request.toString().getBytes(StandardCharsets.UTF_8)),
                new ByteArrayOutputStream(), null);
        return answers.get(path);
    }

    /** Whether the request with this id was answered. */
    boolean hasAnswer(String requestId) {
        return answers.containsKey("/" + requestId);
    }

    @Override
    public void close() {
        server.close();
    }
}
