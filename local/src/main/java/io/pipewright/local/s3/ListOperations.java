package io.pipewright.local.s3;

import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.DeleteMarkerEntry;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectVersionsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsRequest;
import software.amazon.awssdk.services.s3.model.ListObjectsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The lists of a bucket: objects in two forms, versions. */
final class ListOperations extends Operations {
    ListOperations(S3Store store) {
        super(store);
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
                .nextVersionIdMarker(page.truncated() ? last.map(Version::id).orElse(null) : null)
                .versions(orNull(page.entries().stream().filter(version -> !version.marker()).map(this::listedVersion).toList()))
                .deleteMarkers(orNull(page.entries().stream().filter(Version::marker).map(this::listedMarker).toList()))
                .commonPrefixes(prefixes(page)).encodingType(request.encodingType()).build();
        return new ListedVersions(response, page.entries().stream().map(version -> version.marker()
                ? new WireXml.Element("DeleteMarker", listedMarker(version))
                : new WireXml.Element("Version", listedVersion(version))).toList());
    }

    private ObjectVersion listedVersion(Version version) {
        ObjectVersion.Builder listed = ObjectVersion.builder().key(version.key()).versionId(version.id())
                .isLatest(version.latest()).lastModified(version.modified()).eTag(version.quotedEtag()).size(version.size())
                .storageClass(version.attribute(Attributes.STORAGE_CLASS).orElse("STANDARD")).owner(owner());
        version.sum().ifPresent(sum -> listed.checksumType(sum.type().name())
                .checksumAlgorithm(List.of(ChecksumAlgorithm.fromValue(sum.kind().name()))));
        return listed.build();
    }

    private DeleteMarkerEntry listedMarker(Version version) {
        return DeleteMarkerEntry.builder().key(version.key()).versionId(version.id()).isLatest(version.latest())
                .lastModified(version.modified()).owner(owner()).build();
    }
}
