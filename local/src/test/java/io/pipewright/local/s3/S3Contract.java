package io.pipewright.local.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** What S3 promises, asked of the twin in process and over HTTP, each test in a bucket of its own. */
@ParameterizedClass
@EnumSource(S3Access.class)
abstract class S3Contract {
    @Parameter
    S3Access access;

    @TempDir
    Path directory;

    private S3Access.Session session;
    S3Client s3;
    final String bucket = "pipewright-" + UUID.randomUUID();

    @BeforeEach
    void open() {
        session = access.open(directory);
        s3 = session.s3();
        s3.createBucket(b -> b.bucket(bucket));
    }

    @AfterEach
    void close() {
        session.close();
    }

    PutObjectResponse put(String key, String text) {
        return s3.putObject(b -> b.bucket(bucket).key(key), RequestBody.fromString(text));
    }

    String get(String key) {
        return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key)).asUtf8String();
    }

    String get(String key, String versionId) {
        return s3.getObjectAsBytes(b -> b.bucket(bucket).key(key).versionId(versionId)).asUtf8String();
    }

    void version(BucketVersioningStatus status) {
        s3.putBucketVersioning(b -> b.bucket(bucket).versioningConfiguration(v -> v.status(status)));
    }

    List<String> keys() {
        return s3.listObjectsV2(b -> b.bucket(bucket)).contents().stream().map(object -> object.key()).toList();
    }

    /** The call is refused with this status and code; the code is not asked of answers to HEAD, which have none. */
    static S3Exception assertRefused(int status, String code, ThrowingCallable call) {
        S3Exception refusal = catchThrowableOfType(S3Exception.class, call);
        assertThat(refusal).as("refusal").isNotNull();
        assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo(code);
        assertThat(refusal.statusCode()).isEqualTo(status);
        return refusal;
    }

    static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
