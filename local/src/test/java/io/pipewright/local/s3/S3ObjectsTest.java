package io.pipewright.local.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.MetadataDirective;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.StorageClass;
import software.amazon.awssdk.services.s3.model.TaggingDirective;
import software.amazon.awssdk.services.s3.model.Tag;

class S3ObjectsTest extends S3Contract {

    @Test
    void whatWasPutIsGot() {
        PutObjectResponse stored = put("a/b.txt", "hello");
        assertThat(stored.eTag()).isEqualTo("\"5d41402abc4b2a76b9719d911017c592\"");
        assertThat(stored.versionId()).isNull();
        assertThat(stored.checksumCRC32()).isEqualTo("NhCmhg==");
        assertThat(stored.serverSideEncryption()).isEqualTo(ServerSideEncryption.AES256);

        GetObjectResponse got = s3.getObjectAsBytes(b -> b.bucket(bucket).key("a/b.txt")).response();
        assertThat(get("a/b.txt")).isEqualTo("hello");
        assertThat(got.contentLength()).isEqualTo(5);
        assertThat(got.acceptRanges()).isEqualTo("bytes");
        assertThat(got.eTag()).isEqualTo(stored.eTag());
        assertThat(got.versionId()).isNull();
        assertThat(got.contentEncoding()).isNull();
        assertThat(got.lastModified().getNano()).isZero();
    }

    @Test
    void anEmptyObjectIsAnObject() {
        put("empty", "");
        assertThat(get("empty")).isEmpty();
        assertThat(s3.headObject(b -> b.bucket(bucket).key("empty")).contentLength()).isZero();
    }

    @Test
    void aPutReplacesWhatWasThere() {
        put("k", "one");
        put("k", "two");
        assertThat(get("k")).isEqualTo("two");
        assertThat(keys()).containsExactly("k");
    }

    @Test
    void headersAndMetadataComeBack() {
        s3.putObject(b -> b.bucket(bucket).key("k").contentType("text/plain").cacheControl("no-cache")
                .contentDisposition("attachment").contentEncoding("gzip").contentLanguage("de")
                .expires(Instant.parse("2030-01-01T00:00:00Z")).metadata(Map.of("Origin", "build 7"))
                .storageClass(StorageClass.STANDARD_IA), RequestBody.fromString("x"));
        HeadObjectResponse head = s3.headObject(b -> b.bucket(bucket).key("k"));
        assertThat(head.contentType()).isEqualTo("text/plain");
        assertThat(head.cacheControl()).isEqualTo("no-cache");
        assertThat(head.contentDisposition()).isEqualTo("attachment");
        assertThat(head.contentEncoding()).isEqualTo("gzip");
        assertThat(head.contentLanguage()).isEqualTo("de");
        assertThat(head.expiresString()).isEqualTo("Tue, 01 Jan 2030 00:00:00 GMT");
        assertThat(head.metadata()).containsExactly(Map.entry("origin", "build 7"));
        assertThat(head.storageClass()).isEqualTo(StorageClass.STANDARD_IA);
        assertThat(head.contentLength()).isEqualTo(1);
    }

    @Test
    void theStandardStorageClassIsNotMentioned() {
        s3.putObject(b -> b.bucket(bucket).key("k").storageClass(StorageClass.STANDARD), RequestBody.empty());
        assertThat(s3.headObject(b -> b.bucket(bucket).key("k")).storageClass()).isNull();
    }

