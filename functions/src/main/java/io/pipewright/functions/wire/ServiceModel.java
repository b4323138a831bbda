package io.pipewright.functions.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * AWS's service model of CodePipeline as data: operations, their errors, and the constraints of their inputs.
 *
 * <p>Where the real service is known to differ from its model, the service wins: configuration values of actions may have 50,000
 * characters, and StartPipelineExecution takes an empty list of variables.
 */
public final class ServiceModel {
    /** Prefix of {@code X-Amz-Target}, before the dot. */
    public static final String TARGET_PREFIX = "CodePipeline_20150709";
    private static final String RESOURCE = "codepipeline-2015-07-09.json";

    /** Read on first use; a function that answers no API call never pays for it. */
    private static final class Loaded {
        static final ServiceModel MODEL = new ServiceModel(read());
    }

    /**
     * @param name the operation
     * @param input the name of its input shape
     * @param output the name of its output shape; empty where the answer has no body at all, not even an empty object
     * @param errors the modelled errors that clients expect of it
     */
    public record Operation(String name, String input, Optional<String> output, List<String> errors) {
    }

    private final JsonNode shapes;
    private final Map<String, Operation> operations;
    private final Map<String, Shape> compiled = new ConcurrentHashMap<>();

    private ServiceModel(JsonNode model) {
        this.shapes = model.path("shapes");
        Map<String, Operation> byName = new LinkedHashMap<>();
        model.path("operations").properties()
                .forEach(entry -> byName.put(entry.getKey(), operation(entry.getKey(), entry.getValue())));
        this.operations = Collections.unmodifiableMap(byName);
    }

    /** The model, read once per process. */
    public static ServiceModel codePipeline() {
        return Loaded.MODEL;
    }

    /** All 44 operations by name. */
    public Map<String, Operation> operations() {
        return operations;
    }

    /** @throws ApiError UnknownOperationException if CodePipeline has no such operation */
    public Operation operation(String name) {
        Operation operation = operations.get(name);
        if (operation == null) {
            throw ApiError.unknownOperation();
        }
        return operation;
    }

    /** The constraints of a shape, compiled on first use. */
    Shape shape(String name) {
        Shape shape = compiled.get(name);
        if (shape == null) {
            shape = compile(name);
            compiled.put(name, shape);
        }
        return shape;
    }

    private static JsonNode read() {
        try (InputStream resource = ServiceModel.class.getResourceAsStream(RESOURCE)) {
            return new ObjectMapper().readTree(resource);
        } catch (IOException e) {
            throw new UncheckedIOException("The jar holds no readable " + RESOURCE, e);
        }
    }

    private static Operation operation(String name, JsonNode json) {
        return new Operation(
                name,
                json.path("input").path("shape").textValue(),
                Optional.ofNullable(json.path("output").path("shape").textValue()),
                StreamSupport.stream(json.path("errors").spliterator(), false).map(error -> error.path("shape").textValue()).toList());
    }

    private Shape compile(String name) {
        JsonNode json = shapes.path(name);
        return switch (json.path("type").asText()) {
            case "structure" -> structure(json);
            case "list" -> new Shape.Sequence(bounds(name, json), shape(json.path("member").path("shape").textValue()));
            case "map" -> new Shape.Dictionary(
                    bounds(name, json),
                    (Shape.Text) shape(json.path("key").path("shape").textValue()),
                    shape(json.path("value").path("shape").textValue()));
            case "string" -> new Shape.Text(bounds(name, json), pattern(json), texts(json.path("enum")).stream().sorted().toList());
            case "integer" -> new Shape.Number(bounds(name, json));
            case "boolean", "timestamp" -> new Shape.Free();
            default -> throw new IllegalStateException("The service model has no shape " + name + " of a known type");
        };
    }

    private Shape structure(JsonNode json) {
        List<String> required = texts(json.path("required"));
        List<Shape.Member> members = new ArrayList<>();
        json.path("members").properties().forEach(entry -> members.add(new Shape.Member(
                entry.getKey(),
                required.contains(entry.getKey()),
                shape(entry.getValue().path("shape").textValue()))));
        return new Shape.Structure(List.copyOf(members));
    }

    private static Shape.Bounds bounds(String name, JsonNode json) {
        return switch (name) {
            case "ActionConfigurationValue" -> new Shape.Bounds(1, 50_000);
            case "PipelineVariableList" -> new Shape.Bounds(0, 50);
            default -> new Shape.Bounds(json.path("min").asInt(Integer.MIN_VALUE), json.path("max").asInt(Integer.MAX_VALUE));
        };
    }

    private static Pattern pattern(JsonNode json) {
        return json.has("pattern") ? Pattern.compile(json.path("pattern").textValue()) : null;
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).map(JsonNode::textValue).toList();
    }
}
