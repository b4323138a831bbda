package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sfn.model.HistoryEventType;

/**
 * One event of an execution's history.
 *
 * @param id counted from 1
 * @param previous the event that led to it, 0 for none
 * @param details the fields of the type's details, by their names in the API
 */
record Event(long id, long previous, Instant at, HistoryEventType type, ObjectNode details) {

    /** The compact text that is stored: an array per event. */
    static String write(List<Event> events) {
        ArrayNode rows = JsonNodeFactory.instance.arrayNode();
        for (Event event : events) {
            rows.addArray().add(event.id).add(event.previous).add(event.at.toEpochMilli()).add(event.type.toString())
                    .add(event.details);
        }
        return Json.text(rows);
    }

    static List<Event> read(String text) {
        List<Event> events = new ArrayList<>();
        for (JsonNode row : Json.own(text)) {
            events.add(new Event(row.get(0).longValue(), row.get(1).longValue(), Instant.ofEpochMilli(row.get(2).longValue()),
                    HistoryEventType.fromValue(row.get(3).textValue()), (ObjectNode) row.get(4)));
        }
        return events;
    }
}
