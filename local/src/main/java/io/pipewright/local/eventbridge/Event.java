package io.pipewright.local.eventbridge;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** One event in EventBridge's envelope. */
record Event(String id, Instant ingested, String json) {

    /**
     * @param time shown with whole seconds
     * @param ingested when the bus took it
     * @param detail a JSON object ({@link Json#isObject}), which stays as it was written
     */
    static Event of(
            String id, String source, String detailType, String account, String region, Instant time, Instant ingested,
            List<String> resources, String detail) {
        StringWriter text = new StringWriter(detail.length() + 256);
        try (JsonGenerator json = Json.MAPPER.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("version", "0");
            json.writeStringField("id", id);
            json.writeStringField("detail-type", detailType);
            json.writeStringField("source", source);
            json.writeStringField("account", account);
            json.writeStringField("time", time.truncatedTo(ChronoUnit.SECONDS).toString());
            json.writeStringField("region", region);
            json.writeArrayFieldStart("resources");
            for (String resource : resources) {
                json.writeString(resource);
            }
            json.writeEndArray();
            json.writeFieldName("detail");
            json.writeRawValue(detail);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Event(id, ingested, text.toString());
    }

    /** What {@code <aws.events.event>} stands for: the service's inner form, not the envelope. */
    JsonNode withoutDetail(JsonNode tree) {
        ObjectNode inner = Json.MAPPER.createObjectNode();
        inner.set("id", tree.get("id"));
        inner.set("account", tree.get("account"));
        inner.set("detailType", tree.get("detail-type"));
        inner.put("time", Instant.parse(tree.get("time").textValue()).toEpochMilli());
        inner.set("source", tree.get("source"));
        inner.set("region", tree.get("region"));
        inner.set("resources", tree.get("resources"));
        inner.set("version", tree.get("version"));
        return inner;
    }
}
