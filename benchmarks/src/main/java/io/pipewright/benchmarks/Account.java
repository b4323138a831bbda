package io.pipewright.benchmarks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.PipelineType;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;

/** A server seen by its user: clients, buckets, and pipelines that take a small archive from S3 and extract it to S3. */
final class Account implements AutoCloseable {
    private static final StaticCredentialsProvider CREDENTIALS =
            StaticCredentialsProvider.create(AwsBasicCredentials.create("local", "local"));
    private static final String SOURCE = "source";
    private static final String SITE = "site";
    private static final String ARTIFACTS = "artifacts";
    private static final String ARCHIVE = "site.zip";
    private static final int FILES = 3;

    private final CodePipelineClient pipelines;
    private final S3Client s3;

    Account(Server server) {
        pipelines = CodePipelineClient.builder().endpointOverride(server.endpoint()).region(Region.US_EAST_1)
                .credentialsProvider(CREDENTIALS).httpClient(UrlConnectionHttpClient.create()).build();
        s3 = S3Client.builder().endpointOverride(server.endpoint()).region(Region.US_EAST_1).forcePathStyle(true)
                .credentialsProvider(CREDENTIALS).httpClient(UrlConnectionHttpClient.create()).build();
    }

    CodePipelineClient pipelines() {
        return pipelines;
    }

    /** Makes the buckets and puts the archive into the source bucket. */
    void prepare() {
        for (String bucket : List.of(SOURCE, SITE, ARTIFACTS)) {
            createBucket(bucket);
        }
        s3.putBucketVersioning(request -> request.bucket(SOURCE)
                .versioningConfiguration(versioning -> versioning.status(BucketVersioningStatus.ENABLED)));
        s3.putObject(request -> request.bucket(SOURCE).key(ARCHIVE), RequestBody.fromBytes(archive()));
    }

    private void createBucket(String name) {
        try {
            s3.createBucket(request -> request.bucket(name));
        } catch (BucketAlreadyOwnedByYouException e) {
            // Left by an earlier start on the same data.
            return;
        }
    }

    static byte[] archive() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < FILES; i++) {
                zip.putNextEntry(new ZipEntry("page" + i + ".html"));
                zip.write(("<p>Page " + i + "</p>").repeat(50).getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Creates a pipeline and waits for the execution that its creation starts. */
    void createPipeline(String name, ExecutionMode mode) {
        StageDeclaration source = StageDeclaration.builder().name("Source").actions(ActionDeclaration.builder()
                .name("Fetch").outputArtifacts(artifact -> artifact.name("Site"))
                .actionTypeId(type -> type.category("Source").owner("AWS").provider("S3").version("1"))
                .configuration(Map.of("S3Bucket", SOURCE, "S3ObjectKey", ARCHIVE, "PollForSourceChanges", "false"))
                .build()).build();
        StageDeclaration deploy = StageDeclaration.builder().name("Deploy").actions(ActionDeclaration.builder()
                .name("Publish").inputArtifacts(artifact -> artifact.name("Site"))
                .actionTypeId(type -> type.category("Deploy").owner("AWS").provider("S3").version("1"))
                .configuration(Map.of("BucketName", SITE, "Extract", "true"))
                .build()).build();
        pipelines.createPipeline(request -> request.pipeline(PipelineDeclaration.builder()
                .name(name).roleArn("arn:aws:iam::000000000000:role/pipeline").pipelineType(PipelineType.V2)
                .executionMode(mode).artifactStore(store -> store.type("S3").location(ARTIFACTS))
                .stages(source, deploy).build()));
        awaitSuccess(name, newest(name, 1).get(0).pipelineExecutionId());
    }

    /** Updates a pipeline to another execution mode. */
    void switchTo(String name, ExecutionMode mode) {
        PipelineDeclaration declared = pipelines.getPipeline(request -> request.name(name)).pipeline();
        pipelines.updatePipeline(request -> request.pipeline(declared.toBuilder().executionMode(mode).build()));
    }

    String start(String pipeline) {
        return pipelines.startPipelineExecution(request -> request.name(pipeline)).pipelineExecutionId();
    }

    /** Looks every few milliseconds, so that looking takes little from what is looked at. */
    void awaitSuccess(String pipeline, String execution) {
        while (true) {
            PipelineExecutionStatus status = pipelines.getPipelineExecution(request -> request
                    .pipelineName(pipeline).pipelineExecutionId(execution)).pipelineExecution().status();
            if (status == PipelineExecutionStatus.SUCCEEDED) {
                return;
            }
            if (status != PipelineExecutionStatus.IN_PROGRESS) {
                throw new IllegalStateException("The execution " + execution + " is " + status);
            }
            pause(4);
        }
    }

    List<PipelineExecutionSummary> newest(String pipeline, int count) {
        return pipelines.listPipelineExecutions(request -> request.pipelineName(pipeline).maxResults(count))
                .pipelineExecutionSummaries();
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        pipelines.close();
        s3.close();
    }
}
