package io.pipewright.local.eventbridge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a target receives of an event: "Amazon EventBridge input transformation", EventBridge user guide, and recordings
 * of the service (September 2026) where the guide is silent.
 */
sealed interface Input {

    /** The text to deliver. Empty if the service delivers nothing at all; it is not JSON if the transformation failed. */
    Optional<String> of(Event event, String ruleName, String ruleArn);

    /** No input of its own: the event as it is. */
    record WholeEvent() implements Input {
        @Override
        public Optional<String> of(Event event, String ruleName, String ruleArn) {
            return Optional.of(event.json());
        }
    }

    /** {@code Input}: the same text for every event. */
    record Constant(String text) implements Input {
        @Override
        public Optional<String> of(Event event, String ruleName, String ruleArn) {
            return Optional.of(text).filter(json -> !json.isEmpty());
        }
    }

    /** {@code InputPath}: a part of the event, {@code {}} where there is none. An empty path selects nothing. */
    record Part(Optional<JsonPath> path) implements Input {
        @Override
        public Optional<String> of(Event event, String ruleName, String ruleArn) {
            JsonNode part = path.map(selection -> selection.select(Json.read(event.json()))).orElse(MissingNode.getInstance());
            return Optional.of(part.isMissingNode() || part.isNull() ? "{}" : Json.write(part));
        }
    }

    /** {@code InputTransformer}. */
    record Template(String text, Map<String, JsonPath> paths) implements Input {
        private static final Pattern PLACEHOLDER = Pattern.compile("<([A-Za-z0-9_.-]+)>");
        private static final String RULE_ARN = "aws.events.rule-arn";
        private static final String RULE_NAME = "aws.events.rule-name";
        private static final String INGESTION_TIME = "aws.events.event.ingestion-time";
        private static final String EVENT = "aws.events.event";
        private static final String EVENT_JSON = "aws.events.event.json";
        private static final Set<String> RESERVED = Set.of(RULE_ARN, RULE_NAME, INGESTION_TIME, EVENT, EVENT_JSON);

        @Override
        public Optional<String> of(Event event, String ruleName, String ruleArn) {
            JsonNode tree = Json.read(event.json());
            boolean object = isObject();
            Quotes quotes = new Quotes(text);
            StringBuilder result = new StringBuilder();
            Matcher placeholder = PLACEHOLDER.matcher(text);
            while (placeholder.find()) {
                String name = placeholder.group(1);
                if (isDefined(name)) {
                    JsonNode value = value(name, event, tree, ruleName, ruleArn);
                    String shown = object ? inObject(value, quotes.inside(placeholder.start())) : inText(value);
                    placeholder.appendReplacement(result, Matcher.quoteReplacement(shown));
                }
            }
            placeholder.appendTail(result);
            return Optional.of(result.toString()).filter(json -> !json.isEmpty());
        }

        private boolean isObject() {
            return text.stripLeading().startsWith("{");
        }

        private boolean isDefined(String name) {
            return paths.containsKey(name) || RESERVED.contains(name);
        }

        private JsonNode value(String name, Event event, JsonNode tree, String ruleName, String ruleArn) {
            return switch (name) {
                case RULE_ARN -> Json.text(ruleArn);
                case RULE_NAME -> Json.text(ruleName);
                case INGESTION_TIME -> Json.text(event.ingested().toString());
                case EVENT -> event.withoutDetail(tree);
                case EVENT_JSON -> tree;
                default -> paths.get(name).select(tree);
            };
        }

        /** In a template that is a JSON object, values keep their type, and strings are escaped inside quotes too. */
        private static String inObject(JsonNode value, boolean quoted) {
            if (value.isMissingNode()) {
                return quoted ? "" : "\"\"";
            }
            return quoted && value.isTextual() ? Json.escape(value.textValue()) : Json.write(value);
        }

        /** In any other template, strings go in raw, and objects and arrays lose their quotes. */
        private static String inText(JsonNode value) {
            if (value.isMissingNode()) {
                return "";
            }
            return value.isTextual() ? value.textValue() : Json.write(value).replace("\"", "");
        }

        /** Why the service refuses the template, in its words; empty if it takes it. */
        Optional<String> refusal(String target) {
            Quotes quotes = new Quotes(text);
            Matcher placeholder = PLACEHOLDER.matcher(text);
            while (placeholder.find()) {
                String name = placeholder.group(1);
                if (!paths.isEmpty() && !isDefined(name)) {
                    return Optional.of("InputTemplate for target " + target + " contains invalid placeholder " + name + ".");
                }
                if (!isObject() && (name.equals(EVENT) || name.equals(EVENT_JSON))) {
                    return Optional.of("InputTemplate for target " + target + " contains placeholder " + name + " valid only for JSON template.");
                }
                if (quotes.inKey(placeholder.start())) {
                    return Optional.of("InputTemplate placeholder present as a JSON object key for target " + target + ".");
                }
            }
            return Json.syntaxError(PLACEHOLDER.matcher(text).replaceAll("null"))
                .map(place -> "Invalid InputTemplate for target " + target + " : " + place + ".");
        }
    }

    /** Which characters of a template stand between the quotes of a JSON string. */
    final class Quotes {
        private final String text;

        Quotes(String text) {
            this.text = text;
        }

        boolean inside(int position) {
            return openedAt(position) >= 0;
        }

        /** Whether the position is in a string that a colon follows. */
        boolean inKey(int position) {
            if (!inside(position)) {
                return false;
            }
            int end = position;
            while (end < text.length() && (text.charAt(end) != '"' || text.charAt(end - 1) == '\\')) {
                end++;
            }
            return text.substring(Math.min(end + 1, text.length())).stripLeading().startsWith(":");
        }

        private int openedAt(int position) {
            int opened = -1;
            for (int i = 0; i < position; i++) {
                char c = text.charAt(i);
                if (c == '\\' && opened >= 0) {
                    i++;
                } else if (c == '"') {
                    opened = opened >= 0 ? -1 : i;
                }
            }
            return opened;
        }
    }
}
