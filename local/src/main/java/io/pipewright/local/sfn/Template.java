package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A payload template, {@code Parameters} or {@code ResultSelector}: JSON in which keys ending {@code .$} are filled by paths. */
sealed interface Template {

    /** The filled template. {@code data} is what {@code $} means, {@code context} what {@code $$} means. */
    JsonNode fill(JsonNode data, JsonNode context) throws PathFailure;

    /** Text, number, boolean, null, or a subtree without paths. */
    record Literal(JsonNode value) implements Template {
        @Override
        public JsonNode fill(JsonNode data, JsonNode context) {
            return value;
        }
    }

    /** The value of a key ending {@code .$}; {@code key} as written, for the message. */
    record Reference(String key, ReferencePath path) implements Template {
        @Override
        public JsonNode fill(JsonNode data, JsonNode context) throws PathFailure {
            return path.find(data, context).orElseThrow(() -> new PathFailure("The JSONPath '" + path.text()
                    + "' specified for the field '" + key + "' could not be found in the input '" + Json.text(data) + "'"));
        }
    }

    /** An object's field; the name without {@code .$}. */
    record Field(String name, Template value) { }

    /** An object. The reader puts literal fields before paths, the order in which AWS writes the payload. */
    record Fields(List<Field> fields) implements Template {
        @Override
        public JsonNode fill(JsonNode data, JsonNode context) throws PathFailure {
            ObjectNode object = Json.object();
            for (Field field : fields) {
                object.set(field.name(), field.value().fill(data, context));
            }
            return object;
        }
    }

    /** An array. */
    record Items(List<Template> items) implements Template {
        @Override
        public JsonNode fill(JsonNode data, JsonNode context) throws PathFailure {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            for (Template item : items) {
                array.add(item.fill(data, context));
            }
            return array;
        }
    }
}
