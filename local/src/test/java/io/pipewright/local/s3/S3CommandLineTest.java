package io.pipewright.local.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pipewright.local.http.LocalServer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;

/** What users type; needs the {@code aws} command. */
class S3CommandLineTest {
    @TempDir
    Path directory;

    private S3TestHome home;
    private LocalServer server;
    private LocalS3 s3;

    @BeforeEach
    void open() {
        boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "aws")));
        assumeTrue(installed, "the aws command is not installed");
        home = new S3TestHome(directory);
        server = S3Access.serve(home);
        s3 = new LocalS3(home.store);
    }

    @AfterEach
    void close() {
        if (server != null) {
            server.close();
            home.close();
        }
    }

    private String aws(String... words) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("aws"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.putAll(Map.of("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:" + server.port(), "AWS_ACCESS_KEY_ID", "local",
                "AWS_SECRET_ACCESS_KEY", "local", "AWS_DEFAULT_REGION", "us-east-1", "AWS_CONFIG_FILE", "/dev/null",
                "AWS_SHARED_CREDENTIALS_FILE", "/dev/null", "AWS_EC2_METADATA_DISABLED", "true", "AWS_PAGER", ""));
        environment.put("PYTHONIOENCODING", "utf-8");
        environment.keySet().removeIf(name -> name.equals("AWS_PROFILE") || name.equals("AWS_SESSION_TOKEN"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("aws %s: %s", String.join(" ", words), output).isZero();
        return output;
    }

    @Test
    void filesAreCopiedListedMovedAndRemoved() throws IOException, InterruptedException {
        aws("s3", "mb", "s3://shop");
        byte[] large = S3Contract.random(20 << 20, 1);
        Files.write(directory.resolve("large.bin"), large);
        aws("s3", "cp", "--no-progress", "large.bin", "s3://shop/dir/large.bin");
        assertThat(s3.headObject(b -> b.bucket("shop").key("dir/large.bin")).eTag()).endsWith("-3\"");
        aws("s3", "cp", "--no-progress", "s3://shop/dir/large.bin", "back.bin");
        assertThat(Files.readAllBytes(directory.resolve("back.bin"))).isEqualTo(large);
        assertThat(aws("s3", "ls", "s3://shop/dir/")).contains("20971520 large.bin");
        aws("s3", "mv", "--no-progress", "s3://shop/dir/large.bin", "s3://shop/moved ü.bin");
        assertThat(s3.getObjectAsBytes(b -> b.bucket("shop").key("moved ü.bin")).asByteArray()).isEqualTo(large);
        aws("s3", "rm", "s3://shop/moved ü.bin");
        assertThat(s3.listObjectsV2(b -> b.bucket("shop")).contents()).isEmpty();
    }

    @Test
    void foldersAreSynchronised() throws IOException, InterruptedException {
        s3.createBucket(b -> b.bucket("shop"));
        Path folder = Files.createDirectories(directory.resolve("site/a b"));
        // S3 tells whole seconds: a file written in the second of its upload counts as newer.
        FileTime earlier = FileTime.from(Instant.now().minusSeconds(3600));
        Files.setLastModifiedTime(Files.writeString(directory.resolve("site/index.html"), "<h1>shop</h1>"), earlier);
        Files.setLastModifiedTime(Files.writeString(folder.resolve("ü+1.txt"), "umlaut"), earlier);
        aws("s3", "sync", "--no-progress", "site", "s3://shop/site");
        assertThat(s3.listObjectsV2(b -> b.bucket("shop")).contents()).extracting(object -> object.key())
                .containsExactly("site/a b/ü+1.txt", "site/index.html");
        assertThat(s3.headObject(b -> b.bucket("shop").key("site/index.html")).contentType()).isEqualTo("text/html");
        assertThat(aws("s3", "sync", "--no-progress", "site", "s3://shop/site").trim()).as("nothing left to do").isEmpty();
        s3.deleteObject(b -> b.bucket("shop").key("site/index.html"));
        aws("s3", "sync", "--no-progress", "--delete", "s3://shop/site", "site");
        assertThat(Files.exists(directory.resolve("site/index.html"))).isFalse();
        assertThat(Files.readString(folder.resolve("ü+1.txt"))).isEqualTo("umlaut");
        aws("s3", "rb", "--force", "s3://shop");
        assertThat(s3.listBuckets().buckets()).isEmpty();
    }

    @Test
    void aPresignedUrlOpensWithoutCredentials() throws IOException, InterruptedException {
        s3.createBucket(b -> b.bucket("shop"));
        s3.putObject(b -> b.bucket("shop").key("a b.txt"), RequestBody.fromString("hello"));
        String url = aws("s3", "presign", "s3://shop/a b.txt").trim();
        try (InputStream body = URI.create(url).toURL().openStream()) {
            assertThat(body.readAllBytes()).isEqualTo(S3Contract.utf8("hello"));
        }
    }

    @Test
    void theSingleOperationsAnswerToo() throws IOException, InterruptedException {
        s3.createBucket(b -> b.bucket("shop"));
        aws("s3api", "put-bucket-versioning", "--bucket", "shop", "--versioning-configuration", "Status=Enabled");
        aws("s3api", "put-bucket-notification-configuration", "--bucket", "shop", "--notification-configuration",
                "{\"EventBridgeConfiguration\":{}}");
        assertThat(aws("s3api", "get-bucket-notification-configuration", "--bucket", "shop")).contains("EventBridgeConfiguration");
        Files.writeString(directory.resolve("f"), "hello");
        assertThat(aws("s3api", "put-object", "--bucket", "shop", "--key", "k", "--body", "f", "--metadata", "Foo=Bar",
                "--tagging", "a=1", "--checksum-algorithm", "SHA256")).contains("VersionId", "ChecksumSHA256");
        assertThat(aws("s3api", "head-object", "--bucket", "shop", "--key", "k", "--checksum-mode", "ENABLED"))
                .contains("\"foo\": \"Bar\"", "ChecksumSHA256");
        s3.deleteObject(b -> b.bucket("shop").key("k"));
        assertThat(aws("s3api", "list-object-versions", "--bucket", "shop")).contains("DeleteMarkers", "\"IsLatest\": true");
        assertThat(aws("s3api", "get-bucket-acl", "--bucket", "shop")).contains("FULL_CONTROL", "CanonicalUser");
    }
}
