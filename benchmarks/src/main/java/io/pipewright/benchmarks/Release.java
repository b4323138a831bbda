package io.pipewright.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.local.database.Database;
import io.pipewright.local.home.LocalHome;
import io.pipewright.local.watch.Meter;
import io.pipewright.statemachine.definition.Limits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A pipeline of five stages and ten actions in a home of this process, whose functions are metered: S3 source; two builds side by
 * side; two S3 deployments and a function one after the other; an approval; three S3 deployments one after the other.
 */
final class Release implements AutoCloseable {
    static final int STAGES = 5;
    static final int ACTIONS = 10;
    static final int PARALLEL_GROUPS = 1;

    private static final String NAME = "release";
    private static final String COMMAND =
            "cat > $AWS_LAMBDA_REQUEST_ID.tmp && mv $AWS_LAMBDA_REQUEST_ID.tmp $AWS_LAMBDA_REQUEST_ID.event";

    private final LocalHome home;
    private final CodePipelineClient client;
    private final Path functions;
    private final Set<Path> answered = new HashSet<>();

    Release(Path data, Meter meter) {
        home = LocalHome.open(new LocalHome.Options(data, 0, Limits.AWS, Database.Durability.NORMAL).watchedBy(meter));
        home.start();
        client = CodePipelineClient.builder().endpointOverride(home.endpoint()).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local")))
                .httpClient(UrlConnectionHttpClient.create()).build();
        functions = data.resolve("functions");
        prepare();
    }

    private void prepare() {
        S3Client s3 = home.engine().clients().s3().get();
        for (String bucket : List.of("source", "site", "artifacts")) {
            s3.createBucket(request -> request.bucket(bucket));
        }
        s3.putBucketVersioning(request -> request.bucket("source").versioningConfiguration(of -> of.status("Enabled")));
        s3.putObject(request -> request.bucket("source").key("app.zip"), RequestBody.fromBytes(Account.archive()));
        for (String project : List.of("compile", "check")) {
            home.codeBuild().createProject(request -> request.name(project).serviceRole("arn:aws:iam::000000000000:role/build")
                    .source(source -> source.type("CODEPIPELINE").buildspec("version: 0.2\nphases: {build: {commands: ['true']}}"))
                    .artifacts(artifacts -> artifacts.type("CODEPIPELINE"))
                    .environment(of -> of.type("LINUX_CONTAINER").image("any").computeType("BUILD_GENERAL1_SMALL")));
        }
        try {
            Files.createDirectories(functions);
            Files.writeString(functions.resolve("verify.json"),
                    new ObjectMapper().writeValueAsString(Map.of("command", List.of("sh", "-c", COMMAND))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates the pipeline, and sees the execution through that its creation starts. */
    void create() {
        String topic = home.topics().createTopic(request -> request.name("approvers")).topicArn();
        client.createPipeline(request -> request.pipeline(pipeline -> pipeline.name(NAME)
                .roleArn("arn:aws:iam::000000000000:role/pipeline").pipelineType("V2").executionMode("SUPERSEDED")
                .artifactStore(store -> store.type("S3").location("artifacts"))
                .stages(
                        stage("Source", action("Fetch", "Source", "S3", 1, Map.of("S3Bucket", "source", "S3ObjectKey", "app.zip",
                                "PollForSourceChanges", "false")).outputArtifacts(artifact -> artifact.name("App")).build()),
                        stage("Build", build("Compile", "Build", "compile"), build("Check", "Test", "check")),
                        stage("Staging", deploy("Pages", 1), deploy("Settings", 2),
                                action("Verify", "Invoke", "Lambda", 3, Map.of("FunctionName", "verify")).build()),
                        stage("Approve", action("Ask", "Approval", "Manual", 1, Map.of("NotificationArn", topic)).build()),
                        stage("Production", deploy("First", 1), deploy("Second", 2), deploy("Third", 3)))));
        answerJob(() -> { });
        approve(() -> { });
        awaitEnd(newest());
    }

    private static StageDeclaration stage(String name, ActionDeclaration... actions) {
        return StageDeclaration.builder().name(name).actions(actions).build();
    }

    private static ActionDeclaration.Builder action(
            String name, String category, String provider, int order, Map<String, String> configuration) {
        return ActionDeclaration.builder().name(name).runOrder(order).configuration(configuration)
                .actionTypeId(type -> type.category(category).owner("AWS").provider(provider).version("1"));
    }

    private static ActionDeclaration build(String name, String category, String project) {
        return action(name, category, "CodeBuild", 1, Map.of("ProjectName", project))
                .inputArtifacts(artifact -> artifact.name("App")).build();
    }

    private static ActionDeclaration deploy(String name, int order) {
        return action(name, "Deploy", "S3", order, Map.of("BucketName", "site", "Extract", "true", "ObjectKey", name))
                .inputArtifacts(artifact -> artifact.name("App")).build();
    }

    String start() {
        return client.startPipelineExecution(request -> request.name(NAME)).pipelineExecutionId();
    }

    private String newest() {
        return client.listPipelineExecutions(request -> request.pipelineName(NAME)).pipelineExecutionSummaries().get(0)
                .pipelineExecutionId();
    }

    /**
     * Answers the function's job.
     *
     * @param ready is told when the answer is about to be given
     */
    void answerJob(Runnable ready) {
        String job = await(this::job);
        ready.run();
        client.putJobSuccessResult(request -> request.jobId(job));
    }

    /** Approves; {@code ready} is told when that is about to be. */
    void approve(Runnable ready) {
        String token = await(this::token);
        ready.run();
        client.putApprovalResult(request -> request.pipelineName(NAME).stageName("Approve").actionName("Ask")
                .token(token).result(result -> result.status(ApprovalStatus.APPROVED).summary("")));
    }

    /** Waits until the execution has ended and everything that it owed is done. */
    void awaitEnd(String run) {
        await(() -> home.engine().store().run(run).filter(record -> record.state().status().isEnded() && record.due() == 0));
    }

    private Optional<String> job() {
        try (Stream<Path> files = Files.list(functions)) {
            for (Path event : files.filter(file -> file.toString().endsWith(".event")).toList()) {
                if (answered.add(event)) {
                    return Optional.of(new ObjectMapper().readTree(event.toFile())
                            .path("CodePipeline.job").path("id").asText());
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<String> token() {
        return client.getPipelineState(request -> request.name(NAME)).stageStates().get(3).actionStates().stream()
                .flatMap(action -> Optional.ofNullable(action.latestExecution()).stream())
                .filter(latest -> latest.statusAsString().equals("InProgress"))
                .flatMap(latest -> Optional.ofNullable(latest.token()).stream()).findFirst();
    }

    private static <T> T await(Supplier<Optional<T>> wanted) {
        Optional<T> found = wanted.get();
        while (found.isEmpty()) {
            Account.pause(4);
            found = wanted.get();
        }
        return found.get();
    }

    /** Of the execution's machine; with the start, which may be billed as one. */
    long transitions(String run) {
        String generation = home.engine().store().entry(NAME).orElseThrow().generation();
        return 1 + home.machines().getExecutionHistoryPaginator(request -> request.executionArn(
                        "arn:aws:states:us-east-1:000000000000:execution:pipewright-" + generation + ":" + run + "-1"))
                .events().stream().filter(event -> event.stateEnteredEventDetails() != null).count();
    }

    @Override
    public void close() {
        client.close();
        home.close();
    }
}
