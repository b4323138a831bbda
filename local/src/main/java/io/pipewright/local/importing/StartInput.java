package io.pipewright.local.importing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a rule's target passes on: for a pipeline its overrides and variables, for the trigger function StartPipelineExecution's input
 * with the pipeline's name, the rule's ARN, and the event's id as the token that lets a repeated event start nothing new.
 */
final class StartInput {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern OPENING = Pattern.compile("^\\s*\\{\\s*(?<end>})?");

    private StartInput() {
    }

    /**
     * The {@code InputTransformer} of a target of the trigger function.
     *
     * @param target a pipeline's, as CloudFormation and PutTargets write it
     */
    static ObjectNode transformer(String pipeline, JsonNode target) {
        ObjectNode paths = NODES.objectNode();
        JsonNode transformer = target.path("InputTransformer");
        transformer.path("InputPathsMap").properties().forEach(path -> paths.set(path.getKey(), path.getValue()));
        String id = idPath(paths);
        String template = transformer.has("InputTemplate") ? transformer.get("InputTemplate").asText() : target.path("Input").asText("{}");
        ObjectNode first = NODES.objectNode().put("name", pipeline).put("ruleArn", "<aws.events.rule-arn>");
        if (!template.contains("\"clientRequestToken\"")) {
            first.put("clientRequestToken", "<" + id + ">");
        }
        ObjectNode result = NODES.objectNode();
        result.set("InputPathsMap", paths);
        return result.put("InputTemplate", merged(first.toString(), listed(template)));
    }

    /** The name under which the template knows the event's id. */
    private static String idPath(ObjectNode paths) {
        for (Map.Entry<String, JsonNode> path : paths.properties()) {
            if (path.getValue().asText().equals("$.id")) {
                return path.getKey();
            }
        }
        String name = paths.has("id") ? "eventId" : "id";
        paths.put(name, "$.id");
        return name;
    }

    /** Templates hold placeholders without quotes, so they are no JSON: the new members go in front as text. */
    private static String merged(String first, String template) {
        var opening = OPENING.matcher(template);
        if (!opening.find()) {
            return first;
        }
        String rest = template.substring(opening.end());
        return first.substring(0, first.length() - 1) + (opening.group("end") != null ? "}" : ",") + rest;
    }

    /** Pipelines take a single override without the list around it. */
    private static String listed(String template) {
        try {
            if (JSON.readTree(template) instanceof ObjectNode object && object.path("sourceRevisions").isObject()) {
                JsonNode only = object.get("sourceRevisions");
                object.putArray("sourceRevisions").add(only);
                return object.toString();
            }
        } catch (JsonProcessingException placeholders) {
            return template;
        }
        return template;
    }
}
