package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads payload templates. A subtree without paths becomes one literal, which is shared by everything filled from it. */
final class TemplateReader {
    private TemplateReader() { }

    /** The template in this field; empty if there is none. */
    static Optional<Template> template(Section state, String field) {
        return state.object(field).map(section -> template(section, state.raw(field)));
    }

    private static Template template(Section place, JsonNode node) {
        if (node.isObject()) {
            return fields(place, node);
        }
        if (node.isArray()) {
            List<Template> items = new ArrayList<>();
            node.forEach(item -> items.add(template(place, item)));
            return literal(items) ? new Template.Literal(node) : new Template.Items(List.copyOf(items));
        }
        return new Template.Literal(node);
    }

    private static Template fields(Section place, JsonNode node) {
        List<Template.Field> constants = new ArrayList<>();
        List<Template.Field> references = new ArrayList<>();
        Set<String> names = new HashSet<>();
        node.properties().forEach(entry -> {
            boolean filled = entry.getKey().endsWith(".$");
            String name = filled ? entry.getKey().substring(0, entry.getKey().length() - 2) : entry.getKey();
            if (!names.add(name)) {
                place.wrong("The field '" + name + "' is given twice, with and without '.$'");
            }
            (filled ? references : constants).add(new Template.Field(name,
                    filled ? reference(place, entry.getKey(), entry.getValue()) : template(place, entry.getValue())));
        });
        if (references.isEmpty() && literal(constants.stream().map(Template.Field::value).toList())) {
            return new Template.Literal(node);
        }
        constants.addAll(references);
        return new Template.Fields(List.copyOf(constants));
    }

    private static boolean literal(List<Template> templates) {
        return templates.stream().allMatch(Template.Literal.class::isInstance);
    }

    private static Template reference(Section place, String key, JsonNode value) {
        Optional<ReferencePath> path = value.isTextual() ? ReferencePath.parse(value.textValue()) : Optional.empty();
        if (path.isEmpty()) {
            place.wrong(Section.refusal(key, value.isTextual() ? value.textValue() : ""));
        }
        return new Template.Reference(key, path.orElse(ReferencePath.ROOT));
    }
}
