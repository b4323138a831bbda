package io.pipewright.local.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** What {@code Ref}, {@code Fn::GetAtt} and {@code Fn::ImportValue} stand for. */
final class References {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** What templates export. */
    interface Exports {
        /** The value of an export, if one has it; what isn't known of it is noted. */
        Optional<JsonNode> value(String name, Gaps gaps);
    }

    private final Template template;
    private final Facts facts;
    private final Gaps gaps;
    private final Exports exports;
    private final Resolver resolver;
    /** Whose names are being worked out: one that needs itself has none. */
    private final Set<String> naming = new HashSet<>();

    References(Template template, Facts facts, Gaps gaps, Exports exports, Resolver resolver) {
        this.template = template;
        this.facts = facts;
        this.gaps = gaps;
        this.exports = exports;
        this.resolver = resolver;
    }

    Exports exports() {
        return exports;
    }

    /** Empty for {@code AWS::NoValue}. */
    Optional<JsonNode> ref(String name, String path) {
        JsonNode parameter = template.json().path("Parameters").path(name);
        if (parameter.isObject()) {
            return Optional.of(parameter(name, parameter, path));
        } else if (name.startsWith("AWS::")) {
            return name.equals("AWS::NoValue") ? Optional.empty() : Resolver.text(pseudo(name, path));
        } else if (facts.values().containsKey(name)) {
            return Resolver.text(facts.values().get(name));
        }
        return Resolver.text(Optional.ofNullable(template.resource(name)).flatMap(resource -> ref(resource, path))
                .orElseGet(() -> gaps.add(path, name, template.resource(name) == null
                        ? "The template has no parameter and no resource " + name + ". Add it, or give --value " + name + "=VALUE."
                        : physical(template.resource(name)))));
    }

    private static String physical(Template.Resource resource) {
        return resource.type().equals("AWS::CodePipeline::Pipeline")
                ? "Choose a name with --value " + resource.logicalId() + "=NAME, or give --stack-resources FILE."
                : "Give --stack-resources FILE, or --value " + resource.logicalId() + "=PHYSICAL-ID.";
    }

    private JsonNode parameter(String name, JsonNode parameter, String path) {
        String type = parameter.path("Type").asText();
        // The default names an entry of the parameter store.
        boolean stored = type.startsWith("AWS::SSM::Parameter::Value<");
        String value = Optional.ofNullable(facts.values().get(name))
                .or(() -> facts.parameter(name))
                .or(() -> stored || !parameter.has("Default") ? Optional.empty() : Optional.of(Resolver.scalar(parameter.get("Default"))))
                .orElse(null);
        if (value == null) {
            return NODES.textNode(gaps.add(path, name, "Give --value " + name + "=VALUE"
                    + (stored ? " with what the parameter store holds." : ", or --stack-resources FILE.")));
        }
        return type.contains("List<") || type.equals("CommaDelimitedList") ? list(value) : NODES.textNode(value);
    }

    private static ArrayNode list(String value) {
        ArrayNode list = NODES.arrayNode();
        for (String element : value.split(",")) {
            list.add(element.strip());
        }
        return list;
    }

    private String pseudo(String name, String path) {
        Optional<String> value = Optional.ofNullable(facts.values().get(name)).or(() -> switch (name) {
            case "AWS::Region" -> facts.region();
            case "AWS::AccountId" -> facts.account();
            case "AWS::Partition" -> Optional.of(partition());
            case "AWS::URLSuffix" -> Optional.of(partition().equals("aws-cn") ? "amazonaws.com.cn" : "amazonaws.com");
            case "AWS::StackId" -> facts.stackId();
            case "AWS::StackName" -> facts.stackId().map(id -> id.split("/")[1]);
            default -> Optional.empty();
        });
        return value.orElseGet(() -> gaps.add(path, name, switch (name) {
            case "AWS::Region" -> "Give --region NAME.";
            case "AWS::AccountId" -> "Give --account NUMBER.";
            default -> "Give --value " + name + "=VALUE.";
        }));
    }

    private String partition() {
        String region = facts.region().orElse("");
        return region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
    }

