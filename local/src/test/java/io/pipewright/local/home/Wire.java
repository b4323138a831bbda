package io.pipewright.local.home;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.wire.Codec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.core.SdkPojo;

/** Calls the API with bytes of the test's own making and shows the bytes that it answers. */
final class Wire {
    private static final ObjectMapper JSON = new ObjectMapper().enable(JsonParser.Feature.ALLOW_SINGLE_QUOTES);

    private final URI endpoint;
    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Wire(URI endpoint) {
        this.endpoint = endpoint;
    }

    record Answer(int status, byte[] body, String requestId) {
        JsonNode json() {
            return Wire.json(new String(body, StandardCharsets.UTF_8));
        }

        /** Asserts that this is the error, as AWS sends it. */
        void isError(String type, String message) {
            assertThat(json()).isEqualTo(message == null
                    ? JSON.createObjectNode().put("__type", type)
                    : JSON.createObjectNode().put("__type", type).put("message", message));
            assertThat(status).isEqualTo(400);
        }
    }

    /** Reads JSON, also with single quotes. */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A model value as clients send it. */
    static ObjectNode json(SdkPojo value) {
        return Codec.write(value);
    }

    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    static List<String> members(JsonNode object) {
        return StreamSupport.stream(((Iterable<String>) object::fieldNames).spliterator(), false).toList();
    }

    /** Calls with a body in JSON, which may have single quotes. */
    Answer call(String operation, String json) {
        return call(operation, json(json));
    }

    Answer call(String operation, JsonNode json) {
        return send("CodePipeline_20150709." + operation, json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Calls and expects success. */
    JsonNode ok(String operation, String json) {
        return ok(operation, json(json));
    }

    JsonNode ok(String operation, JsonNode json) {
        Answer answer = call(operation, json);
        assertThat(answer.status()).as(new String(answer.body(), StandardCharsets.UTF_8)).isEqualTo(200);
        return answer.json();
    }

    Answer send(String target, byte[] body) {
        HttpRequest request = HttpRequest.newBuilder(endpoint).POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .header("Content-Type", "application/x-amz-json-1.1").header("X-Amz-Target", target).build();
        try {
            HttpResponse<byte[]> response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.body(),
                    response.headers().firstValue("x-amzn-RequestId").orElse(""));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
