package io.pipewright.local.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.local.importing.Imported.Definition;
import io.pipewright.local.importing.Imported.Pipeline;
import io.pipewright.local.importing.Imported.StartRule;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.CreateCustomActionTypeRequest;
import software.amazon.awssdk.services.codepipeline.model.PutWebhookRequest;
import software.amazon.awssdk.services.codepipeline.model.WebhookDefinition;

/** Reads documents together: what one stack exports another may use. */
public final class Importer {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /**
     * A text to import.
     *
     * @param origin how messages name it
     */
    public record Document(String origin, String text) {
    }

    /**
     * How to import.
     *
     * @param only names or logical ids of the pipelines that are wanted, empty for all
     * @param triggerFunction ARN of the function that rules call; empty for that of a deployment with the usual prefix in the stack's
     *     account and region
     * @param polling whether to poll sources rather than make rules that do no more than that
     */
    public record Options(Set<String> only, Optional<String> triggerFunction, boolean polling) {
        public Options {
            only = Set.copyOf(only);
        }
    }

    private final Facts facts;
    private final Options options;
    private final Gaps gaps = new Gaps();
    private final List<Template> templates = new ArrayList<>();
    private final List<Resolver> resolvers = new ArrayList<>();
    private final List<Pipeline> pipelines = new ArrayList<>();
    private final Set<String> exporting = new HashSet<>();

    private Importer(Facts facts, Options options) {
        this.facts = facts;
        this.options = options;
    }

    /** @throws UnreadableException if a document is nothing that can be imported; the message begins with its name */
    public static Imported read(List<Document> documents, Facts facts, Options options) {
        Importer importer = new Importer(facts, options);
        documents.forEach(document -> importer.take(document, documents.size() > 1 ? document.origin() + ": " : ""));
        return importer.imported();
    }

    private void take(Document document, String prefix) {
        try {
            JsonNode json = DocumentText.read(document.text());
            JsonNode body = json.path("TemplateBody");
            JsonNode content = body.isTextual() ? DocumentText.read(body.textValue()) : body.isObject() ? body : json;
            if (Template.isMeant(content)) {
                add(new Template(document.origin(), prefix, content));
            } else if (content.path("pipeline").isObject() || content.has("stages") && content.has("name")) {
                ObjectNode answer = content.path("pipeline").isObject() ? (ObjectNode) content : NODES.objectNode().set("pipeline", content);
                if (isWanted(answer.path("pipeline").path("name").asText())) {
                    pipelines.add(PipelineReader.of(answer, resolver(new Template(document.origin(), prefix, NODES.objectNode())),
                            facts, prefix, document.origin()));
                }
            } else {
                throw new UnreadableException("is neither an answer of aws codepipeline get-pipeline nor a CloudFormation template: it has"
                        + " neither a pipeline nor Resources.");
            }
        } catch (UnreadableException e) {
            throw new UnreadableException(document.origin() + " " + e.getMessage());
        }
    }

    private void add(Template template) {
        templates.add(template);
        resolvers.add(resolver(template));
    }

    private Resolver resolver(Template template) {
        return new Resolver(template, facts, gaps, this::exported);
    }

    /** An export that needs itself has no value. */
    private Optional<JsonNode> exported(String name, Gaps noting) {
        if (!exporting.add(name)) {
            return Optional.empty();
        }
        Optional<JsonNode> value = export(name, noting);
        exporting.remove(name);
        return value;
    }

    private Optional<JsonNode> export(String name, Gaps noting) {
        for (int i = 0; i < templates.size(); i++) {
            Template template = templates.get(i);
            Resolver silent = resolvers.get(i).noting(new Gaps());
            for (Map.Entry<String, JsonNode> output : template.json().path("Outputs").properties()) {
                if (output.getValue().has("Export")
                        && silent.text(output.getValue().path("Export").path("Name"), "").equals(Optional.of(name))) {
                    return resolvers.get(i).noting(noting).resolve(
                            output.getValue().path("Value"), template.prefix() + "Outputs." + output.getKey() + ".Value");
                }
            }
        }
        return Optional.empty();
    }

    private boolean isWanted(String name) {
        return options.only().isEmpty() || options.only().contains(name);
    }

