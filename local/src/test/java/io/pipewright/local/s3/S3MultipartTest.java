package io.pipewright.local.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.Part;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

class S3MultipartTest extends S3Contract {
    private static final int LEAST = 5 << 20;

    private String begin(String key) {
        return s3.createMultipartUpload(b -> b.bucket(bucket).key(key)).uploadId();
    }

    private CompletedPart upload(String key, String id, int number, byte[] bytes) {
        UploadPartResponse answer = s3.uploadPart(b -> b.bucket(bucket).key(key).uploadId(id).partNumber(number),
                RequestBody.fromBytes(bytes));
        return CompletedPart.builder().partNumber(number).eTag(answer.eTag()).build();
    }

    private CompleteMultipartUploadResponse complete(String key, String id, CompletedPart... parts) {
        return s3.completeMultipartUpload(b -> b.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(parts)));
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }

    @Test
    void partsBecomeOneObject() {
        byte[] first = random(LEAST, 1);
        byte[] second = random(1000, 2);
        String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("k").contentType("text/plain")
                .metadata(Map.of("m", "1")).tagging("t=1")).uploadId();
        CompletedPart late = upload("k", id, 7, second);
        CompletedPart early = upload("k", id, 3, first);
        assertThat(keys()).isEmpty();
        CompleteMultipartUploadResponse done = complete("k", id, early, late);
        assertThat(done.eTag()).matches("\"[0-9a-f]{32}-2\"");
        assertThat(done.location()).contains(bucket);

        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asByteArray()).isEqualTo(concat(first, second));
        GetObjectResponse across = s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").range("bytes=5242870-5242889")).response();
        assertThat(across.contentLength()).isEqualTo(20);
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").range("bytes=5242870-5242889")).asByteArray())
                .isEqualTo(Arrays.copyOfRange(concat(first, second), 5242870, 5242890));
        assertThat(across.contentType()).isEqualTo("text/plain");
        assertThat(across.metadata()).containsEntry("m", "1");
        assertThat(across.tagCount()).isEqualTo(1);
        assertThat(s3.listMultipartUploads(b -> b.bucket(bucket)).uploads()).isEmpty();
    }

    @Test
    void onePartCanBeRead() {
        String id = begin("k");
        byte[] second = random(10, 2);
        complete("k", id, upload("k", id, 1, random(LEAST, 1)), upload("k", id, 2, second));
        GetObjectResponse part = s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").partNumber(2)).response();
        assertThat(part.partsCount()).isEqualTo(2);
        assertThat(part.contentRange()).isEqualTo("bytes 5242880-5242889/5242890");
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").partNumber(2)).asByteArray()).isEqualTo(second);
        assertRefused(416, "InvalidPartNumber", () -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").partNumber(3)));
        assertRefused(400, "InvalidRequest",
                () -> s3.getObjectAsBytes(b -> b.bucket(bucket).key("k").partNumber(1).range("bytes=0-1")));
    }

    @Test
    void aPartSentAgainReplacesTheFirst() {
        String id = begin("k");
        CompletedPart wrong = upload("k", id, 1, utf8("wrong"));
        CompletedPart right = upload("k", id, 1, utf8("right"));
        assertRefused(400, "InvalidPart", () -> complete("k", id, wrong));
        complete("k", id, right);
        assertThat(get("k")).isEqualTo("right");
    }

    @Test
    void theEtagMayComeWithoutQuotes() {
        String id = begin("k");
        String etag = upload("k", id, 1, utf8("x")).eTag().replace("\"", "");
        complete("k", id, CompletedPart.builder().partNumber(1).eTag(etag).build());
        assertThat(get("k")).isEqualTo("x");
    }

    @Test
    void wrongCompletionsAreRefusedAndTheUploadStays() {
        String id = begin("k");
        CompletedPart one = upload("k", id, 1, utf8("small"));
        CompletedPart two = upload("k", id, 2, utf8("last"));
        assertRefused(400, "EntityTooSmall", () -> complete("k", id, one, two));
        assertRefused(400, "InvalidPartOrder", () -> complete("k", id, two, one));
        assertRefused(400, "InvalidPart",
                () -> complete("k", id, CompletedPart.builder().partNumber(3).eTag(one.eTag()).build()));
        assertRefused(400, "MalformedXML", () -> complete("k", id));
        assertRefused(404, "NoSuchUpload", () -> complete("other", id, one));
        complete("k", id, two);
        assertThat(get("k")).isEqualTo("last");
        assertThatThrownBy(() -> complete("k", id, two)).isInstanceOf(NoSuchUploadException.class);
    }

    @Test
    void numbersGoFrom1To10000() {
        String id = begin("k");
        assertRefused(400, "InvalidArgument", () -> upload("k", id, 0, utf8("x")));
        assertRefused(400, "InvalidArgument", () -> upload("k", id, 10_001, utf8("x")));
        complete("k", id, upload("k", id, 10_000, utf8("x")));
        assertThat(get("k")).isEqualTo("x");
    }

    @Test
    void anAbortedUploadIsGone() {
        String id = begin("k");
        upload("k", id, 1, utf8("x"));
        s3.abortMultipartUpload(b -> b.bucket(bucket).key("k").uploadId(id));
        assertThatThrownBy(() -> upload("k", id, 2, utf8("y"))).isInstanceOf(NoSuchUploadException.class);
        assertThatThrownBy(() -> s3.abortMultipartUpload(b -> b.bucket(bucket).key("k").uploadId(id)))
                .isInstanceOf(NoSuchUploadException.class);
        assertThat(keys()).isEmpty();
    }

    @Test
    void partsAndUploadsAreListed() {
        String a = begin("a");
        String b1 = begin("b");
        String b2 = begin("b");
        upload("a", a, 1, utf8("one"));
        upload("a", a, 5, utf8("five!"));
        var parts = s3.listParts(b -> b.bucket(bucket).key("a").uploadId(a));
        assertThat(parts.parts()).extracting(Part::partNumber).containsExactly(1, 5);
        assertThat(parts.parts()).extracting(Part::size).containsExactly(3L, 5L);
        assertThat(parts.nextPartNumberMarker()).isEqualTo(5);
        assertThat(s3.listPartsPaginator(b -> b.bucket(bucket).key("a").uploadId(a).maxParts(1)).parts())
                .extracting(Part::partNumber).containsExactly(1, 5);

        List<String> ids = new ArrayList<>(List.of(b1, b2));
        assertThat(s3.listMultipartUploads(b -> b.bucket(bucket)).uploads()).extracting(MultipartUpload::key)
                .containsExactly("a", "b", "b");
        assertThat(s3.listMultipartUploadsPaginator(b -> b.bucket(bucket).maxUploads(1).prefix("b")).uploads())
                .extracting(MultipartUpload::uploadId).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void aPartCanBeCopied() {
        byte[] source = random(LEAST + 100, 4);
        s3.putObject(b -> b.bucket(bucket).key("source"), RequestBody.fromBytes(source));
        String id = begin("k");
        String one = s3.uploadPartCopy(b -> b.sourceBucket(bucket).sourceKey("source").destinationBucket(bucket)
                .destinationKey("k").uploadId(id).partNumber(1)).copyPartResult().eTag();
        String two = s3.uploadPartCopy(b -> b.sourceBucket(bucket).sourceKey("source").copySourceRange("bytes=0-9")
                .destinationBucket(bucket).destinationKey("k").uploadId(id).partNumber(2)).copyPartResult().eTag();
        assertRefused(400, "InvalidArgument", () -> s3.uploadPartCopy(b -> b.sourceBucket(bucket).sourceKey("source")
                .copySourceRange("bytes=5-").destinationBucket(bucket).destinationKey("k").uploadId(id).partNumber(3)));
        complete("k", id, CompletedPart.builder().partNumber(1).eTag(one).build(),
                CompletedPart.builder().partNumber(2).eTag(two).build());
        assertThat(s3.getObjectAsBytes(b -> b.bucket(bucket).key("k")).asByteArray())
                .isEqualTo(concat(source, Arrays.copyOf(source, 10)));
    }

    @Test
    void aCopyOfItHasAPlainEtag() {
        String id = begin("k");
        complete("k", id, upload("k", id, 1, utf8("hello")));
        assertThat(s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("k").destinationBucket(bucket).destinationKey("c"))
                .copyObjectResult().eTag()).isEqualTo("\"5d41402abc4b2a76b9719d911017c592\"");
        assertThat(get("c")).isEqualTo("hello");
    }

    @ParameterizedTest
    @EnumSource(value = ChecksumAlgorithm.class, names = {"CRC32", "CRC32_C", "SHA1", "SHA256"})
    void aCompositeChecksumIsOfThePartsChecksums(ChecksumAlgorithm algorithm) {
        String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("k").checksumAlgorithm(algorithm)).uploadId();
        UploadPartResponse part = s3.uploadPart(b -> b.bucket(bucket).key("k").uploadId(id).partNumber(1)
                .checksumAlgorithm(algorithm), RequestBody.fromString("hello"));
        String member = "Checksum" + algorithm;
        String sum = part.getValueForField(member, String.class).orElseThrow();
        assertRefused(400, "InvalidRequest",
                () -> complete("k", id, CompletedPart.builder().partNumber(1).eTag(part.eTag()).build()));
        CompletedPart.Builder named = CompletedPart.builder().partNumber(1).eTag(part.eTag());
        Shapes.setMember(named, member, sum);
        CompleteMultipartUploadResponse done = complete("k", id, named.build());
        assertThat(done.checksumType()).isEqualTo(ChecksumType.COMPOSITE);
        assertThat(done.getValueForField(member, String.class).orElseThrow()).endsWith("-1").isNotEqualTo(sum + "-1");
        assertThat(s3.headObject(b -> b.bucket(bucket).key("k").checksumMode(ChecksumMode.ENABLED))
                .getValueForField(member, String.class)).isEqualTo(done.getValueForField(member, String.class));
    }

    @ParameterizedTest
    @EnumSource(value = ChecksumAlgorithm.class, names = {"CRC32", "CRC32_C"})
    void aFullChecksumOfPartsIsThatOfTheWhole(ChecksumAlgorithm algorithm) {
        byte[] first = random(LEAST, 5);
        byte[] second = random(777, 6);
        String id = s3.createMultipartUpload(b -> b.bucket(bucket).key("k").checksumAlgorithm(algorithm)
                .checksumType(ChecksumType.FULL_OBJECT)).uploadId();
        List<CompletedPart> parts = new ArrayList<>();
        for (byte[] bytes : List.of(first, second)) {
            int number = parts.size() + 1;
            UploadPartResponse part = s3.uploadPart(b -> b.bucket(bucket).key("k").uploadId(id).partNumber(number)
                    .checksumAlgorithm(algorithm), RequestBody.fromBytes(bytes));
            parts.add(CompletedPart.builder().partNumber(number).eTag(part.eTag()).build());
        }
        CompleteMultipartUploadResponse done = complete("k", id, parts.toArray(CompletedPart[]::new));
        String whole = s3.putObject(b -> b.bucket(bucket).key("w").checksumAlgorithm(algorithm),
                RequestBody.fromBytes(concat(first, second))).getValueForField("Checksum" + algorithm, String.class).orElseThrow();
        assertThat(done.getValueForField("Checksum" + algorithm, String.class)).contains(whole);
        assertThat(done.checksumType()).isEqualTo(ChecksumType.FULL_OBJECT);
    }

    @Test
    void someTypesDoNotExist() {
        assertRefused(400, "InvalidRequest", () -> s3.createMultipartUpload(b -> b.bucket(bucket).key("k")
                .checksumAlgorithm(ChecksumAlgorithm.SHA256).checksumType(ChecksumType.FULL_OBJECT)));
        assertRefused(400, "InvalidRequest", () -> s3.createMultipartUpload(b -> b.bucket(bucket).key("k")
                .checksumAlgorithm(ChecksumAlgorithm.CRC64_NVME).checksumType(ChecksumType.COMPOSITE)));
    }

    @Test
    void completionIsConditional() {
        put("k", "there");
        String id = begin("k");
        CompletedPart part = upload("k", id, 1, utf8("x"));
        assertRefused(412, "PreconditionFailed", () -> s3.completeMultipartUpload(b -> b.bucket(bucket).key("k").uploadId(id)
                .ifNoneMatch("*").multipartUpload(m -> m.parts(part))));
        assertThat(get("k")).isEqualTo("there");
    }

    @Test
    void itIsAVersionLikeAnyOther() {
        version(BucketVersioningStatus.ENABLED);
        String one = put("k", "one").versionId();
        String id = begin("k");
        String two = complete("k", id, upload("k", id, 1, utf8("two"))).versionId();
        assertThat(get("k", one)).isEqualTo("one");
        assertThat(get("k", two)).isEqualTo("two");
    }
}
