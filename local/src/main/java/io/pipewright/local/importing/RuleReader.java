package io.pipewright.local.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.local.importing.Imported.Pipeline;
import io.pipewright.local.importing.Imported.StartRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Rules that start pipelines. Each becomes a rule with the same pattern or schedule that calls the trigger function, under a name of its
 * own, so that both may be there while one moves.
 */
final class RuleReader {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern PIPELINE =
            Pattern.compile("arn:[^:]*(?:\\$\\{[^}]*})?:codepipeline:(?:\\$\\{[^}]*}|[^:]*):(?:\\$\\{[^}]*}|[^:]*):(.+)");
    private static final String SUFFIX = "-pipewright";
    private static final int LONGEST_NAME = 64;
    private static final int HASH_LENGTH = 8;
    private static final Set<String> KEPT = Set.of("Description", "EventPattern", "ScheduleExpression", "State", "EventBusName");
    private static final Set<String> KNOWN = Set.of("Name", "Targets", "RoleArn", "Tags");
    /** What a target may say beside what becomes of it. */
    private static final Set<String> KEPT_OF_TARGET = Set.of("RetryPolicy", "DeadLetterConfig");

    private final List<Pipeline> pipelines;
    private final Predicate<String> wanted;
    private final Optional<String> triggerFunction;
    private final boolean polling;

    /**
     * @param pipelines all that are imported
     * @param wanted whether a pipeline of this name is to be started
     * @param triggerFunction its ARN; empty for that of a deployment with the usual prefix in the same account
     * @param polling whether sources are polled where a rule does no more than that
     */
    RuleReader(List<Pipeline> pipelines, Predicate<String> wanted, Optional<String> triggerFunction, boolean polling) {
        this.pipelines = pipelines;
        this.wanted = wanted;
        this.triggerFunction = triggerFunction;
        this.polling = polling;
    }

    /** @return empty if the rule starts no pipeline */
    Optional<StartRule> of(Template.Resource resource, Resolver resolver, String origin) {
        JsonNode targets = resource.properties().path("Targets");
        List<Integer> starting = new ArrayList<>();
        for (int i = 0; i < targets.size(); i++) {
            if (pipeline(targets.get(i), resolver.noting(new Gaps())).filter(wanted).isPresent()) {
                starting.add(i);
            }
        }
        return starting.isEmpty() ? Optional.empty() : Optional.of(rule(resource, resolver, origin, starting));
    }

    /** The name of the pipeline that a target starts. Only that counts: the rest of its ARN may be unknown. */
    private static Optional<String> pipeline(JsonNode target, Resolver resolver) {
        return resolver.text(target.path("Arn"), "").map(PIPELINE::matcher).filter(Matcher::matches).map(arn -> arn.group(1));
    }

    private StartRule rule(Template.Resource resource, Resolver resolver, String origin, List<Integer> starting) {
        resolver.isMade(resource);
        JsonNode first = resource.properties().path("Targets").get(starting.get(0));
        String pipeline = pipeline(first, resolver.noting(new Gaps())).orElseThrow();
        String name = name(resource, resolver, pipeline);
        List<String> notes = new ArrayList<>();
        Optional<SourceWatch> watch = starting.size() == 1 ? watch(resource, resolver.noting(new Gaps()), pipeline) : Optional.empty();
        if (watch.isPresent() && isPlain(first) && watch.get().replaces(polling, notes)) {
            return new StartRule(name, origin, null, null, notes);
        }
        ObjectNode rule = kept(resource, resolver, name, notes);
        ObjectNode targets = NODES.objectNode().put("Rule", name);
        if (rule.has("EventBusName")) {
            targets.set("EventBusName", rule.get("EventBusName"));
        }
        targets.set("Targets", targets(resource, resolver, starting, notes));
        watch.ifPresent(found -> notes.addAll(found.notes()));
        return new StartRule(name, origin, rule, targets, notes);
    }