    private Optional<String> ref(Template.Resource resource, String path) {
        Optional<String> physical = facts.physicalId(resource.logicalId(), resource.type());
        return physical.isPresent() ? physical : switch (ResourceKind.of(resource.type()).ref()) {
            case NAME -> declaredName(resource);
            case ARN -> arn(resource, path);
            case OTHER -> Optional.empty();
        };
    }

    private Optional<String> name(Template.Resource resource) {
        return Optional.ofNullable(facts.values().get(resource.logicalId()))
                .or(() -> facts.physicalId(resource.logicalId(), resource.type()))
                .flatMap(ResourceKind.of(resource.type())::name)
                .or(() -> declaredName(resource));
    }

    private Optional<String> declaredName(Template.Resource resource) {
        String property = ResourceKind.of(resource.type()).nameProperty();
        if (property.isEmpty() || !resource.properties().has(property) || !naming.add(resource.logicalId())) {
            return Optional.empty();
        }
        Optional<String> name = resolver.text(resource.properties().get(property), resource.propertiesPath() + "." + property);
        naming.remove(resource.logicalId());
        return name;
    }

    private Optional<String> arn(Template.Resource resource, String path) {
        String form = ResourceKind.of(resource.type()).arn();
        return form.isEmpty() ? Optional.empty() : name(resource).map(name -> filled(form, resource, path).replace("{name}", name));
    }

    private String filled(String form, Template.Resource resource, String path) {
        String arn = form.replace("{partition}", pseudo("AWS::Partition", path));
        if (arn.contains("{region}")) {
            arn = arn.replace("{region}", pseudo("AWS::Region", path));
        }
        if (arn.contains("{account}")) {
            arn = arn.replace("{account}", pseudo("AWS::AccountId", path));
        }
        return arn.contains("{path}")
                ? arn.replace("{path}", resource.properties().has("Path")
                        ? resolver.text(resource.properties().get("Path"), path).orElse("/") : "/")
                : arn;
    }

    /** @param argument a list of a resource and its attribute, or both with a dot between */
    Optional<JsonNode> attribute(JsonNode argument, String path) {
        String name = argument.isArray() ? argument.path(0).asText() + "." + resolver.text(argument.path(1), path).orElse("")
                : argument.asText();
        String[] parts = name.split("\\.", 2);
        Template.Resource resource = template.resource(parts[0]);
        if (facts.values().containsKey(name)) {
            return Resolver.text(facts.values().get(name));
        }
        return Resolver.text(Optional.ofNullable(resource).flatMap(one -> attribute(one, parts.length == 2 ? parts[1] : "", path))
                .orElseGet(() -> gaps.add(path, name, remedy(name, parts[0], resource))));
    }

    private static String remedy(String name, String logicalId, Template.Resource resource) {
        if (resource == null) {
            return "The template has no resource " + logicalId + ". Add it, or give --value " + name + "=VALUE.";
        }
        boolean derived = !ResourceKind.of(resource.type()).arn().isEmpty() && name.endsWith(".Arn");
        return derived ? physical(resource) : "Give --value " + name + "=VALUE.";
    }

    private Optional<String> attribute(Template.Resource resource, String attribute, String path) {
        ResourceKind kind = ResourceKind.of(resource.type());
        if (attribute.equals("Arn")) {
            return arn(resource, path);
        } else if (kind.isName(attribute)) {
            return name(resource);
        } else if (resource.type().equals("AWS::SSM::Parameter") && attribute.equals("Value")) {
            return resolver.text(resource.properties().path("Value"), path);
        }
        return attribute.equals("ConnectionArn") ? facts.physicalId(resource.logicalId(), resource.type()) : Optional.empty();
    }

    Optional<JsonNode> imported(String export, String path) {
        return Optional.ofNullable(facts.values().get(export)).or(() -> facts.export(export))
                .<JsonNode>map(NODES::textNode)
                .or(() -> exports.value(export, gaps))
                .or(() -> Resolver.text(gaps.add(path, export, "Another stack exports it. Import that template too, or give"
                        + " --stack-resources FILE (list-exports), or --value " + export + "=VALUE.")));
    }
}
