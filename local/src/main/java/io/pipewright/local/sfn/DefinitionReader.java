package io.pipewright.local.sfn;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads a definition and refuses by name what the interpreter doesn't run. Codes, wording and pointers are AWS's where they are known
 * (Step Functions API, {@code ValidateStateMachineDefinition}); AWS promises the verdict only.
 */
final class DefinitionReader {
    private static final int LONGEST_NAME = 80;
    private static final int LONGEST_SECONDS = 99_999_999;
    private static final String INVOKE = "arn:aws:states:::lambda:invoke";
    private static final String INVOKE_WITH_TOKEN = INVOKE + ".waitForTaskToken";
    private static final Set<String> TOP = Set.of("StartAt", "States", "Comment", "Version", "TimeoutSeconds", "QueryLanguage");
    private static final Set<String> BRANCH = Set.of("StartAt", "States", "Comment");

    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, State> states = new LinkedHashMap<>();

    private DefinitionReader() { }

    /** @throws DefinitionRefused with all findings */
    static Definition read(String text) throws DefinitionRefused {
        return new DefinitionReader().definition(text);
    }

    private Definition definition(String text) throws DefinitionRefused {
        JsonNode root = parse(text);
        if (!root.isObject()) {
            throw new DefinitionRefused(List.of(new Finding("SCHEMA_VALIDATION_FAILED", "Expected value of type Object", "/")));
        }
        Section top = new Section((ObjectNode) root, "", findings);
        top.allow(TOP);
        top.text("QueryLanguage").filter(language -> !language.equals("JSONPath")).ifPresent(language ->
                top.wrong("QueryLanguage", "The query language '" + language + "' is not supported by the local Step Functions"));
        top.text("Version").filter(version -> !version.equals("1.0")).ifPresent(version ->
                top.wrong("Version", "The field 'Version' should have one of these values: [1.0]"));
        OptionalInt timeout = top.integer("TimeoutSeconds", 1, LONGEST_SECONDS);
        String startAt = block(top);
        if (!findings.isEmpty()) {
            throw new DefinitionRefused(findings.stream().distinct().toList());
        }
        return new Definition(startAt, Map.copyOf(states), timeout);
    }

    private static JsonNode parse(String text) throws DefinitionRefused {
        try {
            return Json.strict(text);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String place = at == null ? "" : "; line: " + at.getLineNr() + ", column: " + at.getColumnNr();
            throw new DefinitionRefused(List.of(
                    new Finding("INVALID_JSON_DESCRIPTION", e.getOriginalMessage(), "[Source: (String)" + place + "]")));
        }
    }

    /** The machine or a branch: reads its states and answers the first one's name. */
    private String block(Section block) {
        int before = findings.size();
        if (!block.require("States", "StartAt")) {
            return "";
        }
        String startAt = block.text("StartAt").orElse("");
        Optional<Section> map = block.object("States");
        if (map.isEmpty()) {
            return startAt;
        }
        Map<String, State> here = new LinkedHashMap<>();
        for (String name : map.get().names()) {
            map.get().object(name).flatMap(section -> state(name, section)).ifPresent(state -> here.put(name, state));
        }
        Set<String> names = new HashSet<>();
        map.get().names().forEach(names::add);
        targets(block, map.get(), startAt, names);
        if (findings.size() == before) {
            flow(map.get(), startAt, here);
        }
        return startAt;
    }

    private static void targets(Section block, Section map, String startAt, Set<String> names) {
        if (names.isEmpty()) {
            block.wrong("States", "Value cannot be empty");
        }
        missing(block, "StartAt", Optional.of(startAt), "Missing 'Next' target: ", names);
        for (String name : names) {
            map.object(name).ifPresent(state -> {
                missing(state, "Next", text(state, "Next"), "Missing 'Next' target: ", names);
                missing(state, "Default", text(state, "Default"), "Missing 'Default' target: ", names);
                for (String list : List.of("Catch", "Choices")) {
                    if (state.has(list) && state.raw(list).isArray()) {
                        state.objects(list).forEach(
                                each -> missing(each, "Next", text(each, "Next"), "Missing 'Next' target: ", names));
                    }
                }
            });
        }
    }

    /** The field if it is a text; a wrong type has been noted by the one who reads the state. */
    private static Optional<String> text(Section section, String field) {
        return section.has(field) && section.raw(field).isTextual() ? section.text(field) : Optional.empty();
    }

