package io.pipewright.local.home;

import io.pipewright.local.database.Database;
import io.pipewright.statemachine.definition.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.s3.S3Client;

/** A home of its own for a test class, and the clients that reach it as users do: over HTTP. */
final class TestHome implements BeforeAllCallback, AfterAllCallback {
    /** Bucket for artifacts. */
    static final String ARTIFACTS = "artifacts";
    /** Versioned bucket of sources. */
    static final String SOURCES = "sources";
    /** The object that {@link Sample#source} takes; it is there from the start. */
    static final String APP = "app.zip";
    /** Bucket that {@link Sample#deploy} fills. */
    static final String SITE = "site";

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Limits limits;
    private Path data;
    private LocalHome home;
    private CodePipelineClient codePipeline;
    private Wire wire;

    TestHome() {
        this(Limits.AWS);
    }

    TestHome(Limits limits) {
        this.limits = limits;
    }

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        data = Files.createTempDirectory("pipewright-home");
        home = LocalHome.open(new LocalHome.Options(data, 0, limits, Database.Durability.NORMAL));
        home.start();
        codePipeline = client(home);
        wire = new Wire(home.endpoint());
        for (String bucket : List.of(ARTIFACTS, SOURCES, SITE)) {
            s3().createBucket(request -> request.bucket(bucket));
        }
        s3().putBucketVersioning(request ->
                request.bucket(SOURCES).versioningConfiguration(versioning -> versioning.status("Enabled")));
        upload(APP, "first");
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        codePipeline.close();
        home.close();
        try (Stream<Path> files = Files.walk(data)) {
            files.sorted(Comparator.reverseOrder()).forEach(TestHome::delete);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CodePipelineClient client(LocalHome home) {
        return client(home.endpoint());
    }

    /** A client that shows every fault: it doesn't try again. */
    static CodePipelineClient client(URI endpoint) {
        return configured(CodePipelineClient.builder(), endpoint).build();
    }

    /** The same for S3. */
    static S3Client s3(URI endpoint) {
        return configured(S3Client.builder(), endpoint).forcePathStyle(true).build();
    }

    private static <B extends AwsSyncClientBuilder<B, ?> & AwsClientBuilder<B, ?>> B configured(B builder, URI endpoint) {
        return builder.endpointOverride(endpoint).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(settings -> settings.retryStrategy(DefaultRetryStrategy.doNotRetry()));
    }

    LocalHome home() {
        return home;
    }

    Path data() {
        return data;
    }

    CodePipelineClient codePipeline() {
        return codePipeline;
    }

    S3Client s3() {
        return home.engine().clients().s3().get();
    }

    /** The API without the SDK's own opinions. */
    Wire wire() {
        return wire;
    }

    /** Uploads a ZIP with one page that holds the text; returns its version id. */
    String upload(String key, String text) {
        return s3().putObject(request -> request.bucket(SOURCES).key(key), RequestBody.fromBytes(zip(text))).versionId();
    }

    static byte[] zip(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("index.html"));
            zip.write(text.getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    Pipeline create(PipelineDeclaration declaration) {
        codePipeline.createPipeline(request -> request.pipeline(declaration));
        return new Pipeline(this, declaration);
    }

    /** Waits until the assertion holds, as long as a busy machine may take. */
    static void eventually(ThrowingRunnable assertion) {
        Awaitility.await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(20))
                .untilAsserted(assertion);
    }

    /** The caller that the home takes everyone for. */
    String caller() {
        return "arn:aws:iam::" + LocalHome.ACCOUNT + ":user/"
                + System.getProperty("user.name", "local").replaceAll("[^A-Za-z0-9+=,.@_-]", "-");
    }
}
