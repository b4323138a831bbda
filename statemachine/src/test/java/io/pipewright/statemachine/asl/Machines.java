package io.pipewright.statemachine.asl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Reads compiled definitions back and walks them. */
final class Machines {

    static final String GENERATION = "0f8fad5b-d9cb-469f-a165-70867728950e";

    /** As long as real ones get: function names of 64 characters with a version. */
    static final UnaryOperator<String> FUNCTIONS = handler -> "arn:aws:lambda:ap-southeast-1:123456789012:function:"
            + ("pipewright-production-" + handler + "-").concat("x".repeat(64)).substring(0, 64) + ":1234";

    private static final ObjectMapper JSON = new ObjectMapper();

    private Machines() {
    }

    static Target target(int parallelActions) {
        return new Target(GENERATION, 1_234, FUNCTIONS, parallelActions);
    }

    static JsonNode parse(String definition) {
        try {
            return JSON.readTree(definition);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** The names of the states that a run without failures enters, branches included, in order. */
    static List<String> normalRun(JsonNode machine) {
        List<String> visited = new ArrayList<>();
        for (String name = machine.get("StartAt").textValue(); name != null; name = normalNext(machine, name)) {
            visited.add(name);
            JsonNode state = machine.get("States").get(name);
            state.path("Branches").forEach(branch -> visited.addAll(normalRun(branch)));
        }
        return visited;
    }

    /** The entry choice sees an unknown entry; every group's outcome is good. */
    private static String normalNext(JsonNode machine, String name) {
        JsonNode state = machine.get("States").get(name);
        if (name.equals("entry")) {
            return state.get("Default").textValue();
        }
        return state.has("Choices") ? state.get("Choices").get(0).get("Next").textValue() : state.path("Next").textValue();
    }

    /** Fails unless every target exists in its own map, every state is reachable and named once, and ends or goes on. */
    static void assertSound(JsonNode machine) {
        Set<String> names = new HashSet<>();
        assertSound(machine, names);
    }

    private static void assertSound(JsonNode machine, Set<String> names) {
        Set<String> here = names(machine.get("States"));
        Set<String> reached = new LinkedHashSet<>();
        reach(machine, machine.get("StartAt").textValue(), reached);
        assertThat(reached).containsExactlyInAnyOrderElementsOf(here);
        machine.get("States").properties().forEach(entry -> {
            assertThat(entry.getKey()).hasSizeLessThanOrEqualTo(80);
            assertThat(names.add(entry.getKey())).as("%s is the only one", entry.getKey()).isTrue();
            assertGoesOnOnce(entry);
            entry.getValue().path("Branches").forEach(branch -> assertSound(branch, names));
        });
    }

    private static void assertGoesOnOnce(Map.Entry<String, JsonNode> entry) {
        String type = entry.getValue().get("Type").textValue();
        boolean goesOnByItself = type.equals("Choice") || type.equals("Succeed");
        assertThat(entry.getValue().has("Next") ^ entry.getValue().path("End").booleanValue())
                .as("%s has one of Next and End", entry.getKey())
                .isEqualTo(!goesOnByItself);
    }

    private static void reach(JsonNode machine, String name, Set<String> reached) {
        assertThat(machine.get("States").has(name)).as("state %s exists", name).isTrue();
        if (reached.add(name)) {
            targets(machine.get("States").get(name)).forEach(target -> reach(machine, target, reached));
        }
    }

    private static Collection<String> targets(JsonNode state) {
        List<String> targets = new ArrayList<>();
        Consumer<JsonNode> add = target -> {
            if (target.isTextual()) {
                targets.add(target.textValue());
            }
        };
        add.accept(state.path("Next"));
        add.accept(state.path("Default"));
        state.path("Catch").forEach(catcher -> add.accept(catcher.path("Next")));
        state.path("Choices").forEach(rule -> add.accept(rule.path("Next")));
        return targets;
    }

    static Set<String> names(JsonNode object) {
        Set<String> names = new LinkedHashSet<>();
        Iterator<String> fields = object.fieldNames();
        fields.forEachRemaining(names::add);
        return names;
    }
}
