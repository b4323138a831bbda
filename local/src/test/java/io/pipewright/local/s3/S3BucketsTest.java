package io.pipewright.local.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.EventBridgeConfiguration;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.NotificationConfiguration;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.paginators.ListObjectsV2Iterable;

class S3BucketsTest extends S3Contract {

    @Test
    void aBucketIsListedFoundAndDeleted() {
        assertThat(s3.listBuckets().buckets()).extracting(b -> b.name()).contains(bucket);
        assertThat(s3.headBucket(b -> b.bucket(bucket)).bucketRegion()).isEqualTo("us-east-1");
        s3.deleteBucket(b -> b.bucket(bucket));
        assertThat(s3.listBuckets().buckets()).extracting(b -> b.name()).doesNotContain(bucket);
    }

    @Test
    void creatingItAgainSucceedsInUsEast1Only() {
        s3.createBucket(b -> b.bucket(bucket));
        String other = bucket + "-eu";
        s3.createBucket(b -> b.bucket(other).createBucketConfiguration(c -> c.locationConstraint("eu-west-1")));
        assertThat(s3.getBucketLocation(b -> b.bucket(other)).locationConstraintAsString()).isEqualTo("eu-west-1");
        assertRefused(409, "BucketAlreadyOwnedByYou", () -> s3.createBucket(
                b -> b.bucket(other).createBucketConfiguration(c -> c.locationConstraint("eu-west-1"))));
        s3.deleteBucket(b -> b.bucket(other));
    }

