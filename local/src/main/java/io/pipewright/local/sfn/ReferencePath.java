package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path that names exactly one place: {@code $}, {@code .name}, {@code ['name']}, {@code [n]}; with {@code $$} in front it reads the
 * context object instead of the data ("Reference Paths", States Language).
 */
record ReferencePath(String text, boolean ofContext, List<Step> steps) {

    /** The whole data. */
    static final ReferencePath ROOT = new ReferencePath("$", false, List.of());

    /** One step down: into a field when {@code name} is set, else to the element at {@code index}. */
    record Step(String name, int index) {
        JsonNode of(JsonNode node) {
            return name == null ? node.get(index) : node.get(name);
        }

        @Override
        public String toString() {
            return name == null ? "[" + index + "]" : "['" + name + "']";
        }
    }

    private static final Pattern STEP = Pattern.compile(
            "\\.([^\\s.\\[\\]@,:?*()'\"$]+)|\\['((?:[^'\\\\]|\\\\.)+)']|\\[\"((?:[^\"\\\\]|\\\\.)+)\"]|\\[(\\d{1,9})]");

    /** Empty if the text is no reference path. */
    static Optional<ReferencePath> parse(String text) {
        boolean ofContext = text.startsWith("$$");
        if (!text.startsWith("$")) {
            return Optional.empty();
        }
        Matcher matcher = STEP.matcher(text);
        List<Step> steps = new ArrayList<>();
        int at = ofContext ? 2 : 1;
        while (at < text.length()) {
            matcher.region(at, text.length());
            if (!matcher.lookingAt()) {
                return Optional.empty();
            }
            steps.add(step(matcher));
            at = matcher.end();
        }
        return Optional.of(new ReferencePath(text, ofContext, List.copyOf(steps)));
    }

    private static Step step(Matcher matcher) {
        if (matcher.group(4) != null) {
            return new Step(null, Integer.parseInt(matcher.group(4)));
        }
        String plain = matcher.group(1);
        String quoted = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
        return new Step(plain != null ? plain : quoted.replaceAll("\\\\(.)", "$1"), -1);
    }

    /** What the path names; empty if a step leads nowhere. A JSON null is a value. */
    Optional<JsonNode> find(JsonNode data, JsonNode context) {
        JsonNode node = ofContext ? context : data;
        for (Step step : steps) {
            node = step.of(node);
            if (node == null) {
                return Optional.empty();
            }
        }
        return Optional.of(node);
    }

    /** What the path names; otherwise the failure that AWS reports for {@code InputPath} and its like. */
    JsonNode get(JsonNode data, JsonNode context) throws PathFailure {
        JsonNode node = ofContext ? context : data;
        StringBuilder walked = new StringBuilder("$");
        for (int i = 0; i < steps.size(); i++) {
            walked.append(steps.get(i));
            node = steps.get(i).of(node);
            if (node == null) {
                String reason = i == steps.size() - 1 ? "No results for path: " : "Missing property in path ";
                throw new PathFailure("Invalid path '" + text + "' : " + reason + walked);
            }
        }
        return node;
    }

    /**
     * A copy of {@code data} with {@code value} at this place: missing parents become objects, an existing value is replaced.
     *
     * @throws PathFailure if the way leads through something that is neither object nor a long enough array
     */
    JsonNode set(JsonNode data, JsonNode value) throws PathFailure {
        return set(data, value, 0);
    }

    private JsonNode set(JsonNode node, JsonNode value, int depth) throws PathFailure {
        if (depth == steps.size()) {
            return value;
        }
        Step step = steps.get(depth);
        if (step.name() != null && (node == null || node.isObject())) {
            ObjectNode copy = Json.object();
            if (node != null) {
                copy.setAll((ObjectNode) node);
            }
            return copy.set(step.name(), set(copy.get(step.name()), value, depth + 1));
        }
        if (step.name() == null && node != null && node.isArray() && step.index() < node.size()) {
            ArrayNode copy = ((ArrayNode) node).arrayNode().addAll((ArrayNode) node);
            copy.set(step.index(), set(copy.get(step.index()), value, depth + 1));
            return copy;
        }
        throw new PathFailure("Unable to apply ReferencePath " + text + " to input " + (node == null ? "null" : Json.text(node)));
    }
}
