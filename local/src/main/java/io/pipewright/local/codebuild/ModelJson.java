package io.pipewright.local.codebuild;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.Buildable;

/** The SDK's model objects as stored JSON: members under their API names, times as ISO text, absent members absent. */
final class ModelJson {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ModelJson() {
    }

    static String write(SdkPojo object) {
        return toJson(object).toString();
    }

    /** Fills {@code builder} (an SDK builder) from what {@link #write} wrote. */
    static <B extends SdkPojo> B read(String json, B builder) {
        try {
            fill(builder, MAPPER.readTree(json));
            return builder;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The stored object is not JSON", e);
        }
    }

    private static ObjectNode toJson(SdkPojo object) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        for (SdkField<?> field : object.sdkFields()) {
            Object value = field.getValueOrDefault(object);
            if (value != null && !(value instanceof SdkAutoConstructList) && !(value instanceof SdkAutoConstructMap)) {
                node.set(field.memberName(), toNode(value));
            }
        }
        return node;
    }

    private static JsonNode toNode(Object value) {
        if (value instanceof SdkPojo pojo) {
            return toJson(pojo);
        }
        if (value instanceof List<?> list) {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            list.forEach(element -> array.add(toNode(element)));
            return array;
        }
        if (value instanceof Map<?, ?> map) {
            ObjectNode node = JsonNodeFactory.instance.objectNode();
            map.forEach((key, element) -> node.set(key.toString(), toNode(element)));
            return node;
        }
        return MAPPER.valueToTree(value instanceof Instant instant ? instant.toString() : value);
    }

    private static void fill(SdkPojo builder, JsonNode node) {
        for (SdkField<?> field : builder.sdkFields()) {
            JsonNode value = node.get(field.memberName());
            if (value != null && !value.isNull()) {
                field.set(builder, fromNode(field, value));
            }
        }
    }

    private static Object fromNode(SdkField<?> field, JsonNode node) {
        MarshallingType<?> type = field.marshallingType();
        if (type == MarshallingType.SDK_POJO) {
            SdkPojo builder = field.constructor().get();
            fill(builder, node);
            return ((Buildable) builder).build();
        }
        if (type == MarshallingType.LIST) {
            SdkField<?> member = field.getTrait(ListTrait.class).memberFieldInfo();
            List<Object> list = new ArrayList<>();
            node.forEach(element -> list.add(fromNode(member, element)));
            return list;
        }
        if (type == MarshallingType.MAP) {
            SdkField<?> member = field.getTrait(MapTrait.class).valueFieldInfo();
            Map<String, Object> map = new LinkedHashMap<>();
            node.properties().forEach(entry -> map.put(entry.getKey(), fromNode(member, entry.getValue())));
            return map;
        }
        if (type == MarshallingType.STRING) {
            return node.asText();
        }
        if (type == MarshallingType.BOOLEAN) {
            return node.asBoolean();
        }
        if (type == MarshallingType.INTEGER) {
            return node.asInt();
        }
        if (type == MarshallingType.LONG) {
            return node.asLong();
        }
        if (type == MarshallingType.INSTANT) {
            return Instant.parse(node.asText());
        }
        throw new IllegalStateException("CodeBuild's model has no member of type " + type + " (" + field.memberName() + ")");
    }
}
