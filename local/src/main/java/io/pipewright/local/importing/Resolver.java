package io.pipewright.local.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Works out the intrinsic functions of one template. What can't be known becomes a text like {@code ${Bucket.Arn}} and is noted, with
 * what would make it known.
 */
final class Resolver {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern SUBSTITUTION = Pattern.compile("\\$\\{(!?)([^{}]*)}");
    private static final Pattern DYNAMIC = Pattern.compile("\\{\\{resolve:[^{}]+}}");

    private final Template template;
    private final Facts facts;
    private final Gaps gaps;
    private final References references;
    private final Conditions conditions;

    /** @param exports what the imported templates export */
    Resolver(Template template, Facts facts, Gaps gaps, References.Exports exports) {
        this.template = template;
        this.facts = facts;
        this.gaps = gaps;
        this.references = new References(template, facts, gaps, exports, this);
        this.conditions = new Conditions(template, gaps, this);
    }

    /** The same template, with another place for what isn't known. */
    Resolver noting(Gaps others) {
        return new Resolver(template, facts, others, references.exports());
    }

    Gaps gaps() {
        return gaps;
    }

    /** Whether a resource is made at all; empty if that can't be told. */
    Optional<Boolean> isMade(Template.Resource resource) {
        return resource.json().has("Condition")
                ? conditions.holds(resource.json().path("Condition").asText(), resource.path() + ".Condition")
                : Optional.of(true);
    }

    /**
     * A value without intrinsic functions.
     *
     * @param path where it is, for what can't be resolved
     * @return empty for {@code AWS::NoValue}
     */
    Optional<JsonNode> resolve(JsonNode node, String path) {
        if (node instanceof ArrayNode array) {
            return Optional.of(elements(array, path));
        } else if (node instanceof ObjectNode object) {
            return function(object)
                    // A dynamic reference may come about only when a function puts it together.
                    .map(function -> call(function, object.get(function), path).map(value -> lookedUp(value, path)))
                    .orElseGet(() -> Optional.of(members(object, path)));
        }
        return Optional.of(lookedUp(node, path));
    }

    /** As text; numbers and truth values as they are written. */
    Optional<String> text(JsonNode node, String path) {
        return resolve(node, path).map(value -> value.isContainerNode() ? value.toString() : scalar(value));
    }

    static String scalar(JsonNode value) {
        return value.isNumber() ? value.decimalValue().toPlainString() : value.asText();
    }

    private static Optional<String> function(ObjectNode object) {
        if (object.size() != 1) {
            return Optional.empty();
        }
        String name = object.fieldNames().next();
        boolean isFunction = name.startsWith("Fn::") || name.equals("Ref") || name.equals("Condition") && object.get(name).isTextual();
        return isFunction ? Optional.of(name) : Optional.empty();
    }

    private ArrayNode elements(ArrayNode array, String path) {
        ArrayNode resolved = NODES.arrayNode();
        for (int i = 0; i < array.size(); i++) {
            resolve(array.get(i), path + "[" + i + "]").ifPresent(resolved::add);
        }
        return resolved;
    }