    @Test
    void anObjectEncryptedWithKmsNamesItsKeyAndHasAnotherEtag() {
        PutObjectResponse stored = s3.putObject(b -> b.bucket(bucket).key("k")
                .serverSideEncryption(ServerSideEncryption.AWS_KMS), RequestBody.fromString("hello"));
        assertThat(stored.serverSideEncryption()).isEqualTo(ServerSideEncryption.AWS_KMS);
        assertThat(stored.ssekmsKeyId()).startsWith("arn:aws:kms:");
        assertThat(get("k")).isEqualTo("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b/ü+c%20.txt", "a//b", "/a", "//", ".", "..", "a/../b", "../../etc/passwd", "a/", "ключ 鍵 🔑",
        "x?y&z=1#f", "<&>\"'", "a\tb", "CON", "a\\b", "%", "%2F", "+"})
    void anyTextCanBeAKey(String key) {
        put(key, "content of " + key);
        assertThat(get(key)).isEqualTo("content of " + key);
        assertThat(keys()).containsExactly(key);
        s3.copyObject(b -> b.sourceBucket(bucket).sourceKey(key).destinationBucket(bucket).destinationKey("copy"));
        assertThat(get("copy")).isEqualTo("content of " + key);
        s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(ObjectIdentifier.builder().key(key).build())));
        assertThat(keys()).containsExactly("copy");
    }

    @Test
    void aKeyHas1024BytesAtMost() {
        String longest = "ü".repeat(512);
        put(longest, "fits");
        assertThat(get(longest)).isEqualTo("fits");
        assertRefused(400, "KeyTooLongError", () -> put(longest + "x", "too long"));
    }

    @Test
    void whatIsNotThereIsRefusedByName() {
        assertThatThrownBy(() -> get("none")).isInstanceOf(NoSuchKeyException.class);
        assertThatThrownBy(() -> s3.headObject(b -> b.bucket(bucket).key("none"))).isInstanceOf(NoSuchKeyException.class);
        String missing = bucket + "-2";
        assertThatThrownBy(() -> s3.getObjectAsBytes(b -> b.bucket(missing).key("k"))).isInstanceOf(NoSuchBucketException.class);
        assertThatThrownBy(() -> s3.putObject(b -> b.bucket(missing).key("k"), RequestBody.fromString("x")))
                .isInstanceOf(NoSuchBucketException.class);
        assertThatThrownBy(() -> s3.headBucket(b -> b.bucket(missing))).isInstanceOf(NoSuchBucketException.class);
        assertThatThrownBy(() -> s3.listObjectsV2(b -> b.bucket(missing))).isInstanceOf(NoSuchBucketException.class);
    }

    @ParameterizedTest
    @CsvSource({"bytes=0-8,012345678,bytes 0-8/10", "bytes=1-,123456789,bytes 1-9/10", "bytes=-2,89,bytes 8-9/10",
        "bytes=-15,0123456789,bytes 0-9/10", "bytes=0-100,0123456789,bytes 0-9/10", "bytes=9-9,9,bytes 9-9/10"})
    void aRangeIsAPart(String range, String expected, String contentRange) {
        put("k", "0123456789");
        GetObjectResponse got = s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").range(range)).response();
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").range(range)).asUtf8String()).isEqualTo(expected);
        assertThat(got.contentRange()).isEqualTo(contentRange);
        assertThat(got.contentLength()).isEqualTo(expected.length());
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=1-0", "bytes=-1-", "lines=1-2", "bytes=0-1,3-4"})
    void aRangeThatMakesNoSenseGivesTheWhole(String range) {
        put("k", "0123456789");
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").range(range)).asUtf8String()).isEqualTo("0123456789");
    }

    @Test
    void aRangeBeyondTheEndIsRefused() {
        put("k", "0123456789");
        assertRefused(416, "InvalidRange", () -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").range("bytes=10-")));
    }

    @Test
    void readsAreConditional() {
        String etag = put("k", "x").eTag();
        Instant modified = s3.headObject(b -> b.bucket(bucket).key("k")).lastModified();
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifMatch(etag)).asUtf8String()).isEqualTo("x");
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifMatch(etag.replace("\"", ""))
                .ifUnmodifiedSince(modified.minusSeconds(60))).asUtf8String()).isEqualTo("x");
        assertRefused(412, "PreconditionFailed",
                () -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifMatch("\"other\"")));
        assertRefused(412, "PreconditionFailed",
                () -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifUnmodifiedSince(modified.minusSeconds(60))));
        assertThatThrownBy(() -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifNoneMatch(etag)))
                .hasFieldOrPropertyWithValue("statusCode", 304);
        assertThatThrownBy(() -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifModifiedSince(modified)))
                .hasFieldOrPropertyWithValue("statusCode", 304);
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").ifNoneMatch("\"other\"").ifModifiedSince(modified))
                .asUtf8String()).isEqualTo("x");
    }

    @Test
    void writesAreConditional() {
        assertRefused(404, "NoSuchKey",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").ifMatch("\"e\""), RequestBody.fromString("x")));
        String etag = s3.putObject(b -> b.bucket(bucket).key("k").ifNoneMatch("*"), RequestBody.fromString("x")).eTag();
        assertRefused(412, "PreconditionFailed",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").ifNoneMatch("*"), RequestBody.fromString("y")));
        assertRefused(412, "PreconditionFailed",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").ifMatch("\"e\""), RequestBody.fromString("y")));
        assertThat(get("k")).isEqualTo("x");
        s3.putObject(b -> b.bucket(bucket).key("k").ifMatch(etag), RequestBody.fromString("z"));
        assertThat(get("k")).isEqualTo("z");
    }

    @Test
    void conditionsThatS3LacksAreRefused() {
        assertRefused(501, "NotImplemented",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").ifNoneMatch("\"e\""), RequestBody.fromString("x")));
        assertRefused(501, "NotImplemented",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").ifMatch("*"), RequestBody.fromString("x")));
    }

    @ParameterizedTest
    @CsvSource({"CRC32,NhCmhg==", "CRC32_C,mnG7TA==", "SHA1,qvTGHdzF6KLavt4PO0gs2a6pQ00=",
        "SHA256,LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="})
    void aChecksumIsComputedKeptAndReturnedWhenAsked(ChecksumAlgorithm algorithm, String expected) {
        s3.putObject(b -> b.bucket(bucket).key("k").checksumAlgorithm(algorithm), RequestBody.fromString("hello"));
        HeadObjectResponse head = s3.headObject(b -> b.bucket(bucket).key("k").checksumMode(ChecksumMode.ENABLED));
        assertThat(head.getValueForField("Checksum" + algorithm, String.class)).contains(expected);
        assertThat(head.checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
        assertThat(s3.headObject(b -> b.bucket(bucket).key("k")).getValueForField("Checksum" + algorithm, String.class)).isEmpty();
    }

    @Test
    void aPartialRangeHasNoChecksum() {
        put("k", "hello");
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").range("bytes=0-1").checksumMode(ChecksumMode.ENABLED))
                .response().checksumCRC32()).isNull();
    }

    @Test
    void bytesThatDifferFromTheirChecksumAreNotStored() {
        assertRefused(400, "BadDigest", () -> s3.putObject(
                b -> b.bucket(bucket).key("k").checksumCRC32("AAAAAA=="), RequestBody.fromString("hello")));
        assertRefused(400, "BadDigest", () -> s3.putObject(
                b -> b.bucket(bucket).key("k").contentMD5("1B2M2Y8AsgTpgAmY7PhCfg=="), RequestBody.fromString("hello")));
        assertRefused(400, "InvalidRequest", () -> s3.putObject(
                b -> b.bucket(bucket).key("k").checksumCRC32("nonsense"), RequestBody.fromString("hello")));
        assertRefused(400, "InvalidDigest", () -> s3.putObject(
                b -> b.bucket(bucket).key("k").contentMD5("nonsense"), RequestBody.fromString("hello")));
        assertThat(keys()).isEmpty();
    }

    @Test
    void aLargeObjectStreams() throws IOException {
        byte[] bytes = random(20 << 20, 1);
        Path file = Files.write(directory.resolve("large"), bytes);
        s3.putObject(b -> b.bucket(bucket).key("large"), RequestBody.fromFile(file));
        try (ResponseInputStream<GetObjectResponse> got = s3.getObject(b -> b.bucket(bucket).key("large"))) {
            assertThat(got.readAllBytes()).isEqualTo(bytes);
        }
        Path copy = directory.resolve("copy");
        s3.getObject(b -> b.bucket(bucket).key("large"), copy);
        assertThat(Files.mismatch(file, copy)).isEqualTo(-1);
    }

    @Test
    void aReaderKeepsItsBytesThoughTheObjectGoes() throws IOException {
        byte[] bytes = random(8 << 20, 2);
        s3.putObject(b -> b.bucket(bucket).key("k"), RequestBody.fromBytes(bytes));
        try (ResponseInputStream<GetObjectResponse> got = s3.getObject(b -> b.bucket(bucket).key("k"))) {
            s3.deleteObject(b -> b.bucket(bucket).key("k"));
            put("k", "other");
            assertThat(got.readAllBytes()).isEqualTo(bytes);
        }
    }

    @Test
    void aStreamOfKnownLengthIsEnough() {
        byte[] bytes = random(300_000, 3);
        s3.putObject(b -> b.bucket(bucket).key("k"),
                RequestBody.fromInputStream(new ByteArrayInputStream(bytes), bytes.length));
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asByteArray()).isEqualTo(bytes);
    }

    @Test
    void aCopyKeepsMetadataAndTagsUnlessReplaced() {
        s3.putObject(b -> b.bucket(bucket).key("a").contentType("text/plain").metadata(Map.of("m", "1")).tagging("t=1"),
                RequestBody.fromString("x"));
        CopyObjectResponse copied = s3.copyObject(
                b -> b.sourceBucket(bucket).sourceKey("a").destinationBucket(bucket).destinationKey("b"));
        assertThat(copied.copyObjectResult().eTag()).isEqualTo(s3.headObject(b -> b.bucket(bucket).key("a")).eTag());
        assertThat(s3.headObject(b -> b.bucket(bucket).key("b")).metadata()).containsEntry("m", "1");
        assertThat(tags("b")).containsExactly(Tag.builder().key("t").value("1").build());

        s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("a").destinationBucket(bucket).destinationKey("b")
                .metadataDirective(MetadataDirective.REPLACE).metadata(Map.of("m", "2"))
                .taggingDirective(TaggingDirective.REPLACE).tagging("t=2"));
        HeadObjectResponse replaced = s3.headObject(b -> b.bucket(bucket).key("b"));
        assertThat(replaced.metadata()).containsExactly(Map.entry("m", "2"));
        assertThat(replaced.contentType()).isEqualTo("binary/octet-stream");
        assertThat(tags("b")).containsExactly(Tag.builder().key("t").value("2").build());

        s3.deleteObject(b -> b.bucket(bucket).key("a"));
        assertThat(get("b")).isEqualTo("x");
    }

    @Test
    void aCopyCanGoToAnotherBucketAndHasConditions() {
        String other = bucket + "-o";
        s3.createBucket(b -> b.bucket(other));
        String etag = put("a", "x").eTag();
        s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("a").destinationBucket(other).destinationKey("b")
                .copySourceIfMatch(etag));
        assertThat(s3.getObjectAsBytes(b -> b.bucket(other).key("b")).asUtf8String()).isEqualTo("x");
        assertRefused(412, "PreconditionFailed", () -> s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("a")
                .destinationBucket(other).destinationKey("b").copySourceIfNoneMatch(etag)));
        assertRefused(404, "NoSuchKey", () -> s3.copyObject(
                b -> b.sourceBucket(bucket).sourceKey("none").destinationBucket(other).destinationKey("b")));
    }

    @Test
    void aCopyOntoItselfMustChangeSomething() {
        put("a", "x");
        assertRefused(400, "InvalidRequest", () -> s3.copyObject(
                b -> b.sourceBucket(bucket).sourceKey("a").destinationBucket(bucket).destinationKey("a")));
        s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("a").destinationBucket(bucket).destinationKey("a")
                .metadataDirective(MetadataDirective.REPLACE).metadata(Map.of("n", "1")));
        assertThat(get("a")).isEqualTo("x");
        assertThat(s3.headObject(b -> b.bucket(bucket).key("a")).metadata()).containsEntry("n", "1");
    }

    @Test
    void deletingWhatIsNotThereSucceeds() {
        s3.deleteObject(b -> b.bucket(bucket).key("none"));
        put("k", "x");
        s3.deleteObject(b -> b.bucket(bucket).key("k"));
        assertThat(keys()).isEmpty();
    }

    @Test
    void manyAreDeletedAtOnce() {
        put("a", "1");
        put("b", "2");
        DeleteObjectsResponse answer = s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(
                List.of("a", "b", "none").stream().map(key -> ObjectIdentifier.builder().key(key).build()).toList())));
        assertThat(answer.deleted()).extracting(deleted -> deleted.key()).containsExactlyInAnyOrder("a", "b", "none");
        assertThat(answer.errors()).isEmpty();
        assertThat(keys()).isEmpty();
        put("a", "1");
        assertThat(s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.quiet(true).objects(
                ObjectIdentifier.builder().key("a").build()))).deleted()).isEmpty();
        assertThat(keys()).isEmpty();
    }

    private List<Tag> tags(String key) {
        return s3.getObjectTagging(b -> b.bucket(bucket).key(key)).tagSet();
    }

    @Test
    void tagsAreKeptReplacedAndDeleted() {
        s3.putObject(b -> b.bucket(bucket).key("k").tagging("a=1&b="), RequestBody.fromString("x"));
        assertThat(tags("k")).extracting(Tag::key).containsExactlyInAnyOrder("a", "b");
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k")).response().tagCount()).isEqualTo(2);
        s3.putObjectTagging(b -> b.bucket(bucket).key("k").tagging(t -> t.tagSet(Tag.builder().key("c").value("3").build())));
        assertThat(tags("k")).containsExactly(Tag.builder().key("c").value("3").build());
        s3.deleteObjectTagging(b -> b.bucket(bucket).key("k"));
        assertThat(tags("k")).isEmpty();
        assertRefused(400, "InvalidArgument",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").tagging("a=1&a=2"), RequestBody.fromString("x")));
    }

    @Test
    void answersCanBeGivenOtherHeaders() {
        put("k", "x");
        GetObjectResponse got = s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").responseContentType("text/html")
                .responseCacheControl("no-store")).response();
        assertThat(got.contentType()).isEqualTo("text/html");
        assertThat(got.cacheControl()).isEqualTo("no-store");
    }
}
