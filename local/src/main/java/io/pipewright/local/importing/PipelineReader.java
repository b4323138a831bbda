package io.pipewright.local.importing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.role.TrustStatement;
import io.pipewright.local.importing.Imported.Definition;
import io.pipewright.local.importing.Imported.Pipeline;
import io.pipewright.local.importing.Imported.RoleTrust;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;
import software.amazon.awssdk.services.codepipeline.model.CreatePipelineRequest;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** Pipelines, from resources of templates and from answers of GetPipeline. */
final class PipelineReader {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String TRANSITIONS = "DisableInboundStageTransitions";
    private static final String RESTART = "RestartExecutionOnUpdate";
    /** Properties that the declaration doesn't have in this form. */
    private static final List<String> APART = List.of("Name", "ArtifactStores", "Tags", TRANSITIONS, RESTART);

    private PipelineReader() {
    }

    /** @param resource of type {@code AWS::CodePipeline::Pipeline} */
    static Pipeline of(Template.Resource resource, Resolver resolver, String origin) {
        String path = resource.propertiesPath();
        String name = resolver.text(NODES.objectNode().put("Ref", resource.logicalId()), path + ".Name").orElse("");
        ObjectNode properties = NODES.objectNode();
        resolver.resolve(resource.properties(), path).filter(JsonNode::isObject).ifPresent(found -> properties.setAll((ObjectNode) found));
        ObjectNode input = NODES.objectNode();
        ObjectNode pipeline = input.putObject("pipeline").put("name", name);
        pipeline.setAll(ModelShape.of(properties.deepCopy().without(APART), PipelineDeclaration.builder().build()));
        if (properties.has("ArtifactStores")) {
            pipeline.set("artifactStores", artifactStores(properties.get("ArtifactStores")));
        }
        if (properties.has("Tags")) {
            input.set("tags", ModelShape.of(NODES.objectNode().set("Tags", properties.get("Tags")),
                    CreatePipelineRequest.builder().build()).get("tags"));
        }
        List<String> notes = new ArrayList<>(notes(pipeline));
        if (properties.path(RESTART).asBoolean()) {
            notes.add(RESTART + " is CloudFormation's work: an update starts no execution; aws codepipeline start-pipeline-execution does.");
        }
        return pipeline(new Definition(name, origin, input, notes), transitions(name, properties.path(TRANSITIONS)), arn(name, resolver));
    }

    private static Pipeline pipeline(Definition definition, List<ObjectNode> transitions, String arn) {
        return new Pipeline(definition, arn, transitions, roles(definition.input().get("pipeline"), arn));
    }

    /** The ARN that the pipeline gets; what isn't known of it keeps nothing from being created. */
    private static String arn(String name, Resolver resolver) {
        return resolver.noting(new Gaps()).text(NODES.objectNode().put("Fn::Sub",
                "arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:"), "").orElse("") + name;
    }

    /** CloudFormation has a list of regions and stores, the API a map. */
    private static JsonNode artifactStores(JsonNode stores) {
        ObjectNode map = NODES.objectNode();
        for (JsonNode store : stores) {
            if (!store.path("Region").isTextual()) {
                return stores;
            }
            map.set(store.get("Region").textValue(), ModelShape.of(store.path("ArtifactStore"), ArtifactStore.builder().build()));
        }
        return map;
    }

    private static List<ObjectNode> transitions(String pipeline, JsonNode disabled) {
        List<ObjectNode> transitions = new ArrayList<>();
        disabled.forEach(transition -> transitions.add(NODES.objectNode().put("pipelineName", pipeline)
                .put("stageName", transition.path("StageName").asText()).put("transitionType", "Inbound")
                .put("reason", transition.path("Reason").asText())));
        return transitions;
    }

    /**
     * @param answer of GetPipeline
     * @param facts say where the pipeline belongs, if it isn't to stay where it is
     */
    static Pipeline of(ObjectNode answer, Resolver resolver, Facts facts, String prefix, String origin) {
        ObjectNode pipeline = ((ObjectNode) answer.get("pipeline")).deepCopy();
        pipeline.remove("version");
        String name = pipeline.path("name").asText();
        masks(pipeline, prefix + "pipeline", resolver.gaps());
        String arn = answer.path("metadata").path("pipelineArn").asText(arn(name, resolver));
        List<String> notes = new ArrayList<>(notes(pipeline));
        Optional<String> from = Facts.part(arn, 3);
        if (from.isPresent() && facts.region().isPresent() && !facts.region().equals(from) && move(pipeline, from.get())) {
            notes.add("Actions that named the pipeline's own region, " + from.get() + ", name none any more.");
        }
        return pipeline(new Definition(name, origin, NODES.objectNode().set("pipeline", pipeline), notes), List.of(),
                moved(arn, facts));
    }

    private static String moved(String arn, Facts facts) {
        String[] parts = arn.split(":", 6);
        if (parts.length == 6 && facts.region().isPresent()) {
            parts[3] = facts.region().get();
        }
        if (parts.length == 6 && facts.account().isPresent()) {
            parts[4] = facts.account().get();
        }
        return String.join(":", parts);
    }

    /** An action's region that is the pipeline's own says nothing, but would be another one elsewhere. */
    private static boolean move(ObjectNode pipeline, String from) {
        boolean any = false;
        for (JsonNode stage : pipeline.path("stages")) {
            for (JsonNode action : stage.path("actions")) {
                if (action.path("region").asText().equals(from)) {
                    ((ObjectNode) action).remove("region");
                    any = true;
                }
            }
        }
        return any;
    }

    /** GetPipeline keeps secrets to itself. */
    private static void masks(JsonNode json, String path, Gaps gaps) {
        if (json.isObject()) {
            json.properties().forEach(member -> {
                String place = path + "." + member.getKey();
                if (member.getValue().asText().equals(Facts.MASK)) {
                    ((ObjectNode) json).put(member.getKey(), gaps.add(place, member.getKey(),
                            "GetPipeline doesn't tell it. Write it into the file."));
                } else {
                    masks(member.getValue(), place, gaps);
                }
            });
        } else {
            for (int i = 0; i < json.size(); i++) {
                masks(json.get(i), path + "[" + i + "]", gaps);
            }
        }
    }

    private static List<String> notes(ObjectNode pipeline) {
        List<String> notes = new ArrayList<>();
        for (JsonNode stage : pipeline.path("stages")) {
            for (JsonNode action : stage.path("actions")) {
                RunnableTypes.lacking(action.path("actionTypeId")).ifPresent(type -> notes.add("The action "
                        + stage.path("name").asText() + "/" + action.path("name").asText() + " will fail when its turn comes: this"
                        + " release doesn't run " + type + "."));
            }
        }
        return notes;
    }

    /** The pipeline's role is assumed by the functions, an action's own by the pipeline's. */
    private static List<RoleTrust> roles(JsonNode pipeline, String pipelineArn) {
        String role = pipeline.path("roleArn").asText();
        String account = Facts.part(pipelineArn, 4).orElse(Gaps.placeholder("AWS::AccountId"));
        Set<RoleTrust> roles = new LinkedHashSet<>();
        if (!role.isEmpty()) {
            roles.add(new RoleTrust(role, TrustStatement.forFunctions(role, account, pipelineArn)));
        }
        for (JsonNode stage : pipeline.path("stages")) {
            for (JsonNode action : stage.path("actions")) {
                String own = action.path("roleArn").asText();
                if (!own.isEmpty() && !own.equals(role)) {
                    roles.add(new RoleTrust(own, new TrustStatement(role, pipelineArn)));
                }
            }
        }
        return List.copyOf(roles);
    }
}