    private ObjectNode members(ObjectNode object, String path) {
        ObjectNode resolved = NODES.objectNode();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            resolve(member.getValue(), path + "." + member.getKey()).ifPresent(value -> resolved.set(member.getKey(), value));
        }
        return resolved;
    }

    private Optional<JsonNode> call(String function, JsonNode argument, String path) {
        return switch (function) {
            case "Ref" -> references.ref(argument.asText(), path);
            case "Fn::GetAtt" -> references.attribute(argument, path);
            case "Fn::ImportValue" -> text(argument, path).flatMap(name -> references.imported(name, path));
            case "Fn::Sub" -> substitute(argument, path);
            case "Fn::Join" -> join(argument, path);
            case "Fn::Select" -> select(argument, path);
            case "Fn::Split" -> split(argument, path);
            case "Fn::FindInMap" -> find(argument, path);
            case "Fn::If" -> choose(argument, path);
            case "Fn::Base64" -> text(argument, path).flatMap(text -> text(
                    Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8))));
            case "Fn::ToJsonString" -> resolve(argument, path).flatMap(value -> text(value.toString()));
            case "Fn::Length" -> resolve(argument, path).map(list -> NODES.numberNode(list.size()));
            case "Condition" -> conditions.holds(argument.asText(), path).<JsonNode>map(NODES::booleanNode)
                    .or(() -> text(Gaps.placeholder("Condition " + argument.asText())));
            case "Fn::Equals", "Fn::And", "Fn::Or", "Fn::Not" -> conditions.of(function, argument, path)
                    .<JsonNode>map(NODES::booleanNode).or(() -> text(Gaps.placeholder(function)));
            default -> unknown(function, path);
        };
    }

    private Optional<JsonNode> unknown(String function, String path) {
        boolean processed = function.equals("Fn::Transform") || function.startsWith("Fn::ForEach");
        return text(gaps.add(path, function, processed
                ? "Import what CloudFormation made of it: aws cloudformation get-template --template-stage Processed."
                : "Write the value in its place."));
    }

    static Optional<JsonNode> text(String text) {
        return Optional.of(NODES.textNode(text));
    }

    private JsonNode lookedUp(JsonNode value, String path) {
        return value.isTextual() ? NODES.textNode(DYNAMIC.matcher(value.textValue()).replaceAll(found -> {
            String reference = found.group();
            return Matcher.quoteReplacement(Optional.ofNullable(facts.values().get(reference)).orElseGet(() -> gaps.addText(path, reference,
                    "CloudFormation looks this up; give the value with --value '" + reference + "=VALUE'.")));
        })) : value;
    }

    private Optional<JsonNode> substitute(JsonNode argument, String path) {
        JsonNode template = argument.isArray() ? argument.path(0) : argument;
        JsonNode own = argument.isArray() ? argument.path(1) : NODES.objectNode();
        return text(SUBSTITUTION.matcher(template.asText()).replaceAll(found -> Matcher.quoteReplacement(
                found.group(1).isEmpty() ? substituted(found.group(2).strip(), own, path) : "${" + found.group(2) + "}")));
    }

    private String substituted(String name, JsonNode own, String path) {
        Optional<JsonNode> value;
        if (own.has(name)) {
            value = resolve(own.get(name), path);
        } else if (name.contains(".")) {
            value = references.attribute(NODES.textNode(name), path);
        } else {
            value = references.ref(name, path);
        }
        return value.map(Resolver::scalar).orElse("");
    }

    private Optional<JsonNode> join(JsonNode argument, String path) {
        String delimiter = argument.path(0).asText();
        JsonNode parts = resolve(argument.path(1), path).orElse(NODES.arrayNode());
        if (!parts.isArray()) {
            return Optional.of(parts);
        }
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            joined.append(i == 0 ? "" : delimiter).append(scalar(parts.get(i)));
        }
        return text(joined.toString());
    }

    private Optional<JsonNode> select(JsonNode argument, String path) {
        JsonNode list = resolve(argument.path(1), path).orElse(NODES.arrayNode());
        String index = text(argument.path(0), path).orElse("");
        if (!list.isArray()) {
            return Optional.of(list);
        }
        boolean inside = index.matches("\\d{1,6}") && Integer.parseInt(index) < list.size();
        return inside ? Optional.of(list.get(Integer.parseInt(index))) : text(gaps.add(path, "Fn::Select " + index,
                "The list has " + list.size() + " elements. Write the value in its place."));
    }

    private Optional<JsonNode> split(JsonNode argument, String path) {
        String delimiter = argument.path(0).asText();
        String source = text(argument.path(1), path).orElse("");
        if (gaps.isIn(source)) {
            return text(source);
        }
        ArrayNode parts = NODES.arrayNode();
        for (String part : source.split(Pattern.quote(delimiter), -1)) {
            parts.add(part);
        }
        return Optional.of(parts);
    }

    private Optional<JsonNode> find(JsonNode argument, String path) {
        JsonNode found = template.json().path("Mappings");
        StringBuilder way = new StringBuilder("Mappings");
        for (int i = 0; i < 3; i++) {
            String key = text(argument.path(i), path).orElse("");
            if (gaps.isIn(key)) {
                return text(key);
            }
            way.append('.').append(key);
            found = found.path(key);
        }
        if (found.isMissingNode() && argument.path(3).has("DefaultValue")) {
            return resolve(argument.path(3).get("DefaultValue"), path);
        }
        return found.isMissingNode()
                ? text(gaps.add(path, way.toString(), "The template has no such mapping. Add it, or write the value in its place."))
                : Optional.of(found);
    }

    private Optional<JsonNode> choose(JsonNode argument, String path) {
        String condition = argument.path(0).asText();
        return conditions.holds(condition, path)
                .map(holds -> resolve(argument.path(holds ? 1 : 2), path))
                .orElseGet(() -> text(Gaps.placeholder("Condition " + condition)));
    }
}
