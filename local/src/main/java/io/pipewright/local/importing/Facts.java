package io.pipewright.local.importing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is known beside the templates.
 *
 * @param values what the user says of names: a parameter, a resource (its physical id), {@code RESOURCE.ATTRIBUTE}, an export, a pseudo
 *     parameter or a {@code {{resolve:…}}}; before everything else
 * @param physicalIds of the resources of deployed stacks, by {@code <logical id> <type>}
 * @param parameters of deployed stacks
 * @param exports of deployed stacks
 * @param namedRegion where the pipelines belong, if the user says so
 * @param namedAccount twelve digits
 * @param stackIds ARNs of the deployed stacks
 */
public record Facts(
        Map<String, String> values, Map<String, String> physicalIds, Map<String, String> parameters, Map<String, String> exports,
        Optional<String> namedRegion, Optional<String> namedAccount, Set<String> stackIds) {

    /** How services answer what they keep to themselves. */
    static final String MASK = "****";
    /** Stands for what two stacks say differently, so that a third one doesn't settle it. */
    private static final String DISPUTED = "\0";

    public Facts {
        values = Map.copyOf(values);
        physicalIds = Map.copyOf(physicalIds);
        parameters = Map.copyOf(parameters);
        exports = Map.copyOf(exports);
        stackIds = Set.copyOf(stackIds);
    }

    /** Of what the user says alone. */
    public static Facts of(Map<String, String> values, Optional<String> region, Optional<String> account) {
        return new Facts(values, Map.of(), Map.of(), Map.of(), region, account, Set.of());
    }

    /**
     * These, and what CloudFormation answered about deployed stacks: DescribeStackResources, ListStackResources, DescribeStacks or
     * ListExports. Region and account come from the stack's id where they aren't given. What two stacks say differently isn't known.
     *
     * @param answer the answer's text
     * @throws UnreadableException if it is none of these
     */
    public Facts with(String answer) {
        JsonNode json = DocumentText.read(answer);
        Known known = new Known(this);
        if (known.read(json)) {
            return known.facts(this);
        }
        throw new UnreadableException("holds no answer of aws cloudformation describe-stack-resources, list-stack-resources,"
                + " describe-stacks or list-exports");
    }

    /** Where the pipelines belong: what the user says, else where all the stacks are. */
    Optional<String> region() {
        return namedRegion.or(() -> common(3));
    }

    Optional<String> account() {
        return namedAccount.or(() -> common(4));
    }

    private Optional<String> common(int part) {
        List<String> all = stackIds.stream().flatMap(id -> part(id, part).stream()).distinct().toList();
        return all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
    }

    /** The only stack's. */
    Optional<String> stackId() {
        return stackIds.size() == 1 ? Optional.of(stackIds.iterator().next()) : Optional.empty();
    }

    Optional<String> physicalId(String logicalId, String type) {
        return agreed(physicalIds, logicalId + " " + type);
    }

    Optional<String> parameter(String name) {
        return agreed(parameters, name);
    }

    Optional<String> export(String name) {
        return agreed(exports, name);
    }

    private static Optional<String> agreed(Map<String, String> said, String key) {
        return Optional.ofNullable(said.get(key)).filter(value -> !value.equals(DISPUTED));
    }

    /** The text's part of an ARN: 3 is the region, 4 the account. */
    static Optional<String> part(String arn, int index) {
        List<String> parts = List.of(arn.split(":", 6));
        return parts.size() == 6 && parts.get(0).equals("arn") && !parts.get(index).isEmpty()
                ? Optional.of(parts.get(index)) : Optional.empty();
    }

    /** Answers of CloudFormation, being read. */
    private static final class Known {
        private final Map<String, String> physicalIds;
        private final Map<String, String> parameters;
        private final Map<String, String> exports;
        private final Set<String> stackIds;

        Known(Facts before) {
            physicalIds = new HashMap<>(before.physicalIds());
            parameters = new HashMap<>(before.parameters());
            exports = new HashMap<>(before.exports());
            stackIds = new TreeSet<>(before.stackIds());
        }

        Facts facts(Facts before) {
            return new Facts(before.values(), physicalIds, parameters, exports,
                    before.namedRegion(), before.namedAccount(), stackIds);
        }

        boolean read(JsonNode json) {
            json.path("StackResources").forEach(this::resource);
            json.path("StackResourceSummaries").forEach(this::resource);
            json.path("Exports").forEach(export -> put(exports, export, "Name", "Value"));
            json.path("Stacks").forEach(this::stack);
            return json.has("StackResources") || json.has("StackResourceSummaries") || json.has("Exports") || json.has("Stacks");
        }

        private void resource(JsonNode resource) {
            String id = resource.path("PhysicalResourceId").asText("");
            if (!id.isEmpty()) {
                put(physicalIds, resource.path("LogicalResourceId").asText() + " " + resource.path("ResourceType").asText(), id);
            }
            stackId(resource);
        }

        private void stack(JsonNode stack) {
            stack.path("Parameters").forEach(parameter -> put(parameters, parameter, "ParameterKey",
                    parameter.has("ResolvedValue") ? "ResolvedValue" : "ParameterValue"));
            stack.path("Outputs").forEach(output -> put(exports, output, "ExportName", "OutputValue"));
            stackId(stack);
        }

        private void stackId(JsonNode json) {
            if (json.path("StackId").isTextual()) {
                stackIds.add(json.path("StackId").textValue());
            }
        }

        private static void put(Map<String, String> map, JsonNode json, String key, String value) {
            if (json.path(key).isTextual() && json.path(value).isTextual() && !json.path(value).textValue().equals(MASK)) {
                put(map, json.path(key).textValue(), json.path(value).textValue());
            }
        }

        private static void put(Map<String, String> map, String key, String value) {
            map.merge(key, value, (before, now) -> before.equals(now) ? now : DISPUTED);
        }
    }
}
