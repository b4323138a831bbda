package io.pipewright.functions.wire;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.DefaultValueTrait;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TraitType;
import software.amazon.awssdk.core.util.SdkAutoConstructList;
import software.amazon.awssdk.core.util.SdkAutoConstructMap;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/**
 * Reads and writes the model classes of AWS's SDK as awsJson1_1, over the field lists that the classes carry themselves.
 *
 * <p>Absent members stay absent and present empty lists and maps stay present: the SDK's own marker collections tell the two apart.
 * Timestamps are numbers of seconds since 1970 with at most three decimals, trailing zeros cut. Reading ignores unknown members
 * (clients send {@code __type} back) and takes null for absent.
 *
 * <p>A value of another JSON type than its member is a SerializationException. Its texts are those that AWS's services answer with;
 * none names the member, which is AWS's choice. Where AWS truncates a number, so does this: fractions of integers, and instants below
 * the millisecond. An integer outside 32 bits becomes the nearest one, so that the range constraint reports it.
 */
public final class Codec {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String UNEXPECTED_LIST = "Start of list found where not expected";
    private static final String UNEXPECTED_OBJECT = "Start of structure or map found where not expected.";
    /** Far outside every real date, and its milliseconds still fit a long. */
    private static final BigDecimal FARTHEST_SECOND = new BigDecimal("4000000000000000");

    private Codec() {
    }

    /**
     * The JSON object of a request body.
     *
     * @throws ApiError SerializationException, without message as AWS sends it, when the body is no JSON or no object
     */
    public static ObjectNode parse(String body) {
        JsonNode json;
        try {
            json = JSON.readTree(body);
        } catch (JsonProcessingException malformed) {
            throw ApiError.serialization(null);
        }
        return object(json);
    }

    /**
     * The value of a model class, for example {@code Codec.read(GetPipelineRequest::builder, json)}.
     *
     * @throws ApiError SerializationException when {@code json} is no object or a member has another JSON type than the model says
     */
    public static <B extends SdkPojo & SdkBuilder<B, T>, T> T read(Supplier<B> builder, JsonNode json) {
        B target = builder.get();
        fill(target, object(json));
        return target.build();
    }

    /** The JSON object of a model value, members in the model's order. */
    public static ObjectNode write(SdkPojo value) {
        ObjectNode json = NODES.objectNode();
        for (SdkField<?> field : value.sdkFields()) {
            Object member = member(value, field);
            if (isPresent(member)) {
                json.set(field.locationName(), node(member));
            }
        }
        return json;
    }

    private static ObjectNode object(JsonNode json) {
        if (json instanceof ObjectNode object) {
            return object;
        }
        throw ApiError.serialization(json.isArray() ? UNEXPECTED_LIST : null);
    }

    private static void fill(SdkPojo builder, JsonNode json) {
        for (SdkField<?> field : builder.sdkFields()) {
            JsonNode member = json.get(field.locationName());
            if (member != null && !member.isNull()) {
                field.set(builder, value(field, member));
            }
        }
    }

    private static Object value(SdkField<?> field, JsonNode json) {
        MarshallingType<?> type = field.marshallingType();
        if (json.isNull()) {
            return null;
        } else if (type == MarshallingType.STRING) {
            return text(json);
        } else if (type == MarshallingType.SDK_POJO) {
            return structure(field, json);
        } else if (type == MarshallingType.LIST) {
            return list(field.getTrait(ListTrait.class, TraitType.LIST_TRAIT).memberFieldInfo(), json);
        } else if (type == MarshallingType.MAP) {
            return map(field.getTrait(MapTrait.class, TraitType.MAP_TRAIT).valueFieldInfo(), json);
        } else if (type == MarshallingType.INTEGER) {
            return integer(json);
        } else if (type == MarshallingType.LONG) {
            return whole(json);
        } else if (type == MarshallingType.BOOLEAN) {
            return truth(json);
        } else if (type == MarshallingType.INSTANT) {
            return instant(json);
        }
        throw new IllegalStateException("The codec knows no member of type " + type.getTargetClass().getName());
    }

    private static String text(JsonNode json) {
        if (json.isTextual()) {
            return json.textValue();
        }
        throw mismatch(json, "a String");
    }

    private static Boolean truth(JsonNode json) {
        if (json.isBoolean()) {
            return json.booleanValue();
        }
        throw mismatch(json, "a Boolean");
    }

