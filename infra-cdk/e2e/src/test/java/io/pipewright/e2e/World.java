package io.pipewright.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.Bucket;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;

/** A deployment of its own with buckets beside it. All its names hold the same random id, so that many find room in one emulator. */
final class World implements AutoCloseable {
    private final String id = "e2e" + UUID.randomUUID().toString().substring(0, 8);
    private final S3Client s3;
    private final LambdaClient lambda;
    private final EventBridgeClient events;
    private final Deployed stack;
    private final DeployedApi api;
    private final ReviewPages pages;
    private final Mailbox mailbox;

    /** @param folder for what is synthesized */
    World(Emulator aws, Path folder) throws Exception {
        this.s3 = aws.client(S3Client.builder().forcePathStyle(true));
        this.lambda = aws.client(LambdaClient.builder());
        this.events = aws.client(EventBridgeClient.builder());
        s3.createBucket(request -> request.bucket(sources()));
        s3.putBucketVersioning(request -> request.bucket(sources())
                .versioningConfiguration(versioning -> versioning.status("Enabled")));
        s3.putBucketNotificationConfiguration(request -> request.bucket(sources())
                .notificationConfiguration(notifications -> notifications.eventBridgeConfiguration(bridge -> { })));
        s3.createBucket(request -> request.bucket(site()));
        this.stack = Deployed.deploy(aws, s3, Assembly.synthesize(folder, decisions()), "Pipewright-" + id);
        this.api = DeployedApi.at(aws, stack.output("ApiEndpoint"), new GatewayFunction(lambda, id + "-api"));
        this.pages = new ReviewPages(aws, stack.output("JobsEndpoint"), new GatewayFunction(lambda, id + "-review"));
        this.mailbox = new Mailbox(aws, stack.output("ApproverTopic"), id + "-mailbox");
    }

    private Map<String, String> decisions() {
        Map<String, String> decisions = new HashMap<>();
        decisions.put("prefix", id);
        decisions.put("removalPolicy", "destroy");
        decisions.put("java", System.getProperty("pipewright.e2e.java", "21"));
        decisions.put("architecture", System.getProperty("os.arch").toLowerCase(Locale.ROOT).matches("aarch64|arm64")
                ? "arm64" : "x86_64");
        decisions.put("sourceBuckets", sources());
        decisions.put("deployBuckets", site() + "," + later());
        return decisions;
    }

    CodePipelineClient codePipeline() {
        return api.client();
    }

    S3Client s3() {
        return s3;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    Deployed stack() {
        return stack;
    }

    ReviewPages pages() {
        return pages;
    }

    /** Versioned, and says to EventBridge what comes. */
    String sources() {
        return id + "-sources";
    }

    String site() {
        return id + "-site";
    }

    /** A bucket that the deployment may write to as soon as it is there. */
    String later() {
        return id + "-later";
    }

    /** Uploads a ZIP with a page that holds the text; returns its version id. */
    String upload(String key, String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("index.html"));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        return s3.putObject(request -> request.bucket(sources()).key(key), RequestBody.fromBytes(bytes.toByteArray())).versionId();
    }

    /** A rule of the user's own: an upload starts the pipeline. */
    void startByUpload(String pipeline, String key) {
        events.putRule(request -> request.name(rule(pipeline)).eventPattern("""
                {"source":["aws.s3"],"detail-type":["Object Created"],\
                "detail":{"bucket":{"name":["%s"]},"object":{"key":["%s"]}}}""".formatted(sources(), key)));
        events.putTargets(request -> request.rule(rule(pipeline)).targets(Target.builder()
                .id("pipewright").arn(stack.output("TriggerFunction")).input("{\"name\":\"" + pipeline + "\"}").build()));
    }

    void removeRule(String pipeline) {
        events.removeTargets(request -> request.rule(rule(pipeline)).ids("pipewright"));
        events.deleteRule(request -> request.name(rule(pipeline)));
    }

    private String rule(String pipeline) {
        return id + "-" + pipeline;
    }

    String page(String bucket, String key) {
        return s3.getObjectAsBytes(request -> request.bucket(bucket).key(key)).asUtf8String();
    }

    Pipeline create(PipelineDeclaration declaration) {
        codePipeline().createPipeline(request -> request.pipeline(declaration));
        return new Pipeline(codePipeline(), declaration.name());
    }

    /** Leaves the emulator as it was. */
    @Override
    public void close() throws Exception {
        codePipeline().listPipelines().pipelines().forEach(pipeline ->
                codePipeline().deletePipeline(request -> request.name(pipeline.name())));
        String artifacts = stack.output("ArtifactBucket");
        mailbox.close();
        api.close();
        s3.listBuckets().buckets().stream().map(Bucket::name)
                .filter(bucket -> bucket.startsWith(id) || bucket.equals(artifacts)).forEach(this::empty);
        stack.close();
        lambda.close();
        events.close();
        s3.close();
    }

    private void empty(String bucket) {
        s3.listObjectsV2(request -> request.bucket(bucket)).contents().forEach(object ->
                s3.deleteObject(request -> request.bucket(bucket).key(object.key())));
        ListObjectVersionsResponse objects = s3.listObjectVersions(request -> request.bucket(bucket));
        objects.versions().forEach(version -> s3.deleteObject(request ->
                request.bucket(bucket).key(version.key()).versionId(version.versionId())));
        objects.deleteMarkers().forEach(marker -> s3.deleteObject(request ->
                request.bucket(bucket).key(marker.key()).versionId(marker.versionId())));
        if (bucket.startsWith(id)) {
            s3.deleteBucket(request -> request.bucket(bucket));
        }
    }
}
