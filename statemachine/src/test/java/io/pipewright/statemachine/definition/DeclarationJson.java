package io.pipewright.statemachine.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** Reads the declarations of the golden files; an unknown member is an error of the file. */
public final class DeclarationJson {

    private static final ObjectMapper JSON = new ObjectMapper();

    private DeclarationJson() {
    }

    public static PipelineDeclaration read(Path file) {
        try {
            return read(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static PipelineDeclaration read(String json) {
        try {
            return (PipelineDeclaration) structure(PipelineDeclaration.builder(), JSON.readTree(json));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object structure(SdkPojo builder, JsonNode json) {
        Map<String, SdkField<?>> fields = new LinkedHashMap<>();
        builder.sdkFields().forEach(field -> fields.put(field.locationName(), field));
        json.properties().forEach(member -> {
            SdkField<?> field = fields.get(member.getKey());
            if (field == null) {
                throw new IllegalArgumentException("Unknown member " + member.getKey() + " of " + builder.getClass());
            }
            field.set(builder, value(field, member.getValue()));
        });
        return ((SdkBuilder<?, ?>) builder).build();
    }

    private static Object value(SdkField<?> field, JsonNode json) {
        switch (field.marshallingType().getTargetClass().getSimpleName()) {
            case "String":
                return json.textValue();
            case "Integer":
                return json.intValue();
            case "List":
                return list(field.getTrait(ListTrait.class).memberFieldInfo(), json);
            case "Map":
                return map(field.getTrait(MapTrait.class).valueFieldInfo(), json);
            case "SdkPojo":
                return structure(field.constructor().get(), json);
            default:
                throw new IllegalArgumentException("Member " + field.locationName() + " of " + field.marshallingType());
        }
    }

    private static List<Object> list(SdkField<?> element, JsonNode json) {
        List<Object> list = new ArrayList<>();
        json.forEach(item -> list.add(value(element, item)));
        return list;
    }

    private static Map<String, Object> map(SdkField<?> element, JsonNode json) {
        Map<String, Object> map = new LinkedHashMap<>();
        json.properties().forEach(entry -> map.put(entry.getKey(), value(element, entry.getValue())));
        return map;
    }
}