    private static void missing(Section section, String field, Optional<String> target, String message, Set<String> names) {
        target.filter(name -> !names.contains(name))
                .ifPresent(name -> section.wrong("MISSING_TRANSITION_TARGET", field, message + name));
    }

    /** Every state of a block can be reached, and one that ends it. Looked at only where the states themselves are right. */
    private void flow(Section map, String startAt, Map<String, State> here) {
        Set<String> reached = new HashSet<>(Set.of(startAt));
        Deque<String> open = new ArrayDeque<>(reached);
        boolean ends = false;
        while (!open.isEmpty()) {
            Exits exits = Exits.of(here.get(open.pop()));
            ends |= exits.ends();
            exits.targets().stream().filter(reached::add).forEach(open::push);
        }
        for (String name : here.keySet()) {
            if (!reached.contains(name)) {
                map.wrong("MISSING_TRANSITION_TARGET", name, "State \"" + name + "\" is not reachable.");
            }
        }
        if (!ends) {
            findings.add(new Finding("MISSING_END_STATE", "Workflow has no terminal state", "null"));
        }
    }

    private Optional<State> state(String name, Section section) {
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            section.wrong("INVALID_STATE_NAME", "", "State name must have 1 to " + LONGEST_NAME + " characters");
        }
        if (!section.require("Type")) {
            return Optional.empty();
        }
        String type = section.text("Type").orElse("");
        Optional<State> state = switch (type) {
            case "Task" -> Optional.of(task(name, section));
            case "Parallel" -> Optional.of(parallel(name, section));
            case "Pass" -> Optional.of(pass(name, section));
            case "Choice" -> Optional.of(choice(name, section));
            case "Wait" -> Optional.of(await(name, section));
            case "Succeed" -> Optional.of(succeed(name, section));
            case "Fail" -> Optional.of(fail(name, section));
            default -> unknown(type, section);
        };
        if (states.containsKey(name)) {
            findings.add(new Finding("DUPLICATE_STATE_NAME", "Duplicate State name: " + name, section.pointer()));
        }
        state.ifPresent(known -> states.put(name, known));
        return state;
    }

    private static Optional<State> unknown(String type, Section section) {
        section.wrong("Type", type.equals("Map")
                ? "The state type 'Map' is not supported by the local Step Functions"
                : "The field 'Type' should have one of these values: "
                        + Arrays.stream(State.Type.values()).map(each -> each.label).collect(Collectors.toList()));
        return Optional.empty();
    }

    private State task(String name, Section task) {
        task.allow(Set.of("Type", "Comment", "Resource", "InputPath", "Parameters", "ResultSelector", "ResultPath", "OutputPath",
                "TimeoutSeconds", "HeartbeatSeconds", "Retry", "Catch", "Next", "End"));
        OptionalInt timeout = task.integer("TimeoutSeconds", 1, LONGEST_SECONDS);
        OptionalInt heartbeat = task.integer("HeartbeatSeconds", 1, LONGEST_SECONDS);
        if (timeout.isPresent() && heartbeat.isPresent() && heartbeat.getAsInt() >= timeout.getAsInt()) {
            task.wrong("HeartbeatSeconds", "The heartbeat interval must be smaller than the timeout value");
        }
        String resource = task.require("Resource") ? task.text("Resource").orElse("") : INVOKE;
        if (!resource.equals(INVOKE) && !resource.equals(INVOKE_WITH_TOKEN)) {
            task.wrong("Resource", "The resource provided " + resource + " is not recognized. The local Step Functions run "
                    + INVOKE + " and " + INVOKE_WITH_TOKEN);
        }
        return new State.Task(name, resource.equals(INVOKE_WITH_TOKEN), call(task), task.pathOrRoot("InputPath"),
                outcome(task, true), timeout, heartbeat, RecoveryReader.recovery(task));
    }

    private Template call(Section task) {
        if (!task.require("Parameters")) {
            return new Template.Literal(Json.object());
        }
        task.object("Parameters").ifPresent(parameters -> {
            parameters.allow(Set.of("FunctionName", "FunctionName.$", "Payload", "Payload.$", "Qualifier", "Qualifier.$"));
            if (!parameters.has("FunctionName") && !parameters.has("FunctionName.$")) {
                parameters.wrong("The field 'FunctionName' is required but was missing");
            }
            parameters.text("FunctionName");
            parameters.text("Qualifier");
        });
        return TemplateReader.template(task, "Parameters").orElse(new Template.Literal(Json.object()));
    }

    private State parallel(String name, Section parallel) {
        parallel.allow(Set.of("Type", "Comment", "Branches", "InputPath", "Parameters", "ResultSelector", "ResultPath",
                "OutputPath", "Retry", "Catch", "Next", "End"));
        List<String> branches = new ArrayList<>();
        if (parallel.require("Branches")) {
            if (parallel.raw("Branches").isEmpty()) {
                parallel.wrong("Branches", "Value cannot be empty");
            }
            for (Section branch : parallel.objects("Branches")) {
                branch.allow(BRANCH);
                branches.add(block(branch));
            }
        }
        return new State.Parallel(name, List.copyOf(branches), parallel.pathOrRoot("InputPath"),
                TemplateReader.template(parallel, "Parameters"), outcome(parallel, true), RecoveryReader.recovery(parallel));
    }

    private State pass(String name, Section pass) {
        pass.allow(Set.of("Type", "Comment", "InputPath", "Parameters", "Result", "ResultPath", "OutputPath", "Next", "End"));
        return new State.Pass(name, pass.pathOrRoot("InputPath"), TemplateReader.template(pass, "Parameters"),
                Optional.ofNullable(pass.raw("Result")), outcome(pass, false));
    }

    private State choice(String name, Section choice) {
        choice.allow(Set.of("Type", "Comment", "InputPath", "OutputPath", "Choices", "Default"));
        List<State.Choice.Option> options = new ArrayList<>();
        if (choice.require("Choices")) {
            if (choice.raw("Choices").isEmpty()) {
                choice.wrong("Choices", "Value cannot be empty");
            }
            for (Section option : choice.objects("Choices")) {
                option.require("Next");
                options.add(new State.Choice.Option(RuleReader.topLevel(option), option.text("Next").orElse("")));
            }
        }
        return new State.Choice(name, choice.pathOrRoot("InputPath"), List.copyOf(options), choice.text("Default"),
                choice.pathOrRoot("OutputPath"));
    }

    private State await(String name, Section wait) {
        wait.allow(Set.of("Type", "Comment", "InputPath", "OutputPath", "Seconds", "SecondsPath", "Timestamp", "TimestampPath",
                "Next", "End"));
        long given = List.of("Seconds", "SecondsPath", "Timestamp", "TimestampPath").stream().filter(wait::has).count();
        if (given != 1) {
            wait.wrong("Exactly one of these fields is required: [Seconds, SecondsPath, Timestamp, TimestampPath]");
        }
        return new State.Wait(name, wait.pathOrRoot("InputPath"), until(wait), wait.pathOrRoot("OutputPath"), next(wait));
    }

    private static Until until(Section wait) {
        if (wait.has("SecondsPath")) {
            return new Until.SecondsPath(wait.path("SecondsPath").orElse(ReferencePath.ROOT));
        }
        if (wait.has("TimestampPath")) {
            return new Until.TimestampPath(wait.path("TimestampPath").orElse(ReferencePath.ROOT));
        }
        if (!wait.has("Timestamp")) {
            return new Until.Seconds(wait.integer("Seconds", 0, LONGEST_SECONDS).orElse(0));
        }
        Optional<Instant> time = wait.text("Timestamp").flatMap(Timestamps::parse);
        if (time.isEmpty()) {
            wait.wrong("Timestamp", "String does not match RFC3339 timestamp");
        }
        return new Until.Timestamp(time.orElse(Instant.EPOCH));
    }

    private State succeed(String name, Section succeed) {
        succeed.allow(Set.of("Type", "Comment", "InputPath", "OutputPath"));
        return new State.Succeed(name, succeed.pathOrRoot("InputPath"), succeed.pathOrRoot("OutputPath"));
    }

    private State fail(String name, Section fail) {
        fail.allow(Set.of("Type", "Comment", "Error", "Cause"));
        return new State.Fail(name, fail.text("Error"), fail.text("Cause"));
    }

    private State.Outcome outcome(Section state, boolean selects) {
        return new State.Outcome(selects ? TemplateReader.template(state, "ResultSelector") : Optional.empty(),
                state.target("ResultPath"), state.pathOrRoot("OutputPath"), next(state));
    }

    /** {@code Next} or {@code "End": true}, never both and never neither. */
    private Optional<String> next(Section state) {
        boolean end = state.flag("End");
        Optional<String> next = state.text("Next");
        if (end == state.has("Next")) {
            state.wrong(end ? "Only one of these fields is allowed: [Next, End]" : "One of these fields is required: [Next, End]");
        }
        return next;
    }
}
