package io.pipewright.functions.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.api.Api;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** An answer as API Gateway's Lambda proxy integration for REST APIs takes it. */
record GatewayAnswer(int status, Map<String, String> headers, String body) {
    /** What Lambda takes as the answer of a synchronous invocation. */
    private static final int MOST_BYTES = 6 * 1024 * 1024;
    /** JSON writes no character in more. */
    private static final int BYTES_OF_A_CHARACTER = 6;

    /** An answer of the API. */
    static GatewayAnswer of(Api.Answer answer, GatewayEvent event) {
        return new GatewayAnswer(answer.status(),
                Map.of("Content-Type", "application/x-amz-json-1.1", "x-amzn-RequestId", event.requestId()),
                new String(answer.body(), StandardCharsets.UTF_8));
    }

    static GatewayAnswer of(ApiError error, GatewayEvent event) {
        return of(new Api.Answer(error.httpStatus(), error.body().toString().getBytes(StandardCharsets.UTF_8)), event);
    }

    static GatewayAnswer html(int status, Map<String, String> headers, String html) {
        Map<String, String> all = new TreeMap<>(headers);
        all.put("Content-Type", "text/html; charset=utf-8");
        return new GatewayAnswer(status, all, html);
    }

    /** Whether Lambda can hand the answer over; the body's quotes and line ends count twice. */
    boolean fits() {
        return body.length() < MOST_BYTES / (2 * BYTES_OF_A_CHARACTER) || json().length <= MOST_BYTES;
    }

    void write(OutputStream output) throws IOException {
        output.write(json());
    }

    private byte[] json() {
        ObjectNode answer = Json.mapper().createObjectNode().put("statusCode", status);
        ObjectNode all = answer.putObject("headers");
        headers.forEach(all::put);
        return answer.put("body", body).put("isBase64Encoded", false).toString().getBytes(StandardCharsets.UTF_8);
    }
}
