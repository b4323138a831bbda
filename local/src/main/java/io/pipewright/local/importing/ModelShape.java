package io.pipewright.local.importing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

/**
 * Resource properties in the form of the API: CloudFormation begins names with a capital and takes numbers and truth values as text, and
 * text as either. What the model doesn't have stays as it is, to be found by whoever checks the result.
 */
final class ModelShape {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper JSON = new ObjectMapper();

    private ModelShape() {
    }

    /** @param properties without intrinsic functions */
    static ObjectNode of(JsonNode properties, SdkPojo type) {
        return properties.isObject() ? structure(properties, type) : NODES.objectNode();
    }

    private static ObjectNode structure(JsonNode json, SdkPojo type) {
        ObjectNode result = NODES.objectNode();
        Set<String> known = new HashSet<>();
        for (SdkField<?> field : type.sdkFields()) {
            String property = property(field.locationName());
            known.add(property);
            if (json.has(property)) {
                result.set(field.locationName(), value(json.get(property), field));
            }
        }
        json.properties().stream().filter(member -> !known.contains(member.getKey()))
                .forEach(member -> result.set(member.getKey(), member.getValue()));
        return result;
    }

    /** CloudFormation's name of a member. */
    static String property(String member) {
        return Character.toUpperCase(member.charAt(0)) + member.substring(1);
    }

    private static JsonNode value(JsonNode json, SdkField<?> field) {
        MarshallingType<?> type = field.marshallingType();
        if (type == MarshallingType.SDK_POJO && json.isObject()) {
            return structure(json, field.constructor().get());
        } else if (type == MarshallingType.LIST && json.isArray()) {
            return list(json, field.getTrait(ListTrait.class).memberFieldInfo());
        } else if (type == MarshallingType.MAP) {
            return map(json, field.getTrait(MapTrait.class).valueFieldInfo());
        }
        return scalar(json, type);
    }

    private static JsonNode list(JsonNode json, SdkField<?> element) {
        ArrayNode list = NODES.arrayNode();
        json.forEach(one -> list.add(value(one, element)));
        return list;
    }

    /** A map may be written as the text of a JSON object. */
    private static JsonNode map(JsonNode json, SdkField<?> content) {
        JsonNode object = json.isTextual() ? parsed(json) : json;
        if (!object.isObject()) {
            return json;
        }
        ObjectNode map = NODES.objectNode();
        object.properties().forEach(entry -> map.set(entry.getKey(), value(entry.getValue(), content)));
        return map;
    }

    private static JsonNode parsed(JsonNode text) {
        try {
            return JSON.readTree(text.textValue());
        } catch (JsonProcessingException noJson) {
            return text;
        }
    }

    private static JsonNode scalar(JsonNode json, MarshallingType<?> type) {
        if (type == MarshallingType.STRING && (json.isNumber() || json.isBoolean())) {
            return NODES.textNode(Resolver.scalar(json));
        } else if (type == MarshallingType.INTEGER && json.isTextual() && json.textValue().matches("-?\\d{1,9}")) {
            return NODES.numberNode(Integer.parseInt(json.textValue()));
        } else if (type == MarshallingType.BOOLEAN && json.isTextual() && json.textValue().matches("true|false")) {
            return NODES.booleanNode(Boolean.parseBoolean(json.textValue()));
        }
        return json;
    }
}
