package io.pipewright.local.home;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionOwner;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStoreType;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineType;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/** Declarations for tests. */
final class Sample {
    static final String ROLE = "arn:aws:iam::" + LocalHome.ACCOUNT + ":role/pipeline";

    private Sample() { }

    static PipelineDeclaration pipeline(String name, ExecutionMode mode, StageDeclaration... stages) {
        return PipelineDeclaration.builder().name(name).roleArn(ROLE)
                .pipelineType(PipelineType.V2).executionMode(mode)
                .artifactStore(store -> store.type(ArtifactStoreType.S3).location(TestHome.ARTIFACTS))
                .stages(stages).build();
    }

    /** A SUPERSEDED pipeline. */
    static PipelineDeclaration pipeline(String name, StageDeclaration... stages) {
        return pipeline(name, ExecutionMode.SUPERSEDED, stages);
    }

    static StageDeclaration stage(String name, ActionDeclaration... actions) {
        return StageDeclaration.builder().name(name).actions(actions).build();
    }

    /** The stage {@code Source}; its action {@code Fetch} puts out {@code App} and isn't polled. */
    static StageDeclaration source() {
        return stage("Source", fetch(TestHome.APP));
    }

    /** {@code Fetch}, which takes an object that isn't polled. */
    static ActionDeclaration fetch(String key) {
        return fetch("Fetch", Map.of("S3Bucket", TestHome.SOURCES, "S3ObjectKey", key, "PollForSourceChanges", "false"));
    }

    static ActionDeclaration fetch(String name, Map<String, String> configuration) {
        return action(name, ActionCategory.SOURCE, "S3", configuration).toBuilder()
                .outputArtifacts(OutputArtifact.builder().name(name.equals("Fetch") ? "App" : name).build()).build();
    }

    static ActionDeclaration approval(String name) {
        return action(name, ActionCategory.APPROVAL, "Manual", Map.of());
    }

    /** {@code App} to the bucket of the site. */
    static ActionDeclaration deploy(String name) {
        return deploy(name, Map.of());
    }

    static ActionDeclaration deploy(String name, Map<String, String> more) {
        Map<String, String> configuration = new TreeMap<>(Map.of("BucketName", TestHome.SITE, "Extract", "true"));
        configuration.putAll(more);
        return action(name, ActionCategory.DEPLOY, "S3", configuration).toBuilder()
                .inputArtifacts(InputArtifact.builder().name("App").build()).build();
    }

    /** A deployment that fails when it runs. */
    static ActionDeclaration failing(String name) {
        return deploy(name, Map.of("Extract", "yes"));
    }

    static ActionDeclaration action(
            String name, ActionCategory category, String provider, Map<String, String> configuration) {
        ActionDeclaration.Builder action = ActionDeclaration.builder().name(name)
                .actionTypeId(ActionTypeId.builder().category(category).owner(ActionOwner.AWS).provider(provider)
                        .version("1").build());
        return configuration.isEmpty() ? action.build() : action.configuration(configuration).build();
    }

    static ActionDeclaration at(int runOrder, ActionDeclaration action) {
        return action.toBuilder().runOrder(runOrder).build();
    }

    /** Source, then one stage with one approval each. */
    static StageDeclaration[] approvals(String... stages) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(source()),
                        List.of(stages).stream().map(name -> stage(name, approval("Ask"))))
                .toArray(StageDeclaration[]::new);
    }
}
