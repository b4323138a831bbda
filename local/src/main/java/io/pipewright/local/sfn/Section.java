package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * An object of a definition and its place. Reading a field notes what is wrong with it and yields a harmless value, so that all
 * findings come at once; whoever started the reading asks at its end whether there were any.
 */
final class Section {
    private static final String SCHEMA = "SCHEMA_VALIDATION_FAILED";

    private final ObjectNode node;
    private final String pointer;
    private final List<Finding> findings;

    Section(ObjectNode node, String pointer, List<Finding> findings) {
        this.node = node;
        this.pointer = pointer;
        this.findings = findings;
    }

    String pointer() {
        return pointer.isEmpty() ? "/" : pointer;
    }

    private String pointer(String field) {
        return pointer + "/" + field;
    }

    void wrong(String text) {
        findings.add(new Finding(SCHEMA, text, pointer()));
    }

    void wrong(String field, String text) {
        findings.add(new Finding(SCHEMA, text, pointer(field)));
    }

    void wrong(String code, String field, String text) {
        findings.add(new Finding(code, text, pointer(field)));
    }

    boolean has(String field) {
        return node.has(field);
    }

    JsonNode raw(String field) {
        return node.get(field);
    }

    Iterable<String> names() {
        return node::fieldNames;
    }

    /** Refuses every other field by name. */
    void allow(Set<String> allowed) {
        for (String name : names()) {
            if (!allowed.contains(name)) {
                wrong("Field '" + name + "' is not supported");
            }
        }
    }

    /** Whether all are there; if not, says so once. */
    boolean require(String... fields) {
        List<String> missing = new ArrayList<>();
        for (String field : fields) {
            if (!node.hasNonNull(field)) {
                missing.add(field);
            }
        }
        if (!missing.isEmpty()) {
            wrong("These fields are required: " + missing);
        }
        return missing.isEmpty();
    }

    Optional<String> text(String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isTextual()) {
            wrong(field, "Expected value of type String");
            return Optional.empty();
        }
        return Optional.of(value.textValue());
    }

    boolean flag(String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            return false;
        }
        if (!value.isBoolean()) {
            wrong(field, "Expected value of type Boolean");
        }
        return value.asBoolean();
    }

    OptionalInt integer(String field, int least, int most) {
        JsonNode value = node.get(field);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            wrong(field, "Expected value of type Integer");
            return OptionalInt.empty();
        }
        if (value.intValue() < least || value.intValue() > most) {
            wrong(field, "Value is not in the range of " + least + " to " + most);
            return OptionalInt.empty();
        }
        return OptionalInt.of(value.intValue());
    }

    /** {@code $} when absent, empty when {@code null}. */
    Optional<ReferencePath> pathOrRoot(String field) {
        if (!node.has(field)) {
            return Optional.of(ReferencePath.ROOT);
        }
        return node.get(field).isNull() ? Optional.empty() : path(field);
    }

    /** A place to write to: {@code $$} can't be. */
    Optional<ReferencePath> target(String field) {
        Optional<ReferencePath> path = pathOrRoot(field);
        if (path.isPresent() && path.get().ofContext()) {
            wrong(field, "Value is not a Reference Path: must not begin with '$$'");
        }
        return path;
    }

    Optional<ReferencePath> path(String field) {
        Optional<String> text = text(field);
        Optional<ReferencePath> path = text.flatMap(ReferencePath::parse);
        if (text.isPresent() && path.isEmpty()) {
            wrong(field, refusal(field, text.get()));
        }
        return path;
    }

    /** Why a text is no path that the interpreter follows. */
    static String refusal(String field, String text) {
        if (text.startsWith("States.")) {
            return "The intrinsic function '" + text + "' in the field '" + field + "' is not supported by the local Step Functions";
        }
        if (text.startsWith("$")) {
            return "The JSONPath '" + text + "' in the field '" + field
                    + "' is not a Reference Path, the only paths that the local Step Functions support";
        }
        return "The value for the field '" + field + "' must be a valid JSONPath or a valid intrinsic function call";
    }

    Optional<Section> object(String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            return Optional.empty();
        }
        if (!value.isObject()) {
            wrong(field, "Expected value of type Object");
            return Optional.empty();
        }
        return Optional.of(new Section((ObjectNode) value, pointer(field), findings));
    }

    /** The array's objects, empty if the field is absent. */
    List<Section> objects(String field) {
        JsonNode value = node.get(field);
        if (value == null) {
            return List.of();
        }
        if (!value.isArray()) {
            wrong(field, "Expected value of type Array");
            return List.of();
        }
        List<Section> sections = new ArrayList<>();
        for (int i = 0; i < value.size(); i++) {
            String element = field + "[" + i + "]";
            if (value.get(i).isObject()) {
                sections.add(new Section((ObjectNode) value.get(i), pointer(element), findings));
            } else {
                wrong(element, "Expected value of type Object");
            }
        }
        return sections;
    }

    /** The array's texts; anything else in it is wrong. */
    List<String> texts(String field) {
        JsonNode value = node.get(field);
        List<String> texts = new ArrayList<>();
        if (value == null || !value.isArray()) {
            wrong(field, "Expected value of type Array");
            return texts;
        }
        for (JsonNode element : value) {
            if (element.isTextual()) {
                texts.add(element.textValue());
            } else {
                wrong(field, "Expected value of type String");
            }
        }
        if (value.isEmpty()) {
            wrong(field, "Value cannot be empty");
        }
        return texts;
    }
}
