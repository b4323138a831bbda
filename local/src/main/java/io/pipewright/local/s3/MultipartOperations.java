package io.pipewright.local.s3;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.AbortMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CopyPartResult;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.Initiator;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListPartsRequest;
import software.amazon.awssdk.services.s3.model.ListPartsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.UploadPartCopyRequest;
import software.amazon.awssdk.services.s3.model.UploadPartCopyResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** Operations on multipart uploads. */
final class MultipartOperations extends Operations {
    private final StoredObjects objects;
    private final Multipart multipart;

    MultipartOperations(S3Store store) {
        super(store);
        this.objects = new StoredObjects(store);
        this.multipart = new Multipart(store, objects);
    }

    CreateMultipartUploadResponse createMultipartUpload(CreateMultipartUploadRequest request) {
        accept(request, request.expectedBucketOwner());
        Put put = new Put(request.bucket(), request.key(), attributes(Shapes.headers(request)), Tags.parse(request.tagging()),
                WriteConditions.NONE);
        Upload upload = multipart.create(put, kind(request.checksumAlgorithmAsString()), type(request.checksumTypeAsString()));
        CreateMultipartUploadResponse.Builder response = CreateMultipartUploadResponse.builder()
                .bucket(upload.bucket()).key(upload.key()).uploadId(upload.id());
        upload.kind().ifPresent(kind -> response.checksumAlgorithm(kind.name()).checksumType(upload.type().name()));
        return withEncryption(response, upload.attributes()).build();
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
        return withEncryption(response, upload.attributes()).build();
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
        Copy.Source source = source(request.copySource(), request.sourceBucket(), request.sourceKey(), request.sourceVersionId());
        Multipart.CopiedPart copied = multipart.copy(upload, number(request.partNumber()),
                () -> ranged(objects.copySource(source, conditions), request.copySourceRange()));
        Part part = copied.part();
        CopyPartResult.Builder result = CopyPartResult.builder().eTag('"' + part.md5() + '"').lastModified(part.modified());
        upload.kind().ifPresent(kind -> Shapes.setMember(result, "Checksum" + kind, part.checksum()));
        return UploadPartCopyResponse.builder().copyPartResult(result.build())
                .copySourceVersionId(copied.source().versionId().orElse(null)).build();
    }

    private static Content ranged(Content source, String range) {
        return new Content(source.bucket(), source.version(),
                Optional.ofNullable(range).map(header -> ByteRange.ofCopy(header, source.version().size())), source.body());
    }

    CompleteMultipartUploadResponse completeMultipartUpload(CompleteMultipartUploadRequest request, Caller caller) {
        accept(request, request.expectedBucketOwner());
        Upload upload = multipart.get(request.bucket(), request.key(), request.uploadId());
        if (request.multipartUpload() == null) {
            throw Refusal.invalidRequest("You must specify at least one part");
        }
        List<Multipart.Named> named = request.multipartUpload().parts().stream().map(MultipartOperations::named).toList();
        Multipart.Completion completion = new Multipart.Completion(named,
                new WriteConditions(Optional.ofNullable(request.ifMatch()), Optional.ofNullable(request.ifNoneMatch())),
                sums(Shapes.headers(request)), type(request.checksumTypeAsString()), Optional.ofNullable(request.mpuObjectSize()));
        Content stored = multipart.complete(upload, completion, caller);
        CompleteMultipartUploadResponse.Builder response = CompleteMultipartUploadResponse.builder()
                .location(caller.endpoint() + "/" + upload.bucket() + "/" + Keys.encode(upload.key()))
                .bucket(upload.bucket()).key(upload.key()).eTag(stored.version().quotedEtag()).versionId(newVersionId(stored));
        return withSum(withEncryption(response, stored.version().attributes()), stored.version()).build();
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
