package io.pipewright.local.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Exception;

class S3VersionsTest extends S3Contract {

    private ListObjectVersionsResponse list() {
        return s3.listObjectVersions(b -> b.bucket(bucket));
    }

    @Test
    void eachPutIsAVersion() {
        version(BucketVersioningStatus.ENABLED);
        String one = put("k", "one").versionId();
        String two = put("k", "two").versionId();
        assertThat(one).isNotEqualTo(two);
        assertThat(get("k")).isEqualTo("two");
        assertThat(get("k", one)).isEqualTo("one");
        assertThat(s3.headObject(b -> b.bucket(bucket).key("k")).versionId()).isEqualTo(two);
        assertThat(list().versions()).extracting(ObjectVersion::versionId).containsExactly(two, one);
        assertThat(list().versions()).extracting(ObjectVersion::isLatest).containsExactly(true, false);
        assertThat(keys()).containsExactly("k");
    }

    @Test
    void aDeleteHidesAndItsMarkerCanGo() {
        version(BucketVersioningStatus.ENABLED);
        String one = put("k", "one").versionId();
        DeleteObjectResponse hidden = s3.deleteObject(b -> b.bucket(bucket).key("k"));
        assertThat(hidden.deleteMarker()).isTrue();
        assertThat(keys()).isEmpty();
        S3Exception refusal = assertRefused(404, "NoSuchKey", () -> get("k"));
        assertThat(refusal.awsErrorDetails().sdkHttpResponse().firstMatchingHeader("x-amz-delete-marker")).contains("true");
        assertThat(get("k", one)).isEqualTo("one");
        assertRefused(405, "MethodNotAllowed", () -> get("k", hidden.versionId()));

        DeleteObjectResponse shown = s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(hidden.versionId()));
        assertThat(shown.deleteMarker()).isTrue();
        assertThat(shown.versionId()).isEqualTo(hidden.versionId());
        assertThat(get("k")).isEqualTo("one");
    }

    @Test
    void deletingTheLatestVersionShowsTheOneBefore() {
        version(BucketVersioningStatus.ENABLED);
        String one = put("k", "one").versionId();
        String two = put("k", "two").versionId();
        DeleteObjectResponse gone = s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(two));
        assertThat(gone.versionId()).isEqualTo(two);
        assertThat(gone.deleteMarker()).isNull();
        assertThat(get("k")).isEqualTo("one");
        assertThat(keys()).containsExactly("k");
        s3.deleteObject(b -> b.bucket(bucket).key("k").versionId(one));
        assertThat(list().versions()).isEmpty();
        s3.deleteBucket(b -> b.bucket(bucket));
    }

    @Test
    void deletingWhatNeverWasMakesAMarker() {
        version(BucketVersioningStatus.ENABLED);
        assertThat(s3.deleteObject(b -> b.bucket(bucket).key("k")).deleteMarker()).isTrue();
        assertThat(list().deleteMarkers()).extracting(DeleteMarkerEntry::key).containsExactly("k");
        assertRefused(409, "BucketNotEmpty", () -> s3.deleteBucket(b -> b.bucket(bucket)));
    }

    @Test
    void objectsFromBeforeAreTheNullVersion() {
        assertThat(put("k", "before").versionId()).isNull();
        assertThat(get("k", "null")).isEqualTo("before");
        assertThat(list().versions()).extracting(ObjectVersion::versionId).containsExactly("null");
        version(BucketVersioningStatus.ENABLED);
        assertThat(s3.headObject(b -> b.bucket(bucket).key("k")).versionId()).isEqualTo("null");
        put("k", "after");
        assertThat(get("k", "null")).isEqualTo("before");
    }

    @Test
    void whileSuspendedTheNullVersionIsReplaced() {
        version(BucketVersioningStatus.ENABLED);
        String one = put("k", "one").versionId();
        version(BucketVersioningStatus.SUSPENDED);
        assertThat(put("k", "two").versionId()).isNull();
        put("k", "three");
        assertThat(get("k")).isEqualTo("three");
        assertThat(list().versions()).extracting(ObjectVersion::versionId).containsExactly("null", one);
        DeleteObjectResponse hidden = s3.deleteObject(b -> b.bucket(bucket).key("k"));
        assertThat(hidden.deleteMarker()).isTrue();
        assertThat(hidden.versionId()).isEqualTo("null");
        assertThat(list().versions()).extracting(ObjectVersion::versionId).containsExactly(one);
        assertThat(list().deleteMarkers()).extracting(DeleteMarkerEntry::versionId).containsExactly("null");
    }

    @Test
    void anUnknownVersionIsRefused() {
        version(BucketVersioningStatus.ENABLED);
        put("k", "x");
        assertRefused(404, "NoSuchVersion", () -> get("k", "0123456789abcdef0123456789abcdef"));
        assertRefused(400, "InvalidArgument", () -> get("k", "short"));
        assertThat(s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(
                ObjectIdentifier.builder().key("k").versionId("short").build()))).errors())
                .extracting(error -> error.code()).containsExactly("NoSuchVersion");
    }

    @Test
    void manyVersionsAreDeletedAtOnce() {
        version(BucketVersioningStatus.ENABLED);
        String one = put("k", "one").versionId();
        put("j", "two");
        assertThat(s3.deleteObjects(b -> b.bucket(bucket).delete(d -> d.objects(
                ObjectIdentifier.builder().key("k").versionId(one).build(), ObjectIdentifier.builder().key("j").build())))
                .deleted()).satisfiesExactlyInAnyOrder(
                deleted -> {
                    assertThat(deleted.versionId()).isEqualTo(one);
                    assertThat(deleted.deleteMarker()).isNull();
                },
                deleted -> {
                    assertThat(deleted.deleteMarker()).isTrue();
                    assertThat(deleted.deleteMarkerVersionId()).isNotEmpty();
                });
    }

    @Test
    void aCopyReadsOneVersionAndWritesANewOne() {
        version(BucketVersioningStatus.ENABLED);
        String one = put("k", "one").versionId();
        put("k", "two");
        var copied = s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("k").sourceVersionId(one)
                .destinationBucket(bucket).destinationKey("k"));
        assertThat(copied.copySourceVersionId()).isEqualTo(one);
        assertThat(copied.versionId()).isNotEqualTo(one);
        assertThat(get("k")).isEqualTo("one");
        String marker = s3.deleteObject(b -> b.bucket(bucket).key("k")).versionId();
        assertRefused(400, "InvalidRequest", () -> s3.copyObject(b -> b.sourceBucket(bucket).sourceKey("k")
                .sourceVersionId(marker).destinationBucket(bucket).destinationKey("c")));
        assertRefused(404, "NoSuchKey", () -> s3.copyObject(
                b -> b.sourceBucket(bucket).sourceKey("k").destinationBucket(bucket).destinationKey("c")));
    }

    @Test
    void aConditionSeesAMarkerAsNothing() {
        version(BucketVersioningStatus.ENABLED);
        String etag = put("k", "one").eTag();
        s3.deleteObject(b -> b.bucket(bucket).key("k"));
        assertRefused(404, "NoSuchKey",
                () -> s3.putObject(b -> b.bucket(bucket).key("k").ifMatch(etag), RequestBody.fromString("x")));
        s3.putObject(b -> b.bucket(bucket).key("k").ifNoneMatch("*"), RequestBody.fromString("two"));
        assertThat(get("k")).isEqualTo("two");
    }

    @Test
    void tagsBelongToAVersion() {
        version(BucketVersioningStatus.ENABLED);
        String one = s3.putObject(b -> b.bucket(bucket).key("k").tagging("n=1"), RequestBody.fromString("one")).versionId();
        put("k", "two");
        assertThat(s3.getObjectTagging(b -> b.bucket(bucket).key("k")).tagSet()).isEmpty();
        assertThat(s3.getObjectTagging(b -> b.bucket(bucket).key("k").versionId(one)).tagSet()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 1000})
    void pagesOfVersionsTogetherAreTheWhole(int size) {
        version(BucketVersioningStatus.ENABLED);
        List<String> expected = new ArrayList<>();
        for (String key : List.of("a", "b", "d/1", "d/2")) {
            String one = put(key, "one").versionId();
            String two = put(key, "two").versionId();
            expected.addAll(List.of(two, one));
        }
        assertThat(s3.listObjectVersionsPaginator(b -> b.bucket(bucket).maxKeys(size)).versions())
                .extracting(ObjectVersion::versionId).containsExactlyElementsOf(expected);
        var rolled = s3.listObjectVersionsPaginator(b -> b.bucket(bucket).maxKeys(size).delimiter("/"));
        assertThat(rolled.versions()).extracting(ObjectVersion::versionId).containsExactlyElementsOf(expected.subList(0, 4));
        assertThat(rolled.commonPrefixes()).extracting(prefix -> prefix.prefix()).containsExactly("d/");
    }

    @Test
    void aBucketCanBeEmptiedPageByPage() {
        version(BucketVersioningStatus.ENABLED);
        for (int i = 0; i < 5; i++) {
            put("k", "version " + i);
        }
        s3.deleteObject(b -> b.bucket(bucket).key("k"));
        for (ListObjectVersionsResponse page : s3.listObjectVersionsPaginator(b -> b.bucket(bucket).maxKeys(2))) {
            page.versions().forEach(v -> s3.deleteObject(b -> b.bucket(bucket).key(v.key()).versionId(v.versionId())));
            page.deleteMarkers().forEach(v -> s3.deleteObject(b -> b.bucket(bucket).key(v.key()).versionId(v.versionId())));
        }
        s3.deleteBucket(b -> b.bucket(bucket));
    }
}
