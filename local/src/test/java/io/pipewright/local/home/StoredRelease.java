package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.action;
import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.fetch;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.pipewright.local.database.Database;
import io.pipewright.statemachine.definition.Limits;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecution;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.codepipeline.model.StageTransitionType;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * A data directory as a release left it, with an execution in flight for every way of waiting, and what its users had in hand: ids
 * of executions, approval tokens, links from mails. {@code src/test/resources/releases} keeps one per release.
 */
final class StoredRelease {
    static final String BY_TOKEN = "by-token";
    static final String BY_LINK = "by-link";
    static final String GROUP = "group";
    static final String LANES = "lanes";
    static final String BUILDING = "building";
    static final String QUEUED_BUILD = "queued-build";
    static final String INVOKING = "invoking";
    static final String HELD = "held";
    static final String FAILED = "failed";
    static final String RETRIED = "retried";
    static final String STOPPING = "stopping";
    static final String ENDED = "ended";
    /** Build project whose builds don't end by themselves. */
    static final String SLOW = "slow";
    /** Bucket that isn't there: what {@link #FAILED} deploys to. */
    static final String MISSING_BUCKET = "not-yet";
    /** The object that {@link #ENDED} listens to. */
    static final String LISTENED = "listened.zip";
    static final String START_TOKEN = "started-once";

    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final String QUICK = "quick";
    private static final int CONCURRENT_BUILDS = 8;
    private static final String MADE_AT = "made-at";

    private final Path data;
    private final Map<String, String> facts;

    private StoredRelease(Path data, Map<String, String> facts) {
        this.data = data;
        this.facts = facts;
    }

    /** What this very code stores, in a directory that isn't there yet. */
    static StoredRelease make(Path data) throws IOException {
        Map<String, String> facts = new TreeMap<>();
        try (LocalHome home = LocalHome.open(new LocalHome.Options(data, 0, Limits.AWS, Database.Durability.NORMAL))) {
            home.start();
            try (CodePipelineClient client = TestHome.client(home)) {
                new Making(home, client, data, facts).everything();
            }
            facts.put(MADE_AT, Instant.now().toString());
        }
        return new StoredRelease(data, facts);
    }

