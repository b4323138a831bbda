package io.pipewright.local.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The few JSON paths that EventBridge takes: {@code $}, member names of letters, digits, {@code _}, {@code -} and
 * {@code /} after a dot, indices and {@code [*]}. Everything else of JSONPath it refuses at PutTargets.
 */
final class JsonPath {
    private static final Pattern PATH = Pattern.compile("\\$(\\.[A-Za-z0-9_/-]+|\\[[0-9]{1,9}\\]|\\[\\*\\])*");
    private static final Pattern STEP = Pattern.compile("\\.([A-Za-z0-9_/-]+)|\\[([0-9]+)\\]|\\[(\\*)\\]");

    private sealed interface Step {
        void select(JsonNode from, List<JsonNode> into);
    }

    private record Member(String name) implements Step {
        @Override
        public void select(JsonNode from, List<JsonNode> into) {
            if (from.has(name)) {
                into.add(from.get(name));
            }
        }
    }

    private record Index(int index) implements Step {
        @Override
        public void select(JsonNode from, List<JsonNode> into) {
            if (from.isArray() && from.has(index)) {
                into.add(from.get(index));
            }
        }
    }

    private record EveryElement() implements Step {
        @Override
        public void select(JsonNode from, List<JsonNode> into) {
            if (from.isArray()) {
                from.forEach(into::add);
            }
        }
    }

    private final List<Step> steps;
    private final boolean several;

    private JsonPath(List<Step> steps) {
        this.steps = steps;
        this.several = steps.stream().anyMatch(EveryElement.class::isInstance);
    }

    /** Empty if the service would refuse the text. */
    static Optional<JsonPath> parse(String text) {
        if (!PATH.matcher(text).matches()) {
            return Optional.empty();
        }
        List<Step> steps = new ArrayList<>();
        Matcher step = STEP.matcher(text);
        while (step.find()) {
            if (step.group(1) != null) {
                steps.add(new Member(step.group(1)));
            } else if (step.group(2) != null) {
                steps.add(new Index(Integer.parseInt(step.group(2))));
            } else {
                steps.add(new EveryElement());
            }
        }
        return Optional.of(new JsonPath(steps));
    }

    /** What the path selects, a missing node if nothing; with {@code [*]} always an array. */
    JsonNode select(JsonNode root) {
        List<JsonNode> selected = List.of(root);
        for (Step step : steps) {
            List<JsonNode> next = new ArrayList<>();
            selected.forEach(node -> step.select(node, next));
            selected = next;
        }
        if (several) {
            ArrayNode all = JsonNodeFactory.instance.arrayNode(selected.size());
            return all.addAll(selected);
        }
        return selected.isEmpty() ? MissingNode.getInstance() : selected.get(0);
    }
}