    @Test
    void usEast1HasAnEmptyLocation() {
        assertThat(s3.getBucketLocation(b -> b.bucket(bucket)).locationConstraintAsString()).isNullOrEmpty();
        assertRefused(400, "InvalidLocationConstraint", () -> s3.createBucket(
                b -> b.bucket(bucket + "-x").createBucketConfiguration(c -> c.locationConstraint("us-east-1"))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"xn--bucket", "bucket-s3alias"})
    void aBadNameIsRefused(String name) {
        assertRefused(400, "InvalidBucketName", () -> s3.createBucket(b -> b.bucket(name)));
    }

    @Test
    void aBucketWithObjectsIsNotDeleted() {
        put("k", "x");
        assertRefused(409, "BucketNotEmpty", () -> s3.deleteBucket(b -> b.bucket(bucket)));
    }

    @Test
    void versioningIsUnsetThenEnabledOrSuspended() {
        assertThat(s3.getBucketVersioning(b -> b.bucket(bucket)).status()).isNull();
        version(BucketVersioningStatus.ENABLED);
        assertThat(s3.getBucketVersioning(b -> b.bucket(bucket)).status()).isEqualTo(BucketVersioningStatus.ENABLED);
        version(BucketVersioningStatus.SUSPENDED);
        assertThat(s3.getBucketVersioning(b -> b.bucket(bucket)).status()).isEqualTo(BucketVersioningStatus.SUSPENDED);
        assertRefused(400, "MalformedXML", () -> s3.putBucketVersioning(
                b -> b.bucket(bucket).versioningConfiguration(v -> v.status("On"))));
    }

    @Test
    void eventBridgeIsOnOrOff() {
        assertThat(eventBridge()).isNull();
        s3.putBucketNotificationConfiguration(b -> b.bucket(bucket).notificationConfiguration(
                NotificationConfiguration.builder().eventBridgeConfiguration(EventBridgeConfiguration.builder().build()).build()));
        assertThat(eventBridge()).isNotNull();
        s3.putBucketNotificationConfiguration(b -> b.bucket(bucket).notificationConfiguration(
                NotificationConfiguration.builder().build()));
        assertThat(eventBridge()).isNull();
    }

    private EventBridgeConfiguration eventBridge() {
        return s3.getBucketNotificationConfiguration(b -> b.bucket(bucket)).eventBridgeConfiguration();
    }

    // Lists

    private void putAll(String... keys) {
        for (String key : keys) {
            put(key, key);
        }
    }

    @Test
    void keysAreListedInTheOrderOfTheirBytes() {
        putAll("b", "a", "ü", "a/1", "B", "a!", "\uD83D\uDD11", "\uFF5E");
        assertThat(keys()).containsExactly("B", "a", "a!", "a/1", "b", "ü", "\uFF5E", "\uD83D\uDD11");
    }

    @Test
    void anEntrySaysWhatAnObjectIs() {
        String etag = put("k", "hello").eTag();
        S3Object object = s3.listObjectsV2(b -> b.bucket(bucket)).contents().get(0);
        assertThat(object.eTag()).isEqualTo(etag);
        assertThat(object.size()).isEqualTo(5);
        assertThat(object.storageClassAsString()).isEqualTo("STANDARD");
        assertThat(object.owner()).isNull();
        assertThat(object.lastModified()).isEqualTo(s3.headObject(b -> b.bucket(bucket).key("k")).lastModified());
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).fetchOwner(true)).contents().get(0).owner().id()).isNotEmpty();
    }

    @Test
    void aDelimiterRollsKeysUp() {
        putAll("a", "d/1", "d/2", "d/e/3", "f/", "g");
        ListObjectsV2Response top = s3.listObjectsV2(b -> b.bucket(bucket).delimiter("/"));
        assertThat(top.contents()).extracting(S3Object::key).containsExactly("a", "g");
        assertThat(top.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("d/", "f/");
        assertThat(top.keyCount()).isEqualTo(4);
        ListObjectsV2Response below = s3.listObjectsV2(b -> b.bucket(bucket).delimiter("/").prefix("d/"));
        assertThat(below.contents()).extracting(S3Object::key).containsExactly("d/1", "d/2");
        assertThat(below.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("d/e/");
    }

    @ParameterizedTest
    @CsvSource({"1", "2", "3", "5", "1000"})
    void pagesTogetherAreTheWhole(int size) {
        putAll("a", "d/1", "d/2", "e", "f/1", "f/2/3", "g");
        ListObjectsV2Iterable flat = s3.listObjectsV2Paginator(b -> b.bucket(bucket).maxKeys(size));
        assertThat(flat.contents()).extracting(S3Object::key).containsExactly("a", "d/1", "d/2", "e", "f/1", "f/2/3", "g");
        ListObjectsV2Iterable rolled = s3.listObjectsV2Paginator(b -> b.bucket(bucket).maxKeys(size).delimiter("/"));
        assertThat(rolled.contents()).extracting(S3Object::key).containsExactly("a", "e", "g");
        assertThat(rolled.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("d/", "f/");
        assertThat(rolled.stream().allMatch(page -> page.keyCount() <= size)).isTrue();
    }

    @Test
    void aListCanStartAfterAKey() {
        putAll("a", "b", "c");
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).startAfter("a")).contents()).extracting(S3Object::key)
                .containsExactly("b", "c");
    }

    @Test
    void noKeysAtAllCanBeAskedFor() {
        put("a", "x");
        ListObjectsV2Response none = s3.listObjectsV2(b -> b.bucket(bucket).maxKeys(0));
        assertThat(none.contents()).isEmpty();
        assertThat(none.isTruncated()).isFalse();
    }

    @Test
    void theFirstVersionOfTheListGoesOnByMarker() {
        putAll("a", "b/1", "b/2", "c");
        ListObjectsResponse first = s3.listObjects(b -> b.bucket(bucket).delimiter("/").maxKeys(2));
        assertThat(first.isTruncated()).isTrue();
        assertThat(first.nextMarker()).isEqualTo("b/");
        assertThat(first.contents().get(0).owner().id()).isNotEmpty();
        ListObjectsResponse second = s3.listObjects(b -> b.bucket(bucket).delimiter("/").marker(first.nextMarker()));
        assertThat(second.contents()).extracting(S3Object::key).containsExactly("c");
        assertThat(second.commonPrefixes()).isEmpty();
        assertThat(s3.listObjects(b -> b.bucket(bucket).maxKeys(2)).nextMarker()).isNull();
    }

    @Test
    void aPrefixIsNoPattern() {
        putAll("a%b", "a_b", "axb", "a%c");
        assertThat(s3.listObjectsV2(b -> b.bucket(bucket).prefix("a%")).contents()).extracting(S3Object::key)
                .isEqualTo(List.of("a%b", "a%c"));
    }
}
