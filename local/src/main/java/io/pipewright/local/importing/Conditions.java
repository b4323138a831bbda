package io.pipewright.local.importing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** The conditions of a template: true, false, or not to be told from what is known. */
final class Conditions {
    private final Template template;
    private final Gaps gaps;
    private final Resolver resolver;
    private final Set<String> deciding = new HashSet<>();

    Conditions(Template template, Gaps gaps, Resolver resolver) {
        this.template = template;
        this.gaps = gaps;
        this.resolver = resolver;
    }

    Optional<Boolean> holds(String name, String path) {
        JsonNode condition = template.json().path("Conditions").path(name);
        if (condition.isMissingNode()) {
            gaps.add(path, "Condition " + name, "The template has no such condition. Add it.");
            return Optional.empty();
        }
        Optional<Boolean> holds = deciding.add(name) ? truth(condition, template.prefix() + "Conditions." + name) : Optional.empty();
        deciding.remove(name);
        if (holds.isEmpty()) {
            gaps.add(path, "Condition " + name, "It depends on other values that are not known.");
        }
        return holds;
    }

    /** What an intrinsic function says of a condition. */
    Optional<Boolean> of(String function, JsonNode argument, String path) {
        return switch (function) {
            case "Fn::Equals" -> equal(argument, path);
            case "Fn::Not" -> truth(argument.path(0), path).map(holds -> !holds);
            case "Fn::And" -> all(argument, path, true);
            default -> all(argument, path, false);
        };
    }

    private Optional<Boolean> truth(JsonNode condition, String path) {
        return resolver.resolve(condition, path).flatMap(value -> switch (Resolver.scalar(value)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        });
    }

    private Optional<Boolean> equal(JsonNode argument, String path) {
        String left = resolver.text(argument.path(0), path).orElse("");
        String right = resolver.text(argument.path(1), path).orElse("");
        return gaps.isIn(left) || gaps.isIn(right) ? Optional.empty() : Optional.of(left.equals(right));
    }

    /** Whether all hold, or, for {@code every} false, whether any does; one that decides it is enough. */
    private Optional<Boolean> all(JsonNode parts, String path, boolean every) {
        boolean open = false;
        for (JsonNode part : parts) {
            Optional<Boolean> holds = truth(part, path);
            if (holds.equals(Optional.of(!every))) {
                return holds;
            }
            open |= holds.isEmpty();
        }
        return open ? Optional.empty() : Optional.of(every);
    }
}
