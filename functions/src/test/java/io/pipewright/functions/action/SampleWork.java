package io.pipewright.functions.action;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.settings.Clients;
import io.pipewright.functions.settings.Settings;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ActionResult;
import io.pipewright.functions.store.ArtifactLocation;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.statemachine.definition.Limits;
import io.pipewright.statemachine.execution.RunState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ActionOwner;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;
import software.amazon.awssdk.services.codepipeline.model.EncryptionKey;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * An action execution for a provider to work on, of a pipeline {@code shop} with this one action.
 *
 * @param inputs names of input artifacts; {@code Source} lies in {@code artifacts} under {@code shop/Source/in}
 * @param outputs likewise, under {@code shop/<name>/out}
 */
public record SampleWork(
        ActionCategory category, String provider, Map<String, String> configuration, List<String> inputs,
        List<String> outputs, Optional<String> encryptionKey, boolean again) {
    public static final String ID = "0a1b2c3d-0000-4000-8000-000000000001";
    public static final String RUN = "0a1b2c3d-0000-4000-8000-00000000000f";
    public static final Instant NOW = Instant.parse("2031-03-04T09:18:05.250Z");

    private static final Settings SETTINGS = new Settings("eu-west-1", "210987654321", "table", "bucket", "pipewright-", "",
            "arn:aws:iam::210987654321:role/machine", "https://review.example", Limits.AWS);

    public static SampleWork of(ActionCategory category, String provider, Map<String, String> configuration) {
        return new SampleWork(
                category, provider, configuration, List.of("Source"), List.of(), Optional.empty(), false);
    }

    public SampleWork inputs(String... names) {
        return new SampleWork(category, provider, configuration, List.of(names), outputs, encryptionKey, again);
    }

    public SampleWork outputs(String... names) {
        return new SampleWork(category, provider, configuration, inputs, List.of(names), encryptionKey, again);
    }

    public SampleWork encryptedWith(String key) {
        return new SampleWork(category, provider, configuration, inputs, outputs, Optional.of(key), again);
    }

    public SampleWork after(boolean crash) {
        return new SampleWork(category, provider, configuration, inputs, outputs, encryptionKey, crash);
    }

    /** An engine with an empty table whose clock stands still. */
    public static Engine engine(Supplier<S3Client> s3, Supplier<CodeBuildClient> codeBuild) {
        Clients clients = new Clients(null, null, null, s3, () -> null, () -> null, codeBuild, () -> null);
        return engine(clients, NOW);
    }

    /** The same at another time. */
    public static Engine engine(Clients clients, Instant now) {
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        return new Engine(new Store(new EmptyTable(), clients.s3(), SETTINGS.store(clock)), clients, SETTINGS, clock,
                Log.to(line -> { }));
    }

    private static final class EmptyTable implements DynamoDbClient {
        @Override
        public GetItemResponse getItem(Consumer<GetItemRequest.Builder> request) {
            return GetItemResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() { }
    }

    public ActionWork work() {
        ActionDeclaration action = ActionDeclaration.builder().name("Act")
                .actionTypeId(type -> type.category(category).owner(ActionOwner.AWS).provider(provider).version("1"))
                .configuration(configuration)
                .inputArtifacts(inputs.stream().map(name -> InputArtifact.builder().name(name).build()).toList())
                .outputArtifacts(outputs.stream().map(name -> OutputArtifact.builder().name(name).build()).toList())
                .build();
        PipelineDeclaration pipeline = PipelineDeclaration.builder().name("shop").version(1)
                .roleArn("arn:aws:iam::210987654321:role/pipeline")
                .artifactStore(ArtifactStore.builder().type("S3").location("artifacts")
                        .encryptionKey(encryptionKey.map(id -> EncryptionKey.builder().type("KMS").id(id).build())
                                .orElse(null)).build())
                .stages(StageDeclaration.builder().name("Stage").actions(action).build())
                .build();
        RunRecord run = new RunRecord(1, "generation", "shop",
                RunState.created(RUN, 1, ExecutionMode.SUPERSEDED, Optional.empty(), NOW.toEpochMilli()),
                TriggerType.START_PIPELINE_EXECUTION, "someone", Map.of(), List.of(), List.of(), 0);
        return new ActionWork(run, version(pipeline), action, record(), NOW.toEpochMilli() + 60_000, again);
    }

    private static PipelineVersion version(PipelineDeclaration pipeline) {
        return Store.version("generation", 1, pipeline, "arn:aws:states:eu-west-1:210987654321:stateMachine:m:1", 0);
    }

    public ActionRecord record() {
        return new ActionRecord(RUN, ID, 1, 1, 0, 0, "Stage", "Act", NOW.toEpochMilli(), NOW.toEpochMilli(),
                ActionExecutionStatus.IN_PROGRESS, false, Optional.empty(), configuration,
                inputs.stream().map(name -> location(name, "in", Optional.of("v-" + name))).toList(),
                outputs.stream().map(name -> location(name, "out", Optional.empty())).toList(), Map.of(),
                ActionResult.NONE);
    }

    private static ArtifactLocation location(String name, String ending, Optional<String> revision) {
        return new ArtifactLocation(name, "artifacts", "shop/" + name + "/" + ending, revision);
    }
}