    private Imported imported() {
        each("AWS::CodePipeline::Pipeline", this::pipeline);
        Set<String> names = pipelines.stream().map(Pipeline::name).collect(Collectors.toSet());
        Predicate<String> wanted = name -> options.only().isEmpty() || names.contains(name);
        List<StartRule> rules = new ArrayList<>();
        RuleReader reader = new RuleReader(pipelines, wanted, options.triggerFunction(), options.polling());
        each("AWS::Events::Rule", (resource, resolver, origin) -> reader.of(resource, resolver, origin).ifPresent(rules::add));
        List<Definition> webhooks = new ArrayList<>();
        each("AWS::CodePipeline::Webhook", (resource, resolver, origin) -> {
            if (resolver.noting(new Gaps()).text(resource.properties().path("TargetPipeline"), "").filter(wanted).isPresent()) {
                webhooks.add(webhook(resource, resolver, origin));
            }
        });
        List<Definition> actionTypes = new ArrayList<>();
        each("AWS::CodePipeline::CustomActionType", (resource, resolver, origin) -> {
            if (options.only().isEmpty() || isUsed(actionType(resource, resolver.noting(new Gaps()), origin).input())) {
                actionTypes.add(actionType(resource, resolver, origin));
            }
        });
        return new Imported(pipelines, rules, webhooks, actionTypes, gaps.findings(), gaps.placeholders());
    }

    /** Whether an action of the imported pipelines has this type. */
    private boolean isUsed(JsonNode actionType) {
        return pipelines.stream().flatMap(pipeline -> pipeline.definition().input().findValues("actionTypeId").stream())
                .anyMatch(used -> Stream.of("category", "provider", "version")
                        .allMatch(member -> used.path(member).equals(actionType.path(member))));
    }

    private interface Reader {
        void read(Template.Resource resource, Resolver resolver, String origin);
    }

    /** Reads the resources of a type, save those that their condition forbids. */
    private void each(String type, Reader reader) {
        for (int i = 0; i < templates.size(); i++) {
            Template template = templates.get(i);
            for (Template.Resource resource : template.resources(type)) {
                if (resolvers.get(i).noting(new Gaps()).isMade(resource).orElse(true)) {
                    reader.read(resource, resolvers.get(i), "Resources." + resource.logicalId() + " of " + template.origin());
                }
            }
        }
    }

    private void pipeline(Template.Resource resource, Resolver resolver, String origin) {
        String name = resolver.noting(new Gaps()).text(NODES.objectNode().put("Ref", resource.logicalId()), "").orElse("");
        if (isWanted(resource.logicalId()) || isWanted(name)) {
            resolver.isMade(resource);
            pipelines.add(PipelineReader.of(resource, resolver, origin));
        }
    }

    private static Definition webhook(Template.Resource resource, Resolver resolver, String origin) {
        resolver.isMade(resource);
        String name = webhookName(resource, resolver);
        ObjectNode properties = properties(resource, resolver, "Name", "RegisterWithThirdParty", "TargetPipelineVersion");
        properties.put("Name", name);
        List<String> notes = new ArrayList<>();
        if (resource.properties().path("RegisterWithThirdParty").asBoolean()) {
            notes.add("Register it anew: aws codepipeline register-webhook-with-third-party.");
        }
        ObjectNode input = NODES.objectNode();
        input.set("webhook", ModelShape.of(properties, WebhookDefinition.builder().build()));
        return new Definition(name, origin, input, notes);
    }

    /** Where CloudFormation makes up a name another may be made up: the webhook gets a new URL anyway. */
    private static String webhookName(Template.Resource resource, Resolver resolver) {
        Resolver silent = resolver.noting(new Gaps());
        Optional<String> known = silent.text(NODES.objectNode().put("Ref", resource.logicalId()), "").filter(name -> !name.startsWith("${"));
        return known.orElseGet(() -> resource.properties().has("Name")
                ? resolver.text(resource.properties().get("Name"), resource.propertiesPath() + ".Name").orElse("")
                : silent.text(resource.properties().path("TargetPipeline"), "").orElse("") + "-" + resource.logicalId());
    }

    private static Definition actionType(Template.Resource resource, Resolver resolver, String origin) {
        resolver.isMade(resource);
        ObjectNode input = ModelShape.of(properties(resource, resolver), CreateCustomActionTypeRequest.builder().build());
        String name = input.path("category").asText() + "-" + input.path("provider").asText() + "-" + input.path("version").asText();
        return new Definition(name, origin, input, List.of());
    }

    private static ObjectNode properties(Template.Resource resource, Resolver resolver, String... apart) {
        JsonNode properties = resource.properties() instanceof ObjectNode object ? object.deepCopy().without(List.of(apart))
                : resource.properties();
        return resolver.resolve(properties, resource.propertiesPath()).filter(JsonNode::isObject)
                .map(found -> (ObjectNode) found.deepCopy()).orElseGet(NODES::objectNode);
    }
}
