package io.pipewright.functions.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionOverride;

/** The records beside the aggregates as JSON. */
final class RecordJson {
    private RecordJson() { }

    static ObjectNode write(ActionRecord action) {
        ObjectNode json = JsonNodeFactory.instance.objectNode()
                .put("run", action.run()).put("id", action.id()).put("version", action.version())
                .put("attempt", action.attempt()).put("stage", action.stage()).put("action", action.action())
                .put("stageName", action.stageName()).put("actionName", action.actionName())
                .put("started", action.startedAt()).put("updated", action.updatedAt())
                .put("status", action.status().toString());
        if (action.canceled()) {
            json.put("canceled", true);
        }
        StateJson.text(json, "by", action.updatedBy());
        texts(json, "resolved", action.resolved());
        locations(json, "in", action.inputs());
        locations(json, "out", action.outputs());
        texts(json, "variables", action.variables());
        StateJson.text(json, "externalId", action.result().externalId());
        StateJson.text(json, "url", action.result().url());
        StateJson.text(json, "summary", action.result().summary());
        StateJson.text(json, "code", action.result().errorCode());
        StateJson.text(json, "message", action.result().errorMessage());
        return json;
    }

    static ActionRecord action(JsonNode json) {
        return new ActionRecord(
                json.path("run").asText(), json.path("id").asText(), json.path("version").asInt(),
                json.path("attempt").asInt(), json.path("stage").asInt(), json.path("action").asInt(),
                json.path("stageName").asText(), json.path("actionName").asText(),
                json.path("started").asLong(), json.path("updated").asLong(),
                ActionExecutionStatus.fromValue(json.path("status").asText()), json.path("canceled").asBoolean(),
                StateJson.text(json, "by"), texts(json.path("resolved")), locations(json.path("in")),
                locations(json.path("out")), texts(json.path("variables")),
                new ActionResult(StateJson.text(json, "externalId"), StateJson.text(json, "url"),
                        StateJson.text(json, "summary"), StateJson.text(json, "code"),
                        StateJson.text(json, "message")));
    }

    static void texts(ObjectNode json, String name, Map<String, String> texts) {
        if (!texts.isEmpty()) {
            ObjectNode object = json.putObject(name);
            texts.forEach(object::put);
        }
    }

    static Map<String, String> texts(JsonNode json) {
        Map<String, String> texts = new LinkedHashMap<>();
        json.fields().forEachRemaining(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }

    private static void locations(ObjectNode json, String name, List<ArtifactLocation> locations) {
        if (!locations.isEmpty()) {
            ArrayNode list = json.putArray(name);
            for (ArtifactLocation location : locations) {
                ObjectNode one = list.addObject().put("name", location.name())
                        .put("bucket", location.bucket()).put("key", location.key());
                StateJson.text(one, "revision", location.revision());
            }
        }
    }

    private static List<ArtifactLocation> locations(JsonNode json) {
        List<ArtifactLocation> locations = new ArrayList<>();
        json.forEach(one -> locations.add(new ArtifactLocation(
                one.path("name").asText(), one.path("bucket").asText(), one.path("key").asText(),
                StateJson.text(one, "revision"))));
        return locations;
    }

    static ArrayNode revisions(List<Revision> revisions) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        for (Revision revision : revisions) {
            ObjectNode one = list.addObject().put("action", revision.action())
                    .put("artifact", revision.artifact()).put("id", revision.id());
            StateJson.text(one, "summary", revision.summary());
            StateJson.text(one, "url", revision.url());
        }
        return list;
    }

    static List<Revision> revisions(JsonNode json) {
        List<Revision> revisions = new ArrayList<>();
        json.forEach(one -> revisions.add(new Revision(
                one.path("action").asText(), one.path("artifact").asText(), one.path("id").asText(),
                StateJson.text(one, "summary"), StateJson.text(one, "url"))));
        return revisions;
    }

    static ArrayNode overrides(List<SourceRevisionOverride> overrides) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        overrides.forEach(override -> list.addObject().put("action", override.actionName())
                .put("type", override.revisionTypeAsString()).put("value", override.revisionValue()));
        return list;
    }

    static List<SourceRevisionOverride> overrides(JsonNode json) {
        List<SourceRevisionOverride> overrides = new ArrayList<>();
        json.forEach(one -> overrides.add(SourceRevisionOverride.builder()
                .actionName(one.path("action").asText()).revisionType(one.path("type").asText())
                .revisionValue(one.path("value").asText()).build()));
        return overrides;
    }

    static ObjectNode write(Job job) {
        ObjectNode json = JsonNodeFactory.instance.objectNode()
                .put("id", job.id()).put("run", job.run()).put("started", job.startedAt())
                .put("action", job.actionId()).put("deadline", job.deadline());
        StateJson.text(json, "token", job.continuationToken());
        StateJson.text(json, "result", job.result());
        if (job.succeeded()) {
            json.put("succeeded", true);
        }
        return json;
    }

    static Job job(JsonNode json) {
        return new Job(
                json.path("id").asText(), json.path("run").asText(), json.path("started").asLong(),
                json.path("action").asText(), json.path("deadline").asLong(), StateJson.text(json, "token"),
                StateJson.text(json, "result"), json.path("succeeded").asBoolean());
    }

    /** An absent text as an empty one, which no stored text is. */
    static Optional<String> filled(String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }
}
