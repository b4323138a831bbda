package io.pipewright.local.s3;

import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.CreateBucketConfiguration;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketResponse;
import software.amazon.awssdk.services.s3.model.EventBridgeConfiguration;
import software.amazon.awssdk.services.s3.model.GetBucketAclRequest;
import software.amazon.awssdk.services.s3.model.GetBucketAclResponse;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.NotificationConfiguration;
import software.amazon.awssdk.services.s3.model.PutBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketNotificationConfigurationResponse;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.VersioningConfiguration;

/** Operations on buckets and their settings. */
final class BucketOperations extends Operations {
    private static final int MOST_BUCKETS = 10_000;

    BucketOperations(S3Store store) {
        super(store);
    }

    /** @param endpointRegion the region that the request was signed for */
    CreateBucketResponse createBucket(CreateBucketRequest request, String endpointRegion, Caller caller) {
        accept(request, null);
        Optional<String> constraint = Optional.ofNullable(request.createBucketConfiguration())
                .map(CreateBucketConfiguration::locationConstraintAsString).filter(text -> !text.isEmpty());
        Bucket bucket = store.createBucket(request.bucket(), constraint, endpointRegion);
        String location = constraint.isEmpty() ? "/" + bucket.name()
                : caller.endpoint().replace("://", "://" + bucket.name() + ".") + "/";
        return CreateBucketResponse.builder().location(location).bucketArn(bucket.arn()).build();
    }

    HeadBucketResponse headBucket(HeadBucketRequest request) {
        accept(request, request.expectedBucketOwner());
        Bucket bucket = store.bucket(request.bucket());
        return HeadBucketResponse.builder().bucketRegion(bucket.region()).bucketArn(bucket.arn()).accessPointAlias(false).build();
    }

    ListBucketsResponse listBuckets(ListBucketsRequest request) {
        accept(request, null);
        int max = Math.min(Optional.ofNullable(request.maxBuckets()).orElse(MOST_BUCKETS), MOST_BUCKETS);
        String after = Optional.ofNullable(request.continuationToken()).map(Listing::fromToken).orElse("");
        List<Bucket> found = store.buckets(orEmpty(request.prefix()), after, max + 1);
        List<Bucket> page = found.subList(0, Math.min(max, found.size()));
        return ListBucketsResponse.builder().owner(owner()).prefix(request.prefix())
                .buckets(page.stream().map(BucketOperations::listed).toList())
                .continuationToken(found.size() > max ? Listing.token(page.get(max - 1).name()) : null)
                .build();
    }

    private static software.amazon.awssdk.services.s3.model.Bucket listed(Bucket bucket) {
        return software.amazon.awssdk.services.s3.model.Bucket.builder().name(bucket.name()).creationDate(bucket.created())
                .bucketRegion(bucket.region()).bucketArn(bucket.arn()).build();
    }

    DeleteBucketResponse deleteBucket(DeleteBucketRequest request) {
        accept(request, request.expectedBucketOwner());
        store.deleteBucket(request.bucket());
        return DeleteBucketResponse.builder().build();
    }

    /** The location constraint is absent for us-east-1. */
    GetBucketLocationResponse getBucketLocation(GetBucketLocationRequest request) {
        accept(request, request.expectedBucketOwner());
        String region = store.bucket(request.bucket()).region();
        return GetBucketLocationResponse.builder().locationConstraint(region.equals("us-east-1") ? "" : region).build();
    }

    GetBucketVersioningResponse getBucketVersioning(GetBucketVersioningRequest request) {
        accept(request, request.expectedBucketOwner());
        GetBucketVersioningResponse.Builder response = GetBucketVersioningResponse.builder();
        switch (store.bucket(request.bucket()).versioning()) {
            case ENABLED -> response.status(BucketVersioningStatus.ENABLED);
            case SUSPENDED -> response.status(BucketVersioningStatus.SUSPENDED);
            case UNSET -> { }
        }
        return response.build();
    }

    PutBucketVersioningResponse putBucketVersioning(PutBucketVersioningRequest request) {
        accept(request, request.expectedBucketOwner());
        VersioningConfiguration configuration = Optional.ofNullable(request.versioningConfiguration())
                .orElseThrow(Refusal::malformedXml);
        if (configuration.mfaDeleteAsString() != null) {
            throw Refusal.notImplemented("MfaDelete", "The local S3 does not implement MfaDelete");
        }
        if (configuration.statusAsString() == null) {
            throw new Refusal(400, "IllegalVersioningConfigurationException",
                    "The Versioning element must be specified");
        }
        switch (configuration.status()) {
            case ENABLED -> store.setVersioning(request.bucket(), true);
            case SUSPENDED -> store.setVersioning(request.bucket(), false);
            default -> throw Refusal.malformedXml();
        }
        return PutBucketVersioningResponse.builder().build();
    }

    GetBucketNotificationConfigurationResponse getBucketNotificationConfiguration(
            GetBucketNotificationConfigurationRequest request) {
        accept(request, request.expectedBucketOwner());
        boolean enabled = store.bucket(request.bucket()).eventBridge();
        return GetBucketNotificationConfigurationResponse.builder()
                .eventBridgeConfiguration(enabled ? EventBridgeConfiguration.builder().build() : null).build();
    }

    PutBucketNotificationConfigurationResponse putBucketNotificationConfiguration(
            PutBucketNotificationConfigurationRequest request) {
        accept(request, request.expectedBucketOwner());
        NotificationConfiguration configuration = Optional.ofNullable(request.notificationConfiguration())
                .orElseThrow(Refusal::malformedXml);
        if (configuration.hasTopicConfigurations() || configuration.hasQueueConfigurations()
                || configuration.hasLambdaFunctionConfigurations()) {
            throw Refusal.notImplemented("NotificationConfiguration",
                    "The local S3 implements EventBridgeConfiguration only");
        }
        store.setEventBridge(request.bucket(), configuration.eventBridgeConfiguration() != null);
        return PutBucketNotificationConfigurationResponse.builder().build();
    }

    /** Only the owner has rights, as by default. */
    GetBucketAclResponse getBucketAcl(GetBucketAclRequest request) {
        accept(request, request.expectedBucketOwner());
        store.bucket(request.bucket());
        return GetBucketAclResponse.builder().owner(owner()).grants(ownersGrant()).build();
    }
}
