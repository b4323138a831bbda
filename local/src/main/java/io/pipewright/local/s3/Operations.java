package io.pipewright.local.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.CreateBucketConfiguration;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;
import software.amazon.awssdk.services.s3.model.CreateBucketResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteBucketRequest;
import software.amazon.awssdk.services.s3.model.DeleteBucketResponse;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.EventBridgeConfiguration;
import software.amazon.awssdk.services.s3.model.GetBucketAclRequest;
import software.amazon.awssdk.services.s3.model.GetBucketAclResponse;
import software.amazon.awssdk.services.s3.model.GetBucketLocationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketLocationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.GetBucketNotificationConfigurationResponse;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.GetBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.GetObjectAclRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAclResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.Grant;
import software.amazon.awssdk.services.s3.model.Grantee;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadBucketResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.Initiator;
import software.amazon.awssdk.services.s3.model.ListBucketsRequest;
import software.amazon.awssdk.services.s3.model.ListBucketsResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NotificationConfiguration;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.Owner;
import software.amazon.awssdk.services.s3.model.Permission;
import software.amazon.awssdk.services.s3.model.PutBucketNotificationConfigurationRequest;
import software.amazon.awssdk.services.s3.model.PutBucketNotificationConfigurationResponse;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningRequest;
import software.amazon.awssdk.services.s3.model.PutBucketVersioningResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Type;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;
import software.amazon.awssdk.services.s3.model.VersioningConfiguration;

/**
 * S3's operations in the SDK's shapes, for the HTTP route and the in-process client alike. Everything that S3 refuses
 * comes as a {@link Refusal}; so does every member of a request that the twin does not implement.
 */
final class Operations {
    private static final int MOST_LISTED = 1000;
    private static final int MOST_BUCKETS = 10_000;

    private final S3Store store;
    private final Multipart multipart;

    Operations(S3Store store) {
        this.store = store;
        this.multipart = new Multipart(store);
    }

    S3Store store() {
        return store;
    }

    private void accept(SdkPojo request, String expectedOwner) {
        Shapes.refuseAll(request, UnsupportedMembers.NAMES);
        if (expectedOwner != null && !expectedOwner.equals(store.account())) {
            throw new Refusal(403, "AccessDenied", "Access Denied");
        }
    }

