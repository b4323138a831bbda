package io.pipewright.local.proxy;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.api.Api;
import io.pipewright.functions.gateway.RequestPath;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.Codec;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/** Passes a call on under the path that it must have, and its answer back. */
final class ProxyRoute implements Route {
    private static final String JSON_1_1 = "application/x-amz-json-1.1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final IncomingSignature signature;
    private final SignedCalls calls;
    private final String api;
    private final Clock clock;

    ProxyRoute(KeyPair keys, SignedCalls calls, URI api, Clock clock) {
        this.signature = new IncomingSignature(keys);
        this.calls = calls;
        this.api = api.toString().replaceAll("/+$", "");
        this.clock = clock;
    }

    @Override
    public boolean matches(Request request) {
        return request.method().equals("POST") && request.rawPath().equals("/") && request.rawQuery().isEmpty();
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        byte[] body = request.body().readNBytes(Api.MOST_BYTES + 1);
        try {
            if (body.length > Api.MOST_BYTES) {
                throw ApiError.requestTooLarge();
            }
            Optional<Refusal> refusal = signature.refusal(request, body, Instant.now(clock));
            if (refusal.isPresent()) {
                refuse(response, refusal.get());
                return;
            }
            String target = request.header("X-Amz-Target").orElse(null);
            String path = RequestPath.of(RequestPath.operation(target), named(body));
            pass(target, path, body, response);
        } catch (ApiError e) {
            response.send(e.httpStatus(), JSON_1_1, e.body().toString());
        }
    }

    private static JsonNode named(byte[] body) {
        try {
            return Codec.parse(new String(body, StandardCharsets.UTF_8));
        } catch (ApiError malformed) {
            // The API has the words for it.
            return MissingNode.getInstance();
        }
    }

    private void pass(String target, String path, byte[] body, Response response) throws IOException {
        SignedCalls.Answer answer;
        try {
            answer = calls.post("execute-api", URI.create(api + path),
                    Map.of("Content-Type", JSON_1_1, "X-Amz-Target", target), body);
        } catch (SdkException e) {
            refuse(response, new Refusal(403, "UnrecognizedClientException",
                    "pipewright proxy has no credentials to sign with: " + e.getMessage()));
            return;
        } catch (IOException e) {
            refuse(response, new Refusal(503, "ServiceUnavailableException",
                    "pipewright proxy got no answer from " + api + ": " + e));
            return;
        }
        answer.header("x-amzn-RequestId").ifPresent(id -> response.header("x-amzn-RequestId", id));
        response.send(answer.status(), JSON_1_1, answer.status() < 400 ? answer.body() : error(answer));
    }

    private static void refuse(Response response, Refusal refusal) throws IOException {
        response.send(refusal.status(), JSON_1_1, json(refusal.code(), refusal.message()).toString());
    }

    private static ObjectNode json(String code, String message) {
        return JSON.createObjectNode().put("__type", code).put("message", message);
    }

    /** What API Gateway itself refuses it says in words of its own, unless the deployment taught it others. */
    private static byte[] error(SignedCalls.Answer answer) {
        JsonNode said = read(answer.body());
        if (said.has("__type")) {
            return answer.body();
        }
        String code = answer.header("x-amzn-ErrorType").map(type -> type.replaceAll("[:#].*", "")).orElseGet(() ->
                answer.status() == 403 ? "AccessDeniedException"
                        : answer.status() == 429 ? "ThrottlingException" : "ServiceUnavailableException");
        String message = said.path("message").asText(said.path("Message").asText("HTTP status " + answer.status()));
        return json(code, message).toString().getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (JacksonException noJson) {
            return MissingNode.getInstance();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
