package io.pipewright.local.sfn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON texts and trees; what has been read is whole text without anything behind it. */
final class Json {
    private static final JsonMapper STRICT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
    private static final JsonMapper LENIENT = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Json() { }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Reads data: the last of two equal keys wins. The empty text is no JSON. */
    static JsonNode data(String text) throws JsonProcessingException {
        return present(LENIENT.readTree(text));
    }

    /** Reads a definition: two equal keys are an error, since one of two states would silently vanish. */
    static JsonNode strict(String text) throws JsonProcessingException {
        return present(STRICT.readTree(text));
    }

    /** Reads a text that this package wrote. */
    static JsonNode own(String text) {
        try {
            return LENIENT.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A stored JSON text is damaged", e);
        }
    }

    static String text(JsonNode node) {
        try {
            return LENIENT.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A JSON tree could not be written", e);
        }
    }

    /** The text as a JSON string. */
    static String quoted(String text) {
        return text(JsonNodeFactory.instance.textNode(text));
    }

    private static JsonNode present(JsonNode node) throws JsonProcessingException {
        if (node == null || node.isMissingNode()) {
            throw new JsonEOFException(null, null, "No content to map due to end-of-input");
        }
        return node;
    }
}
