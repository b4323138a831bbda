package io.pipewright.local.eventbridge;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** JSON as the bus reads and writes it: numbers keep the way they were written ({@code 7.0} stays {@code 7.0}). */
final class Json {
    static final JsonMapper MAPPER = JsonMapper.builder()
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();
    private static final JsonFactory FACTORY = MAPPER.getFactory();
    /** One level less than the readers of whole events take, who find the detail inside the envelope. */
    private static final JsonFactory DETAIL_FACTORY = JsonFactory.builder().streamReadConstraints(
        StreamReadConstraints.builder().maxNestingDepth(StreamReadConstraints.DEFAULT_MAX_DEPTH - 1).build()).build();

    private Json() {
    }

    static JsonNode read(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String write(JsonNode value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode text(String value) {
        return MAPPER.getNodeFactory().textNode(value);
    }

    /** The text as it stands between the quotes of a JSON string. */
    static String escape(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    /** Whether the text is exactly one JSON object, at most 999 levels deep. */
    static boolean isObject(String text) {
        try (JsonParser parser = DETAIL_FACTORY.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return false;
            }
            parser.skipChildren();
            return parser.currentToken() == JsonToken.END_OBJECT && parser.nextToken() == null;
        } catch (IOException e) {
            return false;
        }
    }

    /** Where the text stops being a sequence of JSON values, in the service's words; empty if it is one. */
    static Optional<String> syntaxError(String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            try {
                while (parser.nextToken() != null) {
                    parser.skipChildren();
                }
                return Optional.empty();
            } catch (IOException e) {
                JsonLocation place = parser.currentTokenLocation();
                return Optional.of("[Source: (String)\"" + text + "\"; line: " + place.getLineNr() + ", column: " + place.getColumnNr() + "]");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
