package io.pipewright.local.s3;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectResult;
import software.amazon.awssdk.services.s3.model.Delete;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.GetObjectAclRequest;
import software.amazon.awssdk.services.s3.model.GetObjectAclResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.GetObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingRequest;
import software.amazon.awssdk.services.s3.model.PutObjectTaggingResponse;
import software.amazon.awssdk.services.s3.model.S3Error;

/** Operations on single objects and their versions. */
final class ObjectOperations extends Operations {
    private static final int MOST_DELETED = 1000;

    private final StoredObjects objects;

    ObjectOperations(S3Store store) {
        super(store);
        this.objects = new StoredObjects(store);
    }

    PutObjectResponse putObject(PutObjectRequest request, Body body, Caller caller) throws IOException {
        accept(request, request.expectedBucketOwner());
        Map<String, String> headers = Shapes.headers(request);
        Put put = new Put(request.bucket(), request.key(), attributes(headers), Tags.parse(request.tagging()),
                new WriteConditions(Optional.ofNullable(request.ifMatch()), Optional.ofNullable(request.ifNoneMatch())));
        Content stored = objects.put(put, payload(headers, body), caller);
        PutObjectResponse.Builder response = PutObjectResponse.builder().eTag(stored.version().quotedEtag())
                .versionId(newVersionId(stored));
        return withSum(withEncryption(response, stored.version().attributes()), stored.version()).build();
    }

    /** The answer to a GET, and the bytes; the caller closes them. */
    record Got(GetObjectResponse response, InputStream body) {
    }

    Got getObject(GetObjectRequest request) {
        accept(request, request.expectedBucketOwner());
        ReadConditions conditions = new ReadConditions(Optional.ofNullable(request.ifMatch()),
                Optional.ofNullable(request.ifNoneMatch()), Optional.ofNullable(request.ifModifiedSince()),
                Optional.ofNullable(request.ifUnmodifiedSince()));
        Content content = objects.get(request.bucket(), request.key(), Optional.ofNullable(request.versionId()), conditions,
                Optional.ofNullable(request.range()), Optional.ofNullable(request.partNumber()));
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
        Content found = objects.head(request.bucket(), request.key(), Optional.ofNullable(request.versionId()), conditions, "HEAD");
        Content content = objects.select(found, Optional.ofNullable(request.range()), Optional.ofNullable(request.partNumber()));
        return Shapes.setHeaders(HeadObjectResponse.builder(),
                described(content, request.checksumModeAsString(), request.partNumber())).build();
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
        Copied copied = objects.copy(copy, caller);
        Version version = copied.target().version();
        CopyObjectResult.Builder result = CopyObjectResult.builder().eTag(version.quotedEtag()).lastModified(version.modified());
        CopyObjectResponse.Builder response = CopyObjectResponse.builder()
                .copyObjectResult(withSum(result, version).build())
                .versionId(newVersionId(copied.target())).copySourceVersionId(copied.source().versionId().orElse(null));
        return withEncryption(response, version.attributes()).build();
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

    DeleteObjectResponse deleteObject(DeleteObjectRequest request, Caller caller) {
        accept(request, request.expectedBucketOwner());
        Deletion deletion = objects.delete(request.bucket(), request.key(), Optional.ofNullable(request.versionId()),
                Optional.ofNullable(request.ifMatch()), caller);
        return DeleteObjectResponse.builder().versionId(deletion.versionId().orElse(null))
                .deleteMarker(deletion.marker() ? true : null).build();
    }

    DeleteObjectsResponse deleteObjects(DeleteObjectsRequest request, Caller caller) {
        accept(request, request.expectedBucketOwner());
        Delete delete = request.delete();
        if (delete == null || delete.objects().isEmpty() || delete.objects().size() > MOST_DELETED) {
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
        if (object.versionId() != null && !Version.isId(object.versionId())) {
            throw Refusal.noSuchVersion(object.key(), object.versionId());
        }
        Deletion deletion = objects.delete(bucket, object.key(), Optional.ofNullable(object.versionId()),
                Optional.ofNullable(object.eTag()), caller);
        return DeletedObject.builder().key(object.key()).versionId(object.versionId())
                .deleteMarker(deletion.marker() ? true : null)
                .deleteMarkerVersionId(deletion.marker() ? deletion.versionId().orElse(null) : null).build();
    }

    GetObjectTaggingResponse getObjectTagging(GetObjectTaggingRequest request) {
        accept(request, request.expectedBucketOwner());
        Content found = objects.find(request.bucket(), request.key(), Optional.ofNullable(request.versionId()), "GET");
        return GetObjectTaggingResponse.builder().tagSet(Tags.list(found.version().tags()))
                .versionId(found.versionId().orElse(null)).build();
    }

    PutObjectTaggingResponse putObjectTagging(PutObjectTaggingRequest request) {
        accept(request, request.expectedBucketOwner());
        if (request.tagging() == null) {
            throw Refusal.malformedXml();
        }
        Content found = objects.tag(request.bucket(), request.key(), Optional.ofNullable(request.versionId()),
                Tags.of(request.tagging().tagSet()));
        return PutObjectTaggingResponse.builder().versionId(found.versionId().orElse(null)).build();
    }

    DeleteObjectTaggingResponse deleteObjectTagging(DeleteObjectTaggingRequest request) {
        accept(request, request.expectedBucketOwner());
        Content found = objects.tag(request.bucket(), request.key(), Optional.ofNullable(request.versionId()), Map.of());
        return DeleteObjectTaggingResponse.builder().versionId(found.versionId().orElse(null)).build();
    }

    GetObjectAclResponse getObjectAcl(GetObjectAclRequest request) {
        accept(request, request.expectedBucketOwner());
        objects.find(request.bucket(), request.key(), Optional.ofNullable(request.versionId()), "GET");
        return GetObjectAclResponse.builder().owner(owner()).grants(ownersGrant()).build();
    }
}
