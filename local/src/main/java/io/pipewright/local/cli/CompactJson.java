package io.pipewright.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** JSON for people: what fits into a line stays in it. */
final class CompactJson {
    private static final int WIDTH = 120;
    private static final String STEP = "  ";

    private CompactJson() {
    }

    static String of(JsonNode json) {
        return text(json, "", 0);
    }

    /** @param before how many characters stand before it in its first line */
    private static String text(JsonNode json, String indent, int before) {
        if (!json.isContainerNode() || json.isEmpty()) {
            return json.toString();
        }
        String line = line(json);
        if (indent.length() + before + line.length() <= WIDTH) {
            return line;
        }
        String inner = indent + STEP;
        String content = json.isArray()
                ? StreamSupport.stream(json.spliterator(), false).map(element -> inner + text(element, inner, 0))
                        .collect(Collectors.joining(",\n"))
                : json.properties().stream().map(member -> inner + key(member) + text(member.getValue(), inner, key(member).length()))
                        .collect(Collectors.joining(",\n"));
        return json.isArray() ? "[\n" + content + "\n" + indent + "]" : "{\n" + content + "\n" + indent + "}";
    }

    private static String line(JsonNode json) {
        if (!json.isContainerNode() || json.isEmpty()) {
            return json.toString();
        }
        return json.isArray()
                ? StreamSupport.stream(json.spliterator(), false).map(CompactJson::line).collect(Collectors.joining(", ", "[", "]"))
                : json.properties().stream().map(member -> key(member) + line(member.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String key(Map.Entry<String, JsonNode> member) {
        return JsonNodeFactory.instance.textNode(member.getKey()) + ": ";
    }
}
