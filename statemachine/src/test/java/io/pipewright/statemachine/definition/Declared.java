package io.pipewright.statemachine.definition;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/** Small right declarations that tests change in one place. */
public final class Declared {

    public static final String REGION = "eu-west-1";

    private Declared() {
    }

    /** A pipeline of type V2 with these stages. */
    public static PipelineDeclaration pipeline(StageDeclaration... stages) {
        return PipelineDeclaration.builder()
                .name("shop")
                .roleArn("arn:aws:iam::123456789012:role/pipeline")
                .artifactStore(store())
                .pipelineType("V2")
                .stages(stages)
                .build();
    }

    /** A source stage with the output App, and a stage Work with these actions. */
    public static PipelineDeclaration working(ActionDeclaration... actions) {
        return pipeline(stage("Source", s3Source("Fetch", "App")), stage("Work", actions));
    }

    public static ArtifactStore store() {
        return ArtifactStore.builder().type("S3").location("artifacts").build();
    }

    public static StageDeclaration stage(String name, ActionDeclaration... actions) {
        return StageDeclaration.builder().name(name).actions(actions).build();
    }

    public static ActionDeclaration s3Source(String name, String output) {
        return action(name, "Source/AWS/S3/1", Map.of("S3Bucket", "sources", "S3ObjectKey", "app.zip"), List.of(), List.of(output));
    }

    public static ActionDeclaration connectionSource(String name, String output) {
        return action(
                name,
                "Source/AWS/CodeStarSourceConnection/1",
                Map.of("ConnectionArn", "arn:aws:codeconnections:eu-west-1:123456789012:connection/1",
                        "FullRepositoryId", "shop/app",
                        "BranchName", "main"),
                List.of(),
                List.of(output));
    }

    /** A build of the artifact App. */
    public static ActionDeclaration codeBuild(String name, String... outputs) {
        return action(name, "Build/AWS/CodeBuild/1", Map.of("ProjectName", "shop"), List.of("App"), List.of(outputs));
    }

    public static ActionDeclaration s3Deploy(String name, String input) {
        return action(name, "Deploy/AWS/S3/1", Map.of("BucketName", "site", "Extract", "true"), List.of(input), List.of());
    }

    public static ActionDeclaration approval(String name) {
        return action(name, "Approval/AWS/Manual/1", Map.of(), List.of(), List.of());
    }

    /** Shell commands on the artifact App. */
    public static ActionDeclaration commands(String name) {
        return with(action(name, "Compute/AWS/Commands/1", Map.of(), List.of("App"), List.of()), it -> it.commands("make"));
    }

    public static ActionDeclaration action(
            String name, String type, Map<String, String> configuration, List<String> inputs, List<String> outputs) {
        return ActionDeclaration.builder()
                .name(name)
                .actionTypeId(type(type))
                .configuration(configuration)
                .inputArtifacts(inputs(inputs.toArray(String[]::new)))
                .outputArtifacts(outputs.stream()
                        .map(output -> OutputArtifact.builder().name(output).build())
                        .collect(Collectors.toList()))
                .build();
    }

    /** The type id {@code category/owner/provider/version}. */
    public static ActionTypeId type(String type) {
        String[] parts = type.split("/");
        return ActionTypeId.builder().category(parts[0]).owner(parts[1]).provider(parts[2]).version(parts[3]).build();
    }

    public static List<InputArtifact> inputs(String... names) {
        return Arrays.stream(names).map(name -> InputArtifact.builder().name(name).build()).collect(Collectors.toList());
    }

    public static ActionDeclaration with(ActionDeclaration action, Consumer<ActionDeclaration.Builder> change) {
        return action.toBuilder().applyMutation(change).build();
    }

    public static StageDeclaration with(StageDeclaration stage, Consumer<StageDeclaration.Builder> change) {
        return stage.toBuilder().applyMutation(change).build();
    }

    public static PipelineDeclaration with(PipelineDeclaration pipeline, Consumer<PipelineDeclaration.Builder> change) {
        return pipeline.toBuilder().applyMutation(change).build();
    }

    /** The action with one more configuration entry. */
    public static ActionDeclaration configured(ActionDeclaration action, String key, String value) {
        Map<String, String> configuration = Stream.concat(
                        action.configuration().entrySet().stream(), Stream.of(Map.entry(key, value)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (old, changed) -> changed));
        return with(action, it -> it.configuration(configuration));
    }
}
