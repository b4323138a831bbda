package io.pipewright.local.codebuild;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.local.database.Database;
import io.pipewright.local.s3.LocalS3;
import io.pipewright.local.s3.S3Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.codebuild.model.ArtifactNamespace;
import software.amazon.awssdk.services.codebuild.model.ArtifactPackaging;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.CreateProjectRequest;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.ProjectArtifacts;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** A LocalCodeBuild on a directory, with a real S3 beside it and a list in place of the event bus. */
final class Home implements AutoCloseable {
    /** One event as the bus would get it. */
    record Event(String source, String detailType, List<String> resources, JsonNode detail) {
    }

    /** The machine's clock, which a test may push forward. */
    static final class PushedClock extends Clock {
        private volatile Duration ahead = Duration.ZERO;

        void push(Duration duration) {
            ahead = ahead.plus(duration);
        }

        @Override
        public Instant instant() {
            return Instant.now().plus(ahead);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    static final BuildEnvironment ENVIRONMENT = new BuildEnvironment("eu-west-1", "210987654321", "http://127.0.0.1:4566", 2);
    static final String PROJECT = "shop";
    static final String BUCKET = "store";

    final PushedClock clock = new PushedClock();
    final List<Event> events = new CopyOnWriteArrayList<>();
    /** What the bus was told while it was {@link #busDown}. */
    final List<String> refusedEvents = new CopyOnWriteArrayList<>();
    volatile boolean busDown;
    final S3Client s3;
    final Path directory;
    final LocalCodeBuild codeBuild;
    private final S3Store objects;
    private final Database database;

    private Home(Path directory, boolean busDown) {
        this.directory = directory;
        this.busDown = busDown;
        this.database = Database.open(directory.resolve("home.db"), Database.Durability.NORMAL);
        this.objects = new S3Store(database, directory.resolve("s3"), clock, event -> { });
        this.s3 = new LocalS3(objects);
        this.codeBuild = new LocalCodeBuild(database, directory, clock, s3, this::take, ENVIRONMENT);
    }

    static Home open(Path directory) {
        return started(new Home(directory, false));
    }

    /** With a bus that takes nothing. */
    static Home withBusDown(Path directory) {
        return started(new Home(directory, true));
    }

    private static Home started(Home home) {
        if (home.s3.listBuckets().buckets().isEmpty()) {
            home.s3.createBucket(request -> request.bucket(BUCKET));
            home.s3.putBucketVersioning(request -> request.bucket(BUCKET)
                    .versioningConfiguration(versioning -> versioning.status(BucketVersioningStatus.ENABLED)));
        }
        home.codeBuild.start();
        return home;
    }

    /** With a project of type CODEPIPELINE, as pipelines have them. */
    static Home withProject(Path directory) {
        Home home = open(directory);
        home.codeBuild.createProject(project(PROJECT).build());
        return home;
    }

    static CreateProjectRequest.Builder project(String name) {
        return CreateProjectRequest.builder().name(name).serviceRole("arn:aws:iam::210987654321:role/build")
                .source(source -> source.type(SourceType.CODEPIPELINE))
                .artifacts(artifacts -> artifacts.type(ArtifactsType.CODEPIPELINE))
                .environment(environment -> environment.type(EnvironmentType.LINUX_CONTAINER).image("aws/codebuild/standard:7.0")
                        .computeType(ComputeType.BUILD_GENERAL1_SMALL));
    }

    private void take(String source, String detailType, List<String> resources, String detail) {
        if (busDown) {
            refusedEvents.add(detail);
            throw new IllegalStateException("The bus is down");
        }
        try {
            events.add(new Event(source, detailType, resources, new ObjectMapper().readTree(detail)));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(detail, e);
        }
    }

    /** A build without source and output: just this buildspec. */
    static StartBuildRequest.Builder commands(String buildspec) {
        return StartBuildRequest.builder().projectName(PROJECT).sourceTypeOverride(SourceType.NO_SOURCE)
                .buildspecOverride(buildspec).artifactsOverride(artifacts -> artifacts.type(ArtifactsType.NO_ARTIFACTS));
    }

    /** A build of a ZIP with the given files, its output going to {@code store/out/app.zip}. */
    StartBuildRequest.Builder source(String... namesAndTexts) {
        put("in/source", Zips.of(namesAndTexts));
        return StartBuildRequest.builder().projectName(PROJECT).sourceTypeOverride(SourceType.S3)
                .sourceLocationOverride("store/in/source").artifactsOverride(zipOutput());
    }

    /** Stores an object and returns its version. */
    String put(String key, byte[] content) {
        return s3.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(content)).versionId();
    }

    byte[] content(String key) {
        return s3.getObject(request -> request.bucket(BUCKET).key(key), ResponseTransformer.toBytes()).asByteArray();
    }

    static ProjectArtifacts zipOutput() {
        return ProjectArtifacts.builder().type(ArtifactsType.S3).location("store").path("out").name("app.zip")
                .namespaceType(ArtifactNamespace.NONE).packaging(ArtifactPackaging.ZIP).build();
    }

    Build start(StartBuildRequest.Builder request) {
        return codeBuild.startBuild(request.build()).build();
    }

    Build run(StartBuildRequest.Builder request) {
        return ended(start(request).id());
    }

    Build run(String buildspec) {
        return run(commands(buildspec));
    }

    Build build(String id) {
        return codeBuild.batchGetBuilds(request -> request.ids(id)).builds().get(0);
    }

    Build ended(String id) {
        return await(id, Build::buildComplete);
    }

    Build await(String id, Predicate<Build> condition) {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                .until(() -> build(id), condition);
    }

    /** Waits until the log has a line that contains the text. */
    void awaitLine(String id, String expected) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                .until(() -> codeBuild.read(id, 0).lines().contains(expected));
    }

    List<String> log(String id) {
        List<String> lines = new ArrayList<>();
        LogLines part = new LogLines(List.of(), 0, false);
        while (!part.complete()) {
            part = codeBuild.read(id, part.nextOffset());
            lines.addAll(part.lines());
        }
        return lines;
    }

    /** What the commands wrote: the log without the service's lines. */
    List<String> output(String id) {
        return log(id).stream().filter(line -> !line.startsWith("[Container] ")).toList();
    }

    static BuildPhase phase(Build build, BuildPhaseType type) {
        return build.phases().stream().filter(phase -> phase.phaseType() == type).findFirst()
                .orElseThrow(() -> new AssertionError("no phase " + type + " in " + build.phases()));
    }

    static String message(Build build, BuildPhaseType type) {
        return phase(build, type).contexts().get(0).message();
    }

    /** Waits for the event that ends a build. */
    Event endEvent(Build build) {
        return Awaitility.await().atMost(Duration.ofSeconds(10)).pollInterval(Duration.ofMillis(20))
                .until(() -> events.stream().filter(event -> event.detailType().equals("CodeBuild Build State Change")
                        && event.resources().equals(List.of(build.arn()))
                        && event.detail().path("additional-information").path("build-complete").asBoolean()).findFirst().orElse(null),
                        event -> event != null);
    }

    @Override
    public void close() {
        codeBuild.close();
        objects.close();
        database.close();
    }
}
