package io.pipewright.local.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** The text per protocol of one publication: "Publish" in the SNS API reference, MessageStructure as recorded. */
record Texts(String standard, String email) {
    private static final JsonMapper MAPPER = JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    /** @throws software.amazon.awssdk.services.sns.model.SnsException what Publish answers */
    static Texts of(String message, String structure) {
        if (structure == null || structure.isEmpty()) {
            return new Texts(message, message);
        }
        if (!structure.equals("json")) {
            throw Errors.invalid("Invalid message structure");
        }
        JsonNode texts = parse(message);
        if (!isText(texts.path("default"))) {
            throw Errors.invalid("Message Structure - No default entry in JSON message body");
        }
        String standard = texts.get("default").asText();
        return new Texts(standard, isText(texts.path("email")) ? texts.get("email").asText() : standard);
    }

    /** Numbers, booleans and null count as the text they are written as. */
    private static boolean isText(JsonNode value) {
        return value.isValueNode() && !value.isMissingNode();
    }

    private static JsonNode parse(String message) {
        try {
            JsonNode parsed = MAPPER.readTree(message);
            if (parsed.isObject()) {
                return parsed;
            }
        } catch (JsonProcessingException e) {
            // Refused below, like JSON that isn't an object.
        }
        throw Errors.invalid("Message Structure - JSON message body failed to parse");
    }
}
