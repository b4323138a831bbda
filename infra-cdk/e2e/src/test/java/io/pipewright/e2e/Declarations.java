package io.pipewright.e2e;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionOwner;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/** Pipelines of S3 source, manual approval and S3 deploy. */
final class Declarations {
    private final World world;

    Declarations(World world) {
        this.world = world;
    }

    PipelineDeclaration pipeline(String name, StageDeclaration... stages) {
        return PipelineDeclaration.builder().name(name)
                .roleArn(world.stack().output("PipelineRoleArn"))
                .artifactStore(store -> store.type("S3").location(world.stack().output("ArtifactBucket")))
                .stages(stages).build();
    }

    /** Starts when the object changes, and not when the pipeline is made. */
    StageDeclaration source(String key) {
        return source(key, "true");
    }

    /** Starts when the pipeline is made, and else when it is told to. */
    StageDeclaration quietSource(String key) {
        return source(key, "false");
    }

    private StageDeclaration source(String key, String polled) {
        return stage("Source", "Fetch", ActionCategory.SOURCE, "S3",
                Map.of("S3Bucket", world.sources(), "S3ObjectKey", key, "PollForSourceChanges", polled),
                action -> action.outputArtifacts(OutputArtifact.builder().name("App").build()));
    }

    StageDeclaration approval() {
        return stage("Review", "Ask", ActionCategory.APPROVAL, "Manual",
                Map.of("NotificationArn", world.stack().output("ApproverTopic"), "CustomData", "Is it good?"), action -> { });
    }

    StageDeclaration deploy(String bucket) {
        return stage("Ship", "Put", ActionCategory.DEPLOY, "S3", Map.of("BucketName", bucket, "Extract", "true"),
                action -> action.inputArtifacts(InputArtifact.builder().name("App").build()));
    }

    private static StageDeclaration stage(
            String name, String actionName, ActionCategory category, String provider, Map<String, String> configuration,
            Consumer<ActionDeclaration.Builder> artifacts) {
        ActionDeclaration.Builder action = ActionDeclaration.builder().name(actionName)
                .actionTypeId(type -> type.category(category).owner(ActionOwner.AWS).provider(provider).version("1"))
                .configuration(configuration);
        artifacts.accept(action);
        return StageDeclaration.builder().name(name).actions(List.of(action.build())).build();
    }
}
