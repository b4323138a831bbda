package io.pipewright.events.in;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** A JSON object that a stranger wrote, and the place it has in the event for the message about what it lacks. */
record Fields(JsonNode json, String path) {
    static Fields of(JsonNode event) {
        if (event == null || !event.isObject()) {
            throw new MalformedEventException("An event is a JSON object");
        }
        return new Fields(event, "");
    }

    Fields object(String name) {
        JsonNode member = json.path(name);
        if (!member.isObject()) {
            throw missing(name, "an object");
        }
        return new Fields(member, path + name + ".");
    }

    /** A text that must be there and not be empty. */
    String text(String name) {
        String text = optionalText(name);
        if (text == null || text.isEmpty()) {
            throw missing(name, "a text");
        }
        return text;
    }

    /** A text or null; null too if there is something else than a text. */
    String optionalText(String name) {
        return json.path(name).textValue();
    }

    Instant time(String name) {
        try {
            return OffsetDateTime.parse(text(name)).toInstant();
        } catch (DateTimeException e) {
            throw missing(name, "a time");
        }
    }

    MalformedEventException missing(String name, String kind) {
        return new MalformedEventException("The event has no " + path + name + ", or it is not " + kind);
    }
}