    private Optional<SourceWatch> watch(Template.Resource resource, Resolver resolver, String pipeline) {
        return resolver.resolve(resource.properties().path("EventPattern"), "")
                .flatMap(pattern -> SourceWatch.of(parsed(pattern), pipeline, pipelines));
    }

    private static ObjectNode kept(Template.Resource resource, Resolver resolver, String name, List<String> notes) {
        ObjectNode rule = NODES.objectNode().put("Name", name);
        resource.properties().properties().forEach(property -> {
            if (KEPT.contains(property.getKey())) {
                resolver.text(property.getValue(), resource.propertiesPath() + "." + property.getKey())
                        .ifPresent(value -> rule.put(property.getKey(), value));
            } else if (!KNOWN.contains(property.getKey())) {
                notes.add("Its property " + property.getKey() + " isn't taken over.");
            }
        });
        return rule;
    }

    private ArrayNode targets(Template.Resource resource, Resolver resolver, List<Integer> starting, List<String> notes) {
        JsonNode all = resource.properties().path("Targets");
        ArrayNode targets = NODES.arrayNode();
        for (int i : starting) {
            targets.add(target(all.get(i), i, resolver, resource.propertiesPath() + ".Targets[" + i + "]", notes));
        }
        if (starting.size() < all.size()) {
            notes.add("Its other targets stay with the rule as it is.");
        }
        return targets;
    }

    /** What is no pattern is EventBridge's to refuse. */
    private static JsonNode parsed(JsonNode pattern) {
        try {
            return pattern.isTextual() ? DocumentText.read(pattern.textValue()) : pattern;
        } catch (UnreadableException noPattern) {
            return pattern;
        }
    }

    /** Whether a target passes nothing on to its pipeline. */
    private static boolean isPlain(JsonNode target) {
        return !target.has("Input") && !target.has("InputTransformer");
    }

    private static String name(Template.Resource resource, Resolver resolver, String pipeline) {
        String name = resource.properties().has("Name")
                ? resolver.text(resource.properties().get("Name"), resource.propertiesPath() + ".Name").orElse("")
                : pipeline + "-" + resource.logicalId();
        int most = LONGEST_NAME - SUFFIX.length();
        return name.length() <= most ? name + SUFFIX
                : name.substring(0, most - HASH_LENGTH - 1) + "-" + "%08x".formatted(name.hashCode()) + SUFFIX;
    }

    private ObjectNode target(JsonNode target, int index, Resolver resolver, String path, List<String> notes) {
        String id = target.has("Id") ? resolver.text(target.get("Id"), path + ".Id").orElse("") : "Target" + index;
        ObjectNode made = NODES.objectNode().put("Id", id).put("Arn", functionArn(resolver, path + ".Arn"));
        ObjectNode input = NODES.objectNode();
        for (String member : List.of("Input", "InputTransformer")) {
            if (target.has(member)) {
                resolver.resolve(target.get(member), path + "." + member).ifPresent(value -> input.set(member, value));
            }
        }
        String pipeline = pipeline(target, resolver.noting(new Gaps())).orElse("");
        if (pipeline.contains("${")) {
            resolver.resolve(target.path("Arn"), path + ".Arn");
        }
        made.set("InputTransformer", StartInput.transformer(pipeline, input));
        KEPT_OF_TARGET.stream().sorted().filter(target::has).forEach(member ->
                resolver.resolve(target.get(member), path + "." + member).ifPresent(value -> made.set(member, value)));
        if (target.has("InputPath")) {
            notes.add("Its target's InputPath isn't taken over: it selects a part of the event, which starts nothing by itself.");
        }
        return made;
    }

    private String functionArn(Resolver resolver, String path) {
        return triggerFunction.orElseGet(() -> resolver.text(NODES.objectNode().put("Fn::Sub",
                "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:pipewright-trigger:live"), path).orElse(""));
    }
}
