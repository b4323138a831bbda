package io.pipewright.functions.findings;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.statemachine.definition.Finding;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;

/**
 * Members that a service's model doesn't have, and values of another JSON type than the model's. The service ignores the former and
 * refuses the latter without saying where; AWS's own command line refuses both.
 */
public final class Members {
    /** Rule id of values of a wrong JSON type: nothing can be read from them. */
    static final String MISMATCH = "json-type";
    private static final String UNKNOWN = "unknown-member";

    private final String service;
    private final List<Finding> findings = new ArrayList<>();

    private Members(String service) {
        this.service = service;
    }

    /** What is wrong below {@code json}, which should look like {@code type}, a shape of {@code service}. */
    public static List<Finding> check(JsonNode json, SdkPojo type, String service) {
        Members members = new Members(service);
        members.structure(json, type, "");
        return members.findings;
    }

    private void structure(JsonNode json, SdkPojo type, String path) {
        if (!json.isObject()) {
            mismatch(path, json, "an object, {…}");
            return;
        }
        Map<String, SdkField<?>> fields = type.sdkFields().stream()
                .collect(Collectors.toMap(SdkField::locationName, field -> field));
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            String place = path.isEmpty() ? member.getKey() : path + "." + member.getKey();
            SdkField<?> field = fields.get(member.getKey());
            if (field == null) {
                unknown(place, member.getKey(), List.copyOf(fields.keySet()));
            } else {
                value(member.getValue(), field, place);
            }
        }
    }

    private void value(JsonNode json, SdkField<?> field, String path) {
        MarshallingType<?> type = field.marshallingType();
        if (json.isNull()) {
            return;
        }
        if (type == MarshallingType.SDK_POJO) {
            structure(json, field.constructor().get(), path);
        } else if (type == MarshallingType.LIST) {
            list(json, field.getTrait(ListTrait.class).memberFieldInfo(), path);
        } else if (type == MarshallingType.MAP) {
            map(json, field.getTrait(MapTrait.class).valueFieldInfo(), path);
        } else if (type == MarshallingType.STRING && !json.isTextual()) {
            mismatch(path, json, "text in quotes");
        } else if (type == MarshallingType.BOOLEAN && !json.isBoolean()) {
            mismatch(path, json, "true or false, without quotes");
        } else if (type == MarshallingType.INTEGER && !json.isNumber()) {
            mismatch(path, json, "a number, without quotes");
        }
    }

    private void list(JsonNode json, SdkField<?> element, String path) {
        if (!json.isArray()) {
            mismatch(path, json, "a list, […]");
            return;
        }
        for (int i = 0; i < json.size(); i++) {
            value(json.get(i), element, path + "[" + i + "]");
        }
    }

    private void map(JsonNode json, SdkField<?> content, String path) {
        if (!json.isObject()) {
            mismatch(path, json, "an object, {…}");
            return;
        }
        json.properties().forEach(entry -> value(entry.getValue(), content, path + "." + entry.getKey()));
    }

    private void mismatch(String path, JsonNode found, String wanted) {
        String text = found.isContainerNode() ? found.isArray() ? "a list" : "an object" : found.toString();
        findings.add(new Finding(MISMATCH, "SerializationException", path, "Found " + text + ".", "Write " + wanted + "."));
    }

    private void unknown(String path, String name, List<String> known) {
        String remedy = known.stream()
                .filter(candidate -> distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT)) <= 2)
                .findFirst()
                .map(candidate -> "Did you mean " + candidate + "?")
                .orElseGet(() -> "Remove it. Members here are: " + known.stream().sorted().collect(Collectors.joining(", ")) + ".");
        findings.add(new Finding(UNKNOWN, "ParamValidation", path, service + " has no member " + name + " here.", remedy));
    }

    /** How many letters have to be added, removed or changed (Levenshtein). */
    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int changed = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
