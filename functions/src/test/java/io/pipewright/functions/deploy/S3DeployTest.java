package io.pipewright.functions.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.action.SampleWork;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectCannedACL;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;

class S3DeployTest {
    private final Bucket s3 = new Bucket();
    private final S3Deploy deploy = new S3Deploy(SampleWork.engine(() -> s3, () -> null));

    private Progress.Succeeded run(String... configuration) throws ActionFailure {
        return (Progress.Succeeded) deploy.start(
                SampleWork.of(ActionCategory.DEPLOY, "S3", configuration(configuration)).work());
    }

    private ActionFailure failure(String... configuration) {
        return catchThrowableOfType(ActionFailure.class, () -> run(configuration));
    }

    private static Map<String, String> configuration(String... namesAndValues) {
        Map<String, String> map = new HashMap<>(Map.of("BucketName", "site", "Extract", "true"));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    // Files of an archive

    @Test
    void everyFileBecomesAnObjectAndDirectoriesDont() throws Exception {
        s3.artifact = new ZipBytes().stored("index.html", "<p>").stored("css/", "").stored("css/a.css", "a{}").bytes();

        Progress.Succeeded done = run();

        assertThat(s3.keys()).containsExactlyInAnyOrder("index.html", "css/a.css");
        assertThat(s3.text("css/a.css")).isEqualTo("a{}");
        assertThat(done.result().externalId()).contains("site");
        assertThat(done.result().summary()).contains("Deployment Succeeded");
        assertThat(done.result().url()).isEmpty();
        assertThat(done.variables()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"release, release/index.html, site/release", "prefix/, prefix//index.html, site/prefix/"})
    void anObjectKeyIsPutInFrontWithASlash(String key, String expected, String externalId) throws Exception {
        s3.artifact = new ZipBytes().stored("index.html", "<p>").bytes();

        assertThat(run("ObjectKey", key).result().externalId()).contains(externalId);
        assertThat(s3.keys()).containsExactly(expected);
    }

    @Test
    void datetimeAndUuidAreThoseOfTheActionExecution() throws Exception {
        s3.artifact = new ZipBytes().stored("a", "a").bytes();

        run("ObjectKey", "{datetime}/{uuid}");

        assertThat(s3.keys()).containsExactly("2031-03-04_09-18-05/" + SampleWork.ID + "/a");
    }

    @Test
    void leadingSlashesStayBackslashesTurnAndLinksAreTheirText() throws Exception {
        s3.artifact = new ZipBytes().stored("/leading.txt", "l").stored("windows\\key.txt", "w")
                .stored("nested/link", "../target.txt").bytes();

        run();

        assertThat(s3.keys()).containsExactlyInAnyOrder("/leading.txt", "windows/key.txt", "nested/link");
        assertThat(s3.text("nested/link")).isEqualTo("../target.txt");
    }

    @Test
    void theSameNameTwiceIsWrittenTwiceInTheArchivesOrder() throws Exception {
        ZipBytes zip = new ZipBytes();
        for (int i = 0; i < 30; i++) {
            zip.stored("other" + i, "").stored("twice.txt", Integer.toString(i));
        }
        s3.artifact = zip.bytes();

        run();

        assertThat(s3.bodies("twice.txt")).hasSize(30).isSortedAccordingTo((a, b) -> Integer.parseInt(a) - Integer.parseInt(b));
    }

    @Test
    void dotDotFailsWhenItsTurnComesAndWhatWasWrittenStays() {
        s3.artifact = new ZipBytes().stored("first.txt", "1").stored("nested/../relative.txt", "2")
                .stored("last.txt", "3").bytes();

        ActionFailure failure = failure();

        assertThat(failure.code()).isEqualTo("ConfigurationError");
        assertThat(failure).hasMessage("The file name nested/../relative.txt contains invalid sequence: dot-dot-slash.");
        assertThat(failure.sofar().externalId()).isEmpty();
        assertThat(s3.keys()).containsExactly("first.txt");
    }

    @Test
    void contentsOfEverySizeArriveWhole() throws Exception {
        byte[] large = new byte[3 * 1024 * 1024];
        new Random(7).nextBytes(large);
        s3.artifact = new ZipBytes().deflated("large.bin", large).deflated("empty", new byte[0])
                .deflated("small", new byte[] {1}).bytes();

        run();

        assertThat(s3.body("large.bin")).isEqualTo(large);
        assertThat(s3.body("empty")).isEmpty();
        assertThat(s3.body("small")).containsExactly(1);
    }

    @Test
    void archivesWithDataDescriptorsAndOtherWritersNamesAreRead() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setComment("a comment, which the end record counts");
            zip.putNextEntry(new ZipEntry("grüße.txt"));
            zip.write("hallo".getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
        s3.artifact = bytes.toByteArray();

        run();

        assertThat(s3.text("grüße.txt")).isEqualTo("hallo");
    }

    @Test
    void aFileOfMoreBytesThanTheArchiveSaysIsMalformed() {
        s3.artifact = new ZipBytes().lying("bomb", new byte[100_000], 10).bytes();
        assertThat(failure()).hasMessage("The archive is malformed.");

        s3.artifact = new ZipBytes().lying("bomb", new byte[5_000_000], 4_000_000).bytes();
        assertThat(failure()).hasMessage("The archive is malformed.");
    }

    @Test
    void whatIsNoArchiveOrABrokenOneIsMalformed() {
        byte[] good = new ZipBytes().deflated("a", new byte[1000]).bytes();
        List<byte[]> bad = new ArrayList<>();
        bad.add("owned corrupt archive".getBytes(StandardCharsets.UTF_8));
        bad.add(new byte[0]);
        bad.add(java.util.Arrays.copyOf(good, good.length - 1));
        bad.add(java.util.Arrays.copyOfRange(good, 20, good.length));
        bad.add(new ZipBytes().encrypted("secret").bytes());
        byte[] flipped = good.clone();
        flipped[33] ^= 1;
        bad.add(flipped);
        for (byte[] archive : bad) {
            s3.artifact = archive;
            ActionFailure failure = failure();
            assertThat(failure.code()).isEqualTo("JobFailed");
            assertThat(failure).hasMessage("The archive is malformed.");
        }
        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void randomDamageNeverDoesMoreThanFail() {
        byte[] good = new ZipBytes().deflated("a", new byte[1000]).stored("b/c", "text").stored("d", "").bytes();
        Random random = new Random(11);
        for (int i = 0; i < 500; i++) {
            byte[] bad = good.clone();
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            s3.artifact = bad;
            try {
                run();
            } catch (ActionFailure e) {
                assertThat(e.code()).isIn("JobFailed", "ConfigurationError");
            }
        }
    }

    @Test
    void tooManyFilesFailBeforeAnyIsWritten() {
        ZipBytes zip = new ZipBytes();
        for (int i = 0; i <= S3Deploy.MOST_FILES; i++) {
            zip.stored("f" + i, "");
        }
        s3.artifact = zip.bytes();

        assertThat(failure()).hasMessageContaining("more than 100000 files");
        assertThat(s3.keys()).isEmpty();
    }

    // How objects are written

    @ParameterizedTest
    @CsvSource({
        "README, application/octet-stream", "UPPER.HTML, text/html", "app.js, application/x-javascript",
        "asset.bin, application/octet-stream", "config.xml, application/xml", "font.woff2, application/octet-stream",
        "image.jpg, image/jpeg", "image.png, image/png", "image.svg, image/svg+xml", "nested/config.json, application/json",
        "plain.txt, text/plain", "source.map, application/octet-stream", "style.css, text/css",
        "folder.html/README, application/octet-stream"})
    void contentTypesFollowTheEndingAsRecorded(String name, String type) throws Exception {
        s3.artifact = new ZipBytes().stored(name, "x").bytes();

        run();

        assertThat(s3.puts.get(0).contentType()).isEqualTo(type);
    }

    @Test
    void configuredHeadersGoWithEveryObject() throws Exception {
        s3.artifact = new ZipBytes().stored("a", "a").stored("b", "b").bytes();

        run("CannedACL", "bucket-owner-full-control", "CacheControl", "public, max-age=600",
                "KMSEncryptionKeyARN", "arn:aws:kms:eu-west-1:210987654321:key/k");

        assertThat(s3.puts).hasSize(2).allSatisfy(put -> {
            assertThat(put.acl()).isEqualTo(ObjectCannedACL.BUCKET_OWNER_FULL_CONTROL);
            assertThat(put.cacheControl()).isEqualTo("public, max-age=600");
            assertThat(put.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
            assertThat(put.ssekmsKeyId()).isEqualTo("arn:aws:kms:eu-west-1:210987654321:key/k");
        });
    }

    @Test
    void withoutConfigurationTheBucketsDefaultsHold() throws Exception {
        s3.artifact = new ZipBytes().stored("a", "a").bytes();

        run();

        assertThat(s3.puts.get(0)).isEqualTo(PutObjectRequest.builder()
                .bucket("site").key("a").contentType("application/octet-stream").build());
    }

    // The archive as it is

    @Test
    void withoutExtractTheArchiveItselfIsCopiedAsOnePart() throws Exception {
        s3.artifact = new byte[] {1, 2, 3};

        Progress.Succeeded done = run("Extract", "false", "ObjectKey", "raw/source.zip", "CannedACL", "private",
                "CacheControl", "no-store");

        assertThat(done.result().externalId()).contains("site/raw/source.zip");
        assertThat(s3.uploads).containsExactly(CreateMultipartUploadRequest.builder()
                .bucket("site").key("raw/source.zip").contentType("application/octet-stream").cacheControl("no-store")
                .acl("private").build());
        assertThat(s3.copies).containsExactly(UploadPartCopyRequest.builder()
                .sourceBucket("artifacts").sourceKey("shop/Source/in").destinationBucket("site")
                .destinationKey("raw/source.zip").uploadId("upload").partNumber(1).build());
        assertThat(s3.completed).hasSize(1);
    }

    @Test
    void archivesBeyondTheLargestPartAreCopiedInSeveral() throws Exception {
        s3.size = 7L * 1024 * 1024 * 1024;

        run("Extract", "false", "ObjectKey", "k");

        assertThat(s3.copies).extracting(UploadPartCopyRequest::copySourceRange)
                .containsExactly("bytes=0-5368709119", "bytes=5368709120-7516192767");
        assertThat(s3.completed.get(0).multipartUpload().parts()).extracting(part -> part.partNumber())
                .containsExactly(1, 2);
    }

    // What goes wrong

    @ParameterizedTest
    @ValueSource(strings = {"True", "yes", " true ", ""})
    void extractIsExactlyTrueOrFalse(String value) {
        ActionFailure failure = failure("Extract", value);

        assertThat(failure.code()).isEqualTo("ConfigurationError");
        assertThat(failure).hasMessage("Invalid value for configuration property '" + value
                + "': 'Extract'. Edit your pipeline and set 'Extract' to either 'true' or 'false'.");
    }

    @Test
    void withoutExtractThereMustBeAKey() {
        assertThat(failure("Extract", "false")).hasMessage("When the extract feature is disabled, you must provide an "
                + "object. Edit your pipeline to fix the configuration.");
    }

    @Test
    void anUnknownCannedAclIsRefusedByName() {
        assertThat(failure("CannedACL", "everyone")).hasMessageContaining("'everyone'").hasMessageContaining("public-read");
    }

    @Test
    void aDeniedPutIsAPermissionErrorWithCodePipelinesWords() {
        s3.artifact = new ZipBytes().stored("a", "a").bytes();
        s3.refusal = error(403, "AccessDenied", "Access Denied");

        ActionFailure failure = failure();

        assertThat(failure.code()).isEqualTo("PermissionError");
        assertThat(failure).hasMessageStartingWith(
                "You do not have sufficient permissions to call s3.putObject for the deployment bucket, site. Verify")
                .hasMessageContaining("Error Code: AccessDenied");
        assertThat(failure.sofar().externalId()).isEmpty();
    }

    @Test
    void aMissingBucketIsAConfigurationErrorThatNamesIt() {
        s3.artifact = new ZipBytes().stored("a", "a").bytes();
        s3.refusal = error(404, "NoSuchBucket", "The specified bucket does not exist");

        ActionFailure failure = failure();

        assertThat(failure.code()).isEqualTo("ConfigurationError");
        assertThat(failure).hasMessageContaining("bucket site does not exist");
    }

    @Test
    void anArtifactThatNobodyWroteIsAConfigurationError() {
        assertThat(failure().code()).isEqualTo("ConfigurationError");
        assertThat(failure("Extract", "false", "ObjectKey", "k"))
                .hasMessageContaining("Source").hasMessageContaining("artifacts/shop/Source/in");
    }

    @Test
    void faultsOfS3AreNoFaultsOfTheAction() {
        s3.artifact = new ZipBytes().stored("a", "a").bytes();
        s3.refusal = error(503, "SlowDown", "Reduce your request rate");

        assertThatThrownBy(() -> run()).isSameAs(s3.refusal);
    }

    private static S3Exception error(int status, String code, String message) {
        return (S3Exception) S3Exception.builder().statusCode(status).requestId("R").message(message)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode(code).errorMessage(message).build()).build();
    }

    /** Records what is asked of S3 and keeps what is put. */
    private static final class Bucket implements S3Client {
        private final List<PutObjectRequest> puts = new ArrayList<>();
        private final List<byte[]> contents = new ArrayList<>();
        private final List<CreateMultipartUploadRequest> uploads = new ArrayList<>();
        private final List<UploadPartCopyRequest> copies = new ArrayList<>();
        private final List<CompleteMultipartUploadRequest> completed = new ArrayList<>();
        private byte[] artifact;
        private long size = -1;
        private S3Exception refusal;

        private synchronized List<String> keys() {
            return puts.stream().map(PutObjectRequest::key).toList();
        }

        private byte[] body(String key) {
            return contents.get(keys().lastIndexOf(key));
        }

        private String text(String key) {
            return new String(body(key), StandardCharsets.UTF_8);
        }

        private List<String> bodies(String key) {
            List<String> found = new ArrayList<>();
            for (int i = 0; i < puts.size(); i++) {
                if (puts.get(i).key().equals(key)) {
                    found.add(new String(contents.get(i), StandardCharsets.UTF_8));
                }
            }
            return found;
        }

        @Override
        public <T> T getObject(GetObjectRequest request, ResponseTransformer<GetObjectResponse, T> transformer) {
            try {
                return transformer.transform(GetObjectResponse.builder().build(),
                        AbortableInputStream.create(new ByteArrayInputStream(found())));
            } catch (Exception e) {
                throw e instanceof RuntimeException known ? known : new IllegalStateException(e);
            }
        }

        private byte[] found() {
            if (artifact == null) {
                throw error(404, "NoSuchKey", "The specified key does not exist.");
            }
            return artifact;
        }

        @Override
        public HeadObjectResponse headObject(HeadObjectRequest request) {
            return HeadObjectResponse.builder().contentLength(size < 0 ? found().length : size).build();
        }

        @Override
        public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
            if (refusal != null) {
                throw refusal;
            }
            try (InputStream content = body.contentStreamProvider().newStream()) {
                byte[] bytes = content.readAllBytes();
                synchronized (this) {
                    puts.add(request);
                    contents.add(bytes);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return PutObjectResponse.builder().build();
        }

        @Override
        public CreateMultipartUploadResponse createMultipartUpload(CreateMultipartUploadRequest request) {
            uploads.add(request);
            return CreateMultipartUploadResponse.builder().uploadId("upload").build();
        }

        @Override
        public UploadPartCopyResponse uploadPartCopy(UploadPartCopyRequest request) {
            copies.add(request);
            return UploadPartCopyResponse.builder().copyPartResult(part -> part.eTag("e" + copies.size())).build();
        }

        @Override
        public CompleteMultipartUploadResponse completeMultipartUpload(CompleteMultipartUploadRequest request) {
            completed.add(request);
            return CompleteMultipartUploadResponse.builder().build();
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() { }
    }
}
