package io.pipewright.events.out;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** How CodePipeline writes the details of its events. */
final class Detail {
    private static final DateTimeFormatter MILLIS = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Detail() {
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Unset members are left out, never null. */
    static void put(ObjectNode json, String name, String value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    /** ISO 8601 in UTC, always with three decimals: {@code 2031-03-04T09:15:41.207Z}. */
    static void put(ObjectNode json, String name, Instant value) {
        put(json, name, value == null ? null : MILLIS.format(value));
    }

    /** Numbers are printed with a decimal: {@code 7.0}. */
    static void put(ObjectNode json, String name, int value) {
        json.put(name, (double) value);
    }
}