    private static Integer integer(JsonNode json) {
        if (json.isNumber()) {
            return Numbers.toInt(json);
        }
        throw mismatch(json, "an Integer");
    }

    private static Long whole(JsonNode json) {
        if (json.isNumber()) {
            return Numbers.toLong(json);
        }
        throw mismatch(json, "a Long");
    }

    private static Instant instant(JsonNode json) {
        if (!json.isNumber()) {
            throw mismatch(json, "milliseconds since epoch");
        }
        BigDecimal seconds = Numbers.toDecimal(json);
        if (seconds.abs().compareTo(FARTHEST_SECOND) > 0) {
            throw mismatch(json, "milliseconds since epoch");
        }
        return Instant.ofEpochMilli(seconds.movePointRight(3).longValue());
    }

    private static Object structure(SdkField<?> field, JsonNode json) {
        if (!json.isObject()) {
            throw json.isArray() ? ApiError.serialization(UNEXPECTED_LIST) : ApiError.serialization("Expected null");
        }
        SdkPojo builder = field.constructor().get();
        fill(builder, json);
        return ((SdkBuilder<?, ?>) builder).build();
    }

    private static List<Object> list(SdkField<?> element, JsonNode json) {
        if (!json.isArray()) {
            throw json.isObject() ? ApiError.serialization(UNEXPECTED_OBJECT) : ApiError.serialization("Expected list or null");
        }
        List<Object> values = new ArrayList<>(json.size());
        for (JsonNode value : json) {
            values.add(value(element, value));
        }
        return values;
    }

    private static Map<String, Object> map(SdkField<?> content, JsonNode json) {
        if (!json.isObject()) {
            throw json.isArray() ? ApiError.serialization(UNEXPECTED_LIST) : ApiError.serialization("Expected map or null");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            values.put(entry.getKey(), value(content, entry.getValue()));
        }
        return values;
    }

    private static ApiError mismatch(JsonNode found, String wanted) {
        String kind = switch (found.getNodeType()) {
            case ARRAY -> UNEXPECTED_LIST;
            case OBJECT -> UNEXPECTED_OBJECT;
            case BOOLEAN -> found.booleanValue() ? "TRUE_VALUE" : "FALSE_VALUE";
            case NUMBER -> found.isIntegralNumber() ? "NUMBER_VALUE" : "DECIMAL_VALUE";
            default -> "STRING_VALUE";
        };
        return ApiError.serialization(found.isContainerNode() ? kind : kind + " can not be converted to " + wanted);
    }

    private static Object member(SdkPojo owner, SdkField<?> field) {
        // An absent idempotency token would be made up here: a request that was read without one must be written without one.
        if (owner instanceof SdkRequest request && field.containsTrait(DefaultValueTrait.class, TraitType.DEFAULT_VALUE_TRAIT)) {
            return request.getValueForField(field.memberName(), Object.class).orElse(null);
        }
        return field.getValueOrDefault(owner);
    }

    private static boolean isPresent(Object member) {
        return member != null && !(member instanceof SdkAutoConstructList<?>) && !(member instanceof SdkAutoConstructMap<?, ?>);
    }

    private static JsonNode node(Object value) {
        if (value == null) {
            return NODES.nullNode();
        } else if (value instanceof String text) {
            return NODES.textNode(text);
        } else if (value instanceof SdkPojo structure) {
            return write(structure);
        } else if (value instanceof List<?> list) {
            ArrayNode array = NODES.arrayNode(list.size());
            list.forEach(element -> array.add(node(element)));
            return array;
        } else if (value instanceof Map<?, ?> map) {
            ObjectNode object = NODES.objectNode();
            map.forEach((key, content) -> object.set((String) key, node(content)));
            return object;
        } else if (value instanceof Integer number) {
            return NODES.numberNode(number);
        } else if (value instanceof Long number) {
            return NODES.numberNode(number);
        } else if (value instanceof Boolean truth) {
            return NODES.booleanNode(truth);
        } else if (value instanceof Instant instant) {
            return seconds(instant);
        }
        throw new IllegalStateException("The codec knows no member of type " + value.getClass().getName());
    }

    /** The instant as the wire has it: {@code 1790631278.2} for 200 ms past that second. */
    static JsonNode seconds(Instant instant) {
        long millis = instant.toEpochMilli();
        return millis % 1000 == 0
                ? NODES.numberNode(millis / 1000)
                : NODES.numberNode(BigDecimal.valueOf(millis, 3).stripTrailingZeros());
    }
}
