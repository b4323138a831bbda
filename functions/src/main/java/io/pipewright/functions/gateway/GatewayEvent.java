package io.pipewright.functions.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** A request as API Gateway's Lambda proxy integration for REST APIs hands it over (payload version 1.0). */
record GatewayEvent(JsonNode json) {

    static GatewayEvent read(InputStream input) throws IOException {
        return new GatewayEvent(Json.mapper().readTree(input));
    }

    String method() {
        return json.path("httpMethod").asText();
    }

    /** Without the name of the gateway's stage. */
    String path() {
        return json.path("path").asText();
    }

    /** All values of a header, whose name may have any letter case. */
    List<String> header(String name) {
        List<String> values = new ArrayList<>();
        json.path("multiValueHeaders").properties().stream()
                .filter(entry -> entry.getKey().equalsIgnoreCase(name))
                .forEach(entry -> entry.getValue().forEach(value -> values.add(value.asText())));
        if (values.isEmpty()) {
            json.path("headers").properties().stream().filter(entry -> entry.getKey().equalsIgnoreCase(name))
                    .forEach(entry -> values.add(entry.getValue().asText()));
        }
        return values;
    }

    /** The header's only value: of several, none can be trusted to be the one that others saw. */
    Optional<String> onlyHeader(String name) {
        List<String> values = header(name);
        return values.size() == 1 ? Optional.of(values.get(0)) : Optional.empty();
    }

    /** @throws ApiError SerializationException for a body that is announced as base64 and isn't */
    byte[] body() {
        String body = json.path("body").asText("");
        if (!json.path("isBase64Encoded").asBoolean()) {
            return body.getBytes(StandardCharsets.UTF_8);
        }
        try {
            return Base64.getDecoder().decode(body);
        } catch (IllegalArgumentException notBase64) {
            throw ApiError.serialization(null);
        }
    }

    /** ARN of the user or assumed-role session that IAM has let in; empty where the method asks for no authorization. */
    Optional<String> userArn() {
        return Optional.ofNullable(json.path("requestContext").path("identity").path("userArn").textValue());
    }

    String requestId() {
        return json.path("requestContext").path("requestId").asText();
    }
}