    // Buckets

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
                .buckets(page.stream().map(Operations::listed).toList())
                .continuationToken(found.size() > max ? Listing.token(page.get(max - 1).name()) : null)
                .build();
    }

    private static software.amazon.awssdk.services.s3.model.Bucket listed(Bucket bucket) {
        return software.amazon.awssdk.services.s3.model.Bucket.builder().name(bucket.name()).creationDate(bucket.created())
                .bucketRegion(bucket.region()).bucketArn(bucket.arn()).build();
    }

    private Owner owner() {
        return Owner.builder().id(store.account()).build();
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

    // Objects

    PutObjectResponse putObject(PutObjectRequest request, Body body, Caller caller) throws IOException {
        accept(request, request.expectedBucketOwner());
        Map<String, String> headers = Shapes.headers(request);
        Put put = new Put(request.bucket(), request.key(), attributes(headers), Tags.parse(request.tagging()),
                new WriteConditions(Optional.ofNullable(request.ifMatch()), Optional.ofNullable(request.ifNoneMatch())));
        Content stored = store.put(put, payload(headers, body), caller);
        PutObjectResponse.Builder response = PutObjectResponse.builder().eTag(stored.version().quotedEtag())
                .versionId(newVersionId(stored));
        return withSum(withEncryption(response, stored.version()), stored.version()).build();
    }

    /** Every member that a version keeps, by lower-case header name. */
    private static Map<String, String> attributes(Map<String, String> headers) {
        Map<String, String> attributes = new LinkedHashMap<>();
        headers.forEach((name, value) -> {
            if (Attributes.KEPT.contains(name) || name.startsWith(Attributes.METADATA)) {
                attributes.put(name, value);
            }
        });
        return attributes;
    }

    private static Payload payload(Map<String, String> headers, Body body) {
        List<Map.Entry<String, String>> sums = headers.entrySet().stream()
                .filter(header -> ChecksumKind.ofHeader(header.getKey()).isPresent()).toList();
        if (sums.size() + body.trailing().stream().count() > 1) {
            throw Refusal.invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
        }
        String md5 = headers.get("content-md5");
        String sha256 = body.sha256().orElse(null);
        if (!sums.isEmpty()) {
            ChecksumKind kind = ChecksumKind.ofHeader(sums.get(0).getKey()).orElseThrow();
            String value = sums.get(0).getValue();
            Payload.requireWellFormed(kind, value);
            return new Payload(body.stream(), body.length(), Optional.of(kind), () -> value, md5, sha256);
        }
        Optional<ChecksumKind> kind = body.trailing()
                .or(() -> kind(headers.get("x-amz-sdk-checksum-algorithm"))).or(body::otherwise);
        return new Payload(body.stream(), body.length(), kind, body.trailer(), md5, sha256);
    }

    /** Refuses a document whose bytes differ from what the request claims of them. */
    static void verify(byte[] document, Map<String, String> headers, Body body) {
        Payload payload = payload(headers, body);
        Map<ChecksumKind, String> sums = new EnumMap<>(ChecksumKind.class);
        for (ChecksumKind kind : payload.kinds(ChecksumKind.CRC32)) {
            sums.put(kind, kind.encode(digest(kind.start(), document)));
        }
        payload.verify(new Blobs.Received("", document.length, digest(Digest.of("MD5"), document), sums));
    }

    private static byte[] digest(Digest digest, byte[] bytes) {
        digest.update(bytes, 0, bytes.length);
        return digest.result();
    }

    private static Optional<ChecksumKind> kind(String name) {
        if (name == null) {
            return Optional.empty();
        }
        return Optional.of(ChecksumKind.ofName(name).orElseThrow(() -> Refusal.invalidRequest(
                "Checksum algorithm provided is unsupported. Please try again with any of the valid types: "
                        + "[CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")));
    }

    /** Answers to writes tell the version only while versioning is enabled. */
    private static String newVersionId(Content stored) {
        return stored.bucket().versioning() == Bucket.Versioning.ENABLED ? stored.version().versionId() : null;
    }

    private static <B extends SdkPojo> B withEncryption(B response, Version version) {
        Map<String, String> encryption = new LinkedHashMap<>(version.attributes());
        encryption.keySet().removeIf(name -> !name.startsWith(Attributes.ENCRYPTION));
        return Shapes.setHeaders(response, encryption);
    }

    private static <B extends SdkPojo> B withSum(B response, Version version) {
        version.sum().ifPresent(sum -> {
            Shapes.setMember(response, "Checksum" + sum.kind(), sum.value());
            Shapes.setMember(response, "ChecksumType", sum.type().name());
        });
        return response;
    }

    /** The answer to a GET, and the bytes; the caller closes them. */
    record Got(GetObjectResponse response, InputStream body) {
    }

    Got getObject(GetObjectRequest request) {
        accept(request, request.expectedBucketOwner());
        ReadConditions conditions = new ReadConditions(Optional.ofNullable(request.ifMatch()),
                Optional.ofNullable(request.ifNoneMatch()), Optional.ofNullable(request.ifModifiedSince()),
                Optional.ofNullable(request.ifUnmodifiedSince()));
        Content content = store.get(request.bucket(), request.key(), Optional.ofNullable(request.versionId()), conditions,
                Optional.ofNullable(request.range()), part(request.partNumber()));
        Map<String, String> headers = described(content, request.checksumModeAsString(), request.partNumber());
        overrides(request).forEach(headers::put);
        GetObjectResponse.Builder response = Shapes.setHeaders(GetObjectResponse.builder(), headers);
        return new Got(response.build(), content.body());
    }

    private static Map<String, String> overrides(GetObjectRequest request) {
        Map<String, String> overrides = new LinkedHashMap<>();
        putIfSet(overrides, "content-type", request.responseContentType());
        putIfSet(overrides, "cache-control", request.responseCacheControl());
        putIfSet(overrides, "content-disposition", request.responseContentDisposition());
        putIfSet(overrides, "content-encoding", request.responseContentEncoding());
        putIfSet(overrides, "content-language", request.responseContentLanguage());
        putIfSet(overrides, "expires", Optional.ofNullable(request.responseExpires()).map(Shapes::httpDate).orElse(null));
        return overrides;
    }

    private static void putIfSet(Map<String, String> map, String name, String value) {
        if (value != null) {
            map.put(name, value);
        }
    }

    HeadObjectResponse headObject(HeadObjectRequest request) {
        accept(request, request.expectedBucketOwner());
        ReadConditions conditions = new ReadConditions(Optional.ofNullable(request.ifMatch()),
                Optional.ofNullable(request.ifNoneMatch()), Optional.ofNullable(request.ifModifiedSince()),
                Optional.ofNullable(request.ifUnmodifiedSince()));
        Content found = store.head(request.bucket(), request.key(), Optional.ofNullable(request.versionId()), conditions, "HEAD");
        Content content = store.select(found, Optional.ofNullable(request.range()), part(request.partNumber()));
        return Shapes.setHeaders(HeadObjectResponse.builder(),
                described(content, request.checksumModeAsString(), request.partNumber())).build();
    }

    private static Optional<Integer> part(Integer number) {
        return Optional.ofNullable(number);
    }

    /** What GET and HEAD say of an object, by lower-case header name. */
    private static Map<String, String> described(Content content, String checksumMode, Integer partNumber) {
        Version version = content.version();
        Map<String, String> headers = new LinkedHashMap<>(version.attributes());
        headers.put("accept-ranges", "bytes");
        headers.put("last-modified", Shapes.httpDate(version.modified()));
        headers.put("content-length", Long.toString(content.length()));
        headers.put("etag", version.quotedEtag());
        content.versionId().ifPresent(id -> headers.put("x-amz-version-id", id));
        content.range().ifPresent(range -> headers.put("content-range", range.contentRange(version.size())));
        if (!version.tags().isEmpty()) {
            headers.put("x-amz-tagging-count", Integer.toString(version.tags().size()));
        }
        if (partNumber != null && version.partCount() > 0) {
            headers.put("x-amz-mp-parts-count", Integer.toString(version.partCount()));
        }
        if ("ENABLED".equals(checksumMode) && content.length() == version.size()) {
            version.sum().ifPresent(sum -> {
                headers.put(sum.kind().header(), sum.value());
                headers.put("x-amz-checksum-type", sum.type().name());
            });
        }
        return headers;
    }

    CopyObjectResponse copyObject(CopyObjectRequest request, Caller caller) {
        accept(request, request.expectedBucketOwner());
        Map<String, String> headers = Shapes.headers(request);
        Put target = new Put(request.destinationBucket(), request.destinationKey(), attributes(headers),
                Tags.parse(request.tagging()),
                new WriteConditions(Optional.ofNullable(request.ifMatch()), Optional.ofNullable(request.ifNoneMatch())));
        ReadConditions conditions = new ReadConditions(Optional.ofNullable(request.copySourceIfMatch()),
                Optional.ofNullable(request.copySourceIfNoneMatch()),
                Optional.ofNullable(request.copySourceIfModifiedSince()),
                Optional.ofNullable(request.copySourceIfUnmodifiedSince()));
        Copy.Source source = source(request.copySource(), request.sourceBucket(), request.sourceKey(), request.sourceVersionId());
        Copy copy = new Copy(source, conditions, target,
                replaces(request.metadataDirectiveAsString(), "x-amz-metadata-directive"),
                replaces(request.taggingDirectiveAsString(), "x-amz-tagging-directive"), kind(request.checksumAlgorithmAsString()));
        Copied copied = store.copy(copy, caller);
        Version version = copied.target().version();
        CopyObjectResult.Builder result = CopyObjectResult.builder().eTag(version.quotedEtag()).lastModified(version.modified());
        CopyObjectResponse.Builder response = CopyObjectResponse.builder()
                .copyObjectResult(withSum(result, version).build())
                .versionId(newVersionId(copied.target())).copySourceVersionId(copied.source().versionId().orElse(null));
        return withEncryption(response, version).build();
    }

    private static boolean replaces(String directive, String header) {
        if (directive == null || directive.equals("COPY")) {
            return false;
        }
        if (directive.equals("REPLACE")) {
            return true;
        }
        throw Refusal.invalidArgument("Unknown directive.", header, directive);
    }

    /** {@code bucket/key?versionId=v}, percent-encoded, with or without a leading slash; or its parts. */
    private static Copy.Source source(String header, String bucket, String key, String versionId) {
        if (header == null) {
            return new Copy.Source(bucket, key, Optional.ofNullable(versionId));
        }
        int mark = header.indexOf("?versionId=");
        String path = Keys.decode(mark < 0 ? header : header.substring(0, mark));
        Optional<String> version = mark < 0 ? Optional.empty()
                : Optional.of(Keys.decode(header.substring(mark + "?versionId=".length())));
        String plain = path.startsWith("/") ? path.substring(1) : path;
        int slash = plain.indexOf('/');
        if (slash <= 0 || slash == plain.length() - 1) {
            throw Refusal.invalidArgument("Invalid copy source object key", "x-amz-copy-source", header);
        }
        return new Copy.Source(plain.substring(0, slash), plain.substring(slash + 1), version);
    }

    DeleteObjectResponse deleteObject(DeleteObjectRequest request, Caller caller) {
        accept(request, request.expectedBucketOwner());
        Deletion deletion = store.delete(request.bucket(), request.key(), Optional.ofNullable(request.versionId()),
                Optional.ofNullable(request.ifMatch()), caller);
        return DeleteObjectResponse.builder().versionId(deletion.versionId().orElse(null))
                .deleteMarker(deletion.marker() ? true : null).build();
    }

    DeleteObjectsResponse deleteObjects(DeleteObjectsRequest request, Caller caller) {
        accept(request, request.expectedBucketOwner());
        Delete delete = request.delete();
        if (delete == null || delete.objects().isEmpty() || delete.objects().size() > MOST_LISTED) {
            throw Refusal.malformedXml();
        }
        store.bucket(request.bucket());
        List<DeletedObject> deleted = new ArrayList<>();
        List<S3Error> errors = new ArrayList<>();
        for (ObjectIdentifier object : delete.objects()) {
            try {
                deleted.add(delete(request.bucket(), object, caller));
            } catch (Refusal refusal) {
                errors.add(S3Error.builder().key(object.key()).versionId(object.versionId())
                        .code(refusal.code()).message(refusal.getMessage()).build());
            }
        }
        boolean quiet = Boolean.TRUE.equals(delete.quiet());
        return DeleteObjectsResponse.builder().deleted(quiet ? null : deleted).errors(errors.isEmpty() ? null : errors).build();
    }

    private DeletedObject delete(String bucket, ObjectIdentifier object, Caller caller) {
        Shapes.refuseAll(object, Set.of("LastModifiedTime", "Size"));
        if (object.versionId() != null && !S3Store.isVersionId(object.versionId())) {
            throw Refusal.noSuchVersion(object.key(), object.versionId());
        }
        Deletion deletion = store.delete(bucket, object.key(), Optional.ofNullable(object.versionId()),
                Optional.ofNullable(object.eTag()), caller);
        return DeletedObject.builder().key(object.key()).versionId(object.versionId())
                .deleteMarker(deletion.marker() ? true : null)
                .deleteMarkerVersionId(deletion.marker() ? deletion.versionId().orElse(null) : null).build();
    }

    GetObjectTaggingResponse getObjectTagging(GetObjectTaggingRequest request) {
        accept(request, request.expectedBucketOwner());
        Content found = store.find(request.bucket(), request.key(), Optional.ofNullable(request.versionId()), "GET");
        return GetObjectTaggingResponse.builder().tagSet(Tags.list(found.version().tags()))
                .versionId(found.versionId().orElse(null)).build();
    }

    PutObjectTaggingResponse putObjectTagging(PutObjectTaggingRequest request) {
        accept(request, request.expectedBucketOwner());
        if (request.tagging() == null) {
            throw Refusal.malformedXml();
        }
        Content found = store.tag(request.bucket(), request.key(), Optional.ofNullable(request.versionId()),
                Tags.of(request.tagging().tagSet()));
        return PutObjectTaggingResponse.builder().versionId(found.versionId().orElse(null)).build();
    }

    DeleteObjectTaggingResponse deleteObjectTagging(DeleteObjectTaggingRequest request) {
        accept(request, request.expectedBucketOwner());
        Content found = store.tag(request.bucket(), request.key(), Optional.ofNullable(request.versionId()), Map.of());
        return DeleteObjectTaggingResponse.builder().versionId(found.versionId().orElse(null)).build();
    }

    /** Only the owner has rights, as by default. */
    GetBucketAclResponse getBucketAcl(GetBucketAclRequest request) {
        accept(request, request.expectedBucketOwner());
        store.bucket(request.bucket());
        return GetBucketAclResponse.builder().owner(owner()).grants(ownersGrant()).build();
    }

    GetObjectAclResponse getObjectAcl(GetObjectAclRequest request) {
        accept(request, request.expectedBucketOwner());
        store.find(request.bucket(), request.key(), Optional.ofNullable(request.versionId()), "GET");
        return GetObjectAclResponse.builder().owner(owner()).grants(ownersGrant()).build();
    }

    private Grant ownersGrant() {
        return Grant.builder().permission(Permission.FULL_CONTROL)
                .grantee(Grantee.builder().type(Type.CANONICAL_USER).id(store.account()).build()).build();
    }

    // Lists

    private static int max(Integer asked, String name) {
        if (asked != null && asked < 0) {
            throw Refusal.invalidArgument("Argument " + name + " must be an integer between 0 and 2147483647", name, asked);
        }
        return asked == null ? MOST_LISTED : Math.min(asked, MOST_LISTED);
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    private static Listing.Query query(String bucket, String prefix, String delimiter, int max) {
        return new Listing.Query(bucket, orEmpty(prefix), orEmpty(delimiter), max);
    }

    private Listing.Page<Version> objects(Listing.Query query, String marker) {
        return store.database().read(session -> {
            Buckets.get(session, query.bucket());
            return Listing.objects(session, query, Listing.start(query, marker));
        });
    }

    private S3Object listed(Version version, boolean withOwner) {
        S3Object.Builder object = S3Object.builder().key(version.key()).lastModified(version.modified())
                .eTag(version.quotedEtag()).size(version.size())
                .storageClass(version.attribute(Attributes.STORAGE_CLASS).orElse("STANDARD"))
                .owner(withOwner ? owner() : null);
        version.sum().ifPresent(sum -> object.checksumType(sum.type().name())
                .checksumAlgorithm(List.of(ChecksumAlgorithm.fromValue(sum.kind().name()))));
        return object.build();
    }

    private static List<CommonPrefix> prefixes(Listing.Page<?> page) {
        return page.commonPrefixes().isEmpty() ? null
                : page.commonPrefixes().stream().map(prefix -> CommonPrefix.builder().prefix(prefix).build()).toList();
    }

    private static <T> List<T> orNull(List<T> list) {
        return list.isEmpty() ? null : list;
    }

    ListObjectsV2Response listObjectsV2(ListObjectsV2Request request) {
        accept(request, request.expectedBucketOwner());
        int max = max(request.maxKeys(), "max-keys");
        String marker = request.continuationToken() != null
                ? Listing.fromToken(request.continuationToken()) : orEmpty(request.startAfter());
        Listing.Page<Version> page = objects(query(request.bucket(), request.prefix(), request.delimiter(), max), marker);
        boolean withOwner = Boolean.TRUE.equals(request.fetchOwner());
        return ListObjectsV2Response.builder().name(request.bucket()).prefix(orEmpty(request.prefix()))
                .delimiter(request.delimiter()).maxKeys(max).keyCount(page.count()).isTruncated(page.truncated())
                .continuationToken(request.continuationToken()).startAfter(request.startAfter())
                .nextContinuationToken(page.truncated() ? page.last().map(Listing::token).orElse(null) : null)
                .contents(orNull(page.entries().stream().map(version -> listed(version, withOwner)).toList()))
                .commonPrefixes(prefixes(page)).encodingType(request.encodingType()).build();
    }

    ListObjectsResponse listObjects(ListObjectsRequest request) {
        accept(request, request.expectedBucketOwner());
        int max = max(request.maxKeys(), "max-keys");
        Listing.Page<Version> page = objects(query(request.bucket(), request.prefix(), request.delimiter(), max),
                orEmpty(request.marker()));
        boolean named = page.truncated() && !orEmpty(request.delimiter()).isEmpty();
        return ListObjectsResponse.builder().name(request.bucket()).prefix(orEmpty(request.prefix()))
                .marker(orEmpty(request.marker())).nextMarker(named ? page.last().orElse(null) : null)
                .delimiter(request.delimiter()).maxKeys(max).isTruncated(page.truncated())
                .contents(orNull(page.entries().stream().map(version -> listed(version, true)).toList()))
                .commonPrefixes(prefixes(page)).encodingType(request.encodingType()).build();
    }

    /**
     * A page of versions.
     *
     * @param mixed versions and markers in their common order, which the response has in two lists
     */
    record ListedVersions(ListObjectVersionsResponse response, List<WireXml.Element> mixed) {
    }

    ListObjectVersionsResponse listObjectVersions(ListObjectVersionsRequest request) {
        return listVersions(request).response();
    }

    ListedVersions listVersions(ListObjectVersionsRequest request) {
        accept(request, request.expectedBucketOwner());
        int max = max(request.maxKeys(), "max-keys");
        Listing.Query query = query(request.bucket(), request.prefix(), request.delimiter(), max);
        Listing.Page<Version> page = store.database().read(session -> {
            Buckets.get(session, request.bucket());
            return Listing.versions(session, query, Listing.versionsStart(session, query, orEmpty(request.keyMarker()),
                    orEmpty(request.versionIdMarker())));
        });
        Optional<Version> last = page.endsWithEntry() ? Optional.of(page.entries().get(page.entries().size() - 1)) : Optional.empty();
        ListObjectVersionsResponse response = ListObjectVersionsResponse.builder().name(request.bucket()).prefix(orEmpty(request.prefix()))
                .delimiter(request.delimiter()).maxKeys(max).isTruncated(page.truncated())
                .keyMarker(orEmpty(request.keyMarker())).versionIdMarker(orEmpty(request.versionIdMarker()))
                .nextKeyMarker(page.truncated() ? page.last().orElse(null) : null)
                .nextVersionIdMarker(page.truncated() ? last.map(Version::versionId).orElse(null) : null)
                .versions(orNull(page.entries().stream().filter(version -> !version.marker()).map(this::listedVersion).toList()))
                .deleteMarkers(orNull(page.entries().stream().filter(Version::marker).map(this::listedMarker).toList()))
                .commonPrefixes(prefixes(page)).encodingType(request.encodingType()).build();
        return new ListedVersions(response, page.entries().stream().map(version -> version.marker()
                ? new WireXml.Element("DeleteMarker", listedMarker(version))
                : new WireXml.Element("Version", listedVersion(version))).toList());
    }

    private ObjectVersion listedVersion(Version version) {
        ObjectVersion.Builder listed = ObjectVersion.builder().key(version.key()).versionId(version.versionId())
                .isLatest(version.latest()).lastModified(version.modified()).eTag(version.quotedEtag()).size(version.size())
                .storageClass(version.attribute(Attributes.STORAGE_CLASS).orElse("STANDARD")).owner(owner());
        version.sum().ifPresent(sum -> listed.checksumType(sum.type().name())
                .checksumAlgorithm(List.of(ChecksumAlgorithm.fromValue(sum.kind().name()))));
        return listed.build();
    }

    private DeleteMarkerEntry listedMarker(Version version) {
        return DeleteMarkerEntry.builder().key(version.key()).versionId(version.versionId()).isLatest(version.latest())
                .lastModified(version.modified()).owner(owner()).build();
    }

    // Multipart

    CreateMultipartUploadResponse createMultipartUpload(CreateMultipartUploadRequest request) {
        accept(request, request.expectedBucketOwner());
        Put put = new Put(request.bucket(), request.key(), attributes(Shapes.headers(request)), Tags.parse(request.tagging()),
                WriteConditions.NONE);
        Upload upload = multipart.create(put, kind(request.checksumAlgorithmAsString()), type(request.checksumTypeAsString()));
        CreateMultipartUploadResponse.Builder response = CreateMultipartUploadResponse.builder()
                .bucket(upload.bucket()).key(upload.key()).uploadId(upload.id());
        upload.kind().ifPresent(kind -> response.checksumAlgorithm(kind.name()).checksumType(upload.type().name()));
        Map<String, String> encryption = new LinkedHashMap<>(upload.attributes());
        encryption.keySet().removeIf(name -> !name.startsWith(Attributes.ENCRYPTION));
        return Shapes.setHeaders(response, encryption).build();
    }

    private static Optional<Sum.Type> type(String name) {
        if (name == null) {
            return Optional.empty();
        }
        return Optional.of(Stream.of(Sum.Type.values()).filter(type -> type.name().equals(name)).findFirst()
                .orElseThrow(() -> Refusal.invalidRequest("Value for x-amz-checksum-type header is invalid.")));
    }

    UploadPartResponse uploadPart(UploadPartRequest request, Body body) throws IOException {
        accept(request, request.expectedBucketOwner());
        Upload upload = multipart.get(request.bucket(), request.key(), request.uploadId());
        Body defaulted = new Body(body.stream(), body.length(), body.trailing(), body.trailer(), body.sha256(),
                upload.kind().or(body::otherwise));
        Payload payload = payload(Shapes.headers(request), defaulted);
        Multipart.Stored stored = multipart.put(upload, number(request.partNumber()), payload);
        ChecksumKind kind = payload.kind().orElse(upload.keptKind());
        UploadPartResponse.Builder response = UploadPartResponse.builder().eTag('"' + stored.part().md5() + '"');
        Shapes.setMember(response, "Checksum" + kind, stored.sums().get(kind));
        Map<String, String> encryption = new LinkedHashMap<>(upload.attributes());
        encryption.keySet().removeIf(name -> !name.startsWith(Attributes.ENCRYPTION));
        return Shapes.setHeaders(response, encryption).build();
    }

    /** An absent number is refused like one out of range. */
    private static int number(Integer partNumber) {
        return partNumber == null ? 0 : partNumber;
    }

    UploadPartCopyResponse uploadPartCopy(UploadPartCopyRequest request) {
        accept(request, request.expectedBucketOwner());
        Upload upload = multipart.get(request.destinationBucket(), request.destinationKey(), request.uploadId());
        ReadConditions conditions = new ReadConditions(Optional.ofNullable(request.copySourceIfMatch()),
                Optional.ofNullable(request.copySourceIfNoneMatch()),
                Optional.ofNullable(request.copySourceIfModifiedSince()),
                Optional.ofNullable(request.copySourceIfUnmodifiedSince()));
        Content source = store.copySource(
                source(request.copySource(), request.sourceBucket(), request.sourceKey(), request.sourceVersionId()), conditions);
        Content selected = new Content(source.bucket(), source.version(),
                Optional.ofNullable(request.copySourceRange()).map(range -> ByteRange.ofCopy(range, source.version().size())),
                source.body());
        Part part = multipart.copy(upload, number(request.partNumber()), selected);
        CopyPartResult.Builder result = CopyPartResult.builder().eTag('"' + part.md5() + '"').lastModified(part.modified());
        upload.kind().ifPresent(kind -> Shapes.setMember(result, "Checksum" + kind, part.checksum()));
        return UploadPartCopyResponse.builder().copyPartResult(result.build())
                .copySourceVersionId(source.versionId().orElse(null)).build();
    }

    CompleteMultipartUploadResponse completeMultipartUpload(CompleteMultipartUploadRequest request, Caller caller) {
        accept(request, request.expectedBucketOwner());
        Upload upload = multipart.get(request.bucket(), request.key(), request.uploadId());
        if (request.multipartUpload() == null) {
            throw Refusal.invalidRequest("You must specify at least one part");
        }
        List<Multipart.Named> named = request.multipartUpload().parts().stream().map(Operations::named).toList();
        Multipart.Completion completion = new Multipart.Completion(named,
                new WriteConditions(Optional.ofNullable(request.ifMatch()), Optional.ofNullable(request.ifNoneMatch())),
                sums(Shapes.headers(request)), type(request.checksumTypeAsString()), Optional.ofNullable(request.mpuObjectSize()));
        Content stored = multipart.complete(upload, completion, caller);
        CompleteMultipartUploadResponse.Builder response = CompleteMultipartUploadResponse.builder()
                .location(caller.endpoint() + "/" + upload.bucket() + "/" + Keys.encode(upload.key()))
                .bucket(upload.bucket()).key(upload.key()).eTag(stored.version().quotedEtag()).versionId(newVersionId(stored));
        return withSum(withEncryption(response, stored.version()), stored.version()).build();
    }

    private static Map<ChecksumKind, String> sums(Map<String, String> headers) {
        Map<ChecksumKind, String> sums = new EnumMap<>(ChecksumKind.class);
        headers.forEach((name, value) -> ChecksumKind.ofHeader(name).ifPresent(kind -> sums.put(kind, value)));
        return sums;
    }

    private static Multipart.Named named(CompletedPart part) {
        if (part.partNumber() == null || part.eTag() == null) {
            throw Refusal.malformedXml();
        }
        Map<ChecksumKind, String> sums = new EnumMap<>(ChecksumKind.class);
        for (ChecksumKind kind : ChecksumKind.values()) {
            part.getValueForField("Checksum" + kind, String.class).ifPresent(value -> sums.put(kind, value));
        }
        return new Multipart.Named(part.partNumber(), ReadConditions.unquoted(part.eTag()), sums);
    }

    AbortMultipartUploadResponse abortMultipartUpload(AbortMultipartUploadRequest request) {
        accept(request, request.expectedBucketOwner());
        multipart.abort(request.bucket(), request.key(), request.uploadId());
        return AbortMultipartUploadResponse.builder().build();
    }

    ListPartsResponse listParts(ListPartsRequest request) {
        accept(request, request.expectedBucketOwner());
        int max = max(request.maxParts(), "max-parts");
        int marker = Optional.ofNullable(request.partNumberMarker()).orElse(0);
        Upload upload = multipart.get(request.bucket(), request.key(), request.uploadId());
        List<Part> rest = multipart.parts(upload).stream().filter(part -> part.number() > marker).toList();
        List<Part> page = rest.subList(0, Math.min(max, rest.size()));
        ListPartsResponse.Builder response = ListPartsResponse.builder().bucket(upload.bucket()).key(upload.key())
                .uploadId(upload.id()).partNumberMarker(marker)
                .nextPartNumberMarker(page.isEmpty() ? 0 : page.get(page.size() - 1).number())
                .maxParts(max).isTruncated(rest.size() > page.size()).storageClass(storageClass(upload)).owner(owner())
                .initiator(Initiator.builder().id(store.account()).build())
                .parts(orNull(page.stream().map(part -> listed(upload, part)).toList()));
        upload.kind().ifPresent(kind -> response.checksumAlgorithm(kind.name()).checksumType(upload.type().name()));
        return response.build();
    }

    private static String storageClass(Upload upload) {
        return upload.attributes().getOrDefault(Attributes.STORAGE_CLASS, "STANDARD");
    }

    private static software.amazon.awssdk.services.s3.model.Part listed(Upload upload, Part part) {
        software.amazon.awssdk.services.s3.model.Part.Builder listed = software.amazon.awssdk.services.s3.model.Part.builder()
                .partNumber(part.number()).lastModified(part.modified()).eTag('"' + part.md5() + '"').size(part.size());
        upload.kind().ifPresent(kind -> Shapes.setMember(listed, "Checksum" + kind, part.checksum()));
        return listed.build();
    }

    ListMultipartUploadsResponse listMultipartUploads(ListMultipartUploadsRequest request) {
        accept(request, request.expectedBucketOwner());
        int max = max(request.maxUploads(), "max-uploads");
        Listing.Query query = query(request.bucket(), request.prefix(), request.delimiter(), max);
        Listing.Page<Upload> page = store.database().read(session -> {
            Buckets.get(session, request.bucket());
            return Listing.uploads(session, query,
                    Listing.uploadsStart(query, orEmpty(request.keyMarker()), orEmpty(request.uploadIdMarker())));
        });
        Optional<Upload> last = page.endsWithEntry() ? Optional.of(page.entries().get(page.entries().size() - 1)) : Optional.empty();
        return ListMultipartUploadsResponse.builder().bucket(request.bucket()).prefix(orEmpty(request.prefix()))
                .delimiter(request.delimiter()).keyMarker(orEmpty(request.keyMarker()))
                .uploadIdMarker(orEmpty(request.uploadIdMarker())).nextKeyMarker(page.last().orElse(""))
                .nextUploadIdMarker(last.map(Upload::id).orElse("")).maxUploads(max).isTruncated(page.truncated())
                .uploads(orNull(page.entries().stream().map(this::listed).toList()))
                .commonPrefixes(prefixes(page)).encodingType(request.encodingType()).build();
    }

    private MultipartUpload listed(Upload upload) {
        MultipartUpload.Builder listed = MultipartUpload.builder().uploadId(upload.id()).key(upload.key())
                .initiated(upload.created()).storageClass(storageClass(upload)).owner(owner())
                .initiator(Initiator.builder().id(store.account()).build());
        upload.kind().ifPresent(kind -> listed.checksumAlgorithm(kind.name()).checksumType(upload.type().name()));
        return listed.build();
    }
}