    /** @param kept the folder of a release */
    static StoredRelease unpack(Path kept, Path data) throws IOException {
        try (ZipFile zip = new ZipFile(kept.resolve("data.zip").toFile())) {
            for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(ZipEntry.class::cast)::iterator) {
                Path file = data.resolve(entry.getName());
                Files.createDirectories(file.getParent());
                Files.copy(zip.getInputStream(entry), file);
            }
        }
        return new StoredRelease(data, JSON.readValue(kept.resolve("facts.json").toFile(), new TypeReference<>() { }));
    }

    /** Packs it into the folder of a release. */
    void keep(Path release) throws IOException {
        Files.createDirectories(release);
        JSON.writeValue(release.resolve("facts.json").toFile(), facts);
        try (OutputStream file = Files.newOutputStream(release.resolve("data.zip")); ZipOutputStream zip = new ZipOutputStream(file);
             Stream<Path> files = Files.walk(data)) {
            for (Path one : files.filter(Files::isRegularFile).filter(this::belongsToTheData).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(data.relativize(one).toString()));
                Files.copy(one, zip);
                zip.closeEntry();
            }
        }
    }

    /** Locks and logs say who had the data, and are of no use to anybody else. */
    private boolean belongsToTheData(Path file) {
        String first = data.relativize(file).getName(0).toString();
        return !first.endsWith("lock") && !first.equals("log") && !first.equals("codebuild");
    }

    /** Today's home on the data, at the time when it was stored: nothing is overdue. */
    LocalHome open() {
        Duration since = Duration.between(Instant.now(), Instant.parse(fact(MADE_AT)));
        return LocalHome.open(new LocalHome.Options(data, 0, Limits.AWS, Database.Durability.NORMAL),
                Clock.offset(Clock.systemUTC(), since));
    }

    Path database() {
        return data.resolve("home.db");
    }

    /** The execution of a pipeline that was in flight. */
    String run(String pipeline) {
        return fact("run " + pipeline);
    }

    /** The execution that stood behind {@link #run}. */
    String nextRun(String pipeline) {
        return fact("next-run " + pipeline);
    }

    /** The approval token that somebody had in hand. */
    String token(String pipeline, String action) {
        return fact("token " + pipeline + " " + action);
    }

    /** The path that an approval's mail leads to. */
    String link(String pipeline) {
        return fact("link " + pipeline);
    }

    String job() {
        return fact("job");
    }

    private String fact(String name) {
        return Objects.requireNonNull(facts.get(name), name);
    }

    /** The making of the data. */
    private record Making(LocalHome home, CodePipelineClient client, Path data, Map<String, String> facts) {

        void everything() throws IOException {
            surroundings();
            waitingForApproval();
            waitingInGroups();
            waitingForProviders();
            waitingForPeople();
        }

        private void surroundings() {
            S3Client s3 = s3();
            List.of(TestHome.ARTIFACTS, TestHome.SOURCES, TestHome.SITE).forEach(bucket -> s3.createBucket(request -> request.bucket(bucket)));
            s3.putBucketVersioning(request -> request.bucket(TestHome.SOURCES)
                    .versioningConfiguration(versioning -> versioning.status("Enabled")));
            List.of(TestHome.APP, LISTENED).forEach(key -> s3.putObject(request -> request.bucket(TestHome.SOURCES).key(key),
                    RequestBody.fromBytes(TestHome.zip("stored"))));
            project(SLOW, "sleep 600");
            project(QUICK, "test -f index.html");
        }

        private S3Client s3() {
            return home.engine().clients().s3().get();
        }

        private void project(String name, String command) {
            home.codeBuild().createProject(request -> request.name(name).serviceRole(Sample.ROLE)
                    .source(from -> from.type(SourceType.CODEPIPELINE).buildspec(buildspec(command)))
                    .artifacts(to -> to.type(ArtifactsType.CODEPIPELINE))
                    .environment(environment -> environment.type(EnvironmentType.LINUX_CONTAINER).image("local")
                            .computeType(ComputeType.BUILD_GENERAL1_SMALL)));
        }

        private void waitingForApproval() {
            Pipeline byToken = create(pipeline(BY_TOKEN, ExecutionMode.QUEUED, approvals("Gate")));
            rememberToken(byToken, "Ask");
            facts.put("next-run " + BY_TOKEN, byToken.start());
            byToken.awaitWaiting(facts.get("next-run " + BY_TOKEN), "Gate");

            String topic = home.topics().createTopic(request -> request.name("approvers")).topicArn();
            create(pipeline(BY_LINK, source(), stage("Gate", approval("Ask").toBuilder()
                    .configuration(Map.of("NotificationArn", topic)).build())));
            eventually(() -> assertThat(home.topics().messages()).hasSize(1));
            facts.put("link " + BY_LINK, URI.create(json(home.topics().messages().get(0).message())
                    .at("/approval/approvalReviewLink").asText()).getPath());
        }

        private void waitingInGroups() {
            Pipeline group = create(pipeline(GROUP, source(), stage("Gate", approval("Left"), approval("Right"), deploy("Put"))));
            String run = group.firstRun();
            group.approve(run, "Gate", "Left");
            group.awaitAction(run, "Put", ActionExecutionStatus.SUCCEEDED);
            rememberToken(group, "Right");

            Pipeline lanes = create(pipeline(LANES, ExecutionMode.PARALLEL, source(), stage("Gate",
                    Stream.of("A1", "A2", "A3", "A4", "A5", "A6").map(Sample::approval).toArray(ActionDeclaration[]::new))));
            Stream.of("A1", "A2", "A3", "A4", "A5").forEach(name -> rememberToken(lanes, name));
        }

        private void waitingForProviders() throws IOException {
            Pipeline building = create(pipeline(BUILDING, source(), stage("Build", build(SLOW))));
            awaitBuild(building);
            CodeBuildClient builds = home.codeBuild();
            for (int other = 1; other < CONCURRENT_BUILDS; other++) {
                builds.startBuild(request -> request.projectName(SLOW).sourceTypeOverride(SourceType.NO_SOURCE)
                        .artifactsOverride(to -> to.type(ArtifactsType.NO_ARTIFACTS)).buildspecOverride(buildspec("sleep 600")));
            }
            awaitBuild(create(pipeline(QUEUED_BUILD, source(), stage("Build", build(QUICK)))));

            Path functions = Files.createDirectories(data.resolve("functions"));
            Files.writeString(functions.resolve("worker.json"), "{\"command\": [\"sh\", \"-c\", \"cat > event.tmp && mv event.tmp event\"]}");
            create(pipeline(INVOKING, source(),
                    stage("Check", action("Run", ActionCategory.INVOKE, "Lambda", Map.of("FunctionName", "worker")))));
            eventually(() -> assertThat(functions.resolve("event")).exists());
            facts.put("job", json(Files.readString(functions.resolve("event"))).at("/CodePipeline.job/id").asText());
        }

        private void waitingForPeople() {
            PipelineDeclaration gated = pipeline(HELD, source(), stage("Gate", approval("Ask")), stage("Ship", deploy("Put")));
            Pipeline held = create(gated);
            client.disableStageTransition(request -> request.pipelineName(HELD).stageName("Ship")
                    .transitionType(StageTransitionType.INBOUND).reason("not today"));
            held.approve(held.firstRun(), "Gate");
            held.awaitWaiting(held.firstRun(), "Ship");

            Pipeline failed = create(pipeline(FAILED, source(),
                    stage("Ship", deploy("Put", Map.of("BucketName", MISSING_BUCKET)), deploy("Also"))));
            failed.awaitFailed(failed.firstRun());

            Pipeline retried = create(pipeline(RETRIED, approvals("Gate")));
            retried.reject(retried.firstRun(), "Gate");
            retried.awaitFailed(retried.firstRun());
            retried.retry(retried.firstRun(), "Gate", StageRetryMode.FAILED_ACTIONS);
            rememberToken(retried, "Ask");

            Pipeline stopping = create(pipeline(STOPPING, approvals("Gate", "Never")));
            rememberToken(stopping, "Ask");
            stopping.stop(stopping.firstRun(), false, "enough");
            stopping.awaitStatus(stopping.firstRun(), PipelineExecutionStatus.STOPPING);

            Pipeline ended = create(pipeline(ENDED, ExecutionMode.QUEUED, stage("Source",
                    fetch("Fetch", Map.of("S3Bucket", TestHome.SOURCES, "S3ObjectKey", LISTENED))), stage("Ship", deploy("Put"))));
            ended.awaitSucceeded(ended.firstRun());
            facts.put("next-run " + ENDED, ended.start(request -> request.clientRequestToken(START_TOKEN)));
            ended.awaitSucceeded(facts.get("next-run " + ENDED));
        }

        private Pipeline create(PipelineDeclaration declaration) {
            client.createPipeline(request -> request.pipeline(declaration));
            Pipeline pipeline = new Pipeline(client, declaration.name(), declaration.executionMode());
            eventually(() -> assertThat(pipeline.runs()).isNotEmpty());
            facts.put("run " + declaration.name(), pipeline.firstRun());
            return pipeline;
        }

        private void rememberToken(Pipeline pipeline, String action) {
            facts.put("token " + pipeline.name() + " " + action, pipeline.awaitToken(pipeline.firstRun(), "Gate", action));
        }

        private static void awaitBuild(Pipeline pipeline) {
            eventually(() -> assertThat(Optional.ofNullable(pipeline.action("Build", "Make").latestExecution()))
                    .map(ActionExecution::externalExecutionId).isPresent());
        }

        private static ActionDeclaration build(String project) {
            return action("Make", ActionCategory.BUILD, "CodeBuild", Map.of("ProjectName", project)).toBuilder()
                    .inputArtifacts(InputArtifact.builder().name("App").build()).build();
        }

        private static JsonNode json(String text) {
            try {
                return JSON.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static String buildspec(String command) {
        return "{\"version\": \"0.2\", \"phases\": {\"build\": {\"commands\": [\"" + command + "\"]}}}";
    }
}
