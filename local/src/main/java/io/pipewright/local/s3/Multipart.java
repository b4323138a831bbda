package io.pipewright.local.s3;

import io.pipewright.local.database.Database.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Multipart uploads. Completing one moves rows, never bytes: the object is read from its parts' files, and the checksum
 * of the whole follows from those of the parts.
 */
final class Multipart {

    /** A part as the completing client names it; checksums by kind. */
    record Named(int number, String etag, Map<ChecksumKind, String> checksums) {
    }

    /**
     * What a client says of the whole object when it completes an upload.
     *
     * @param size in bytes, if told
     */
    record Completion(List<Named> parts, WriteConditions conditions, Map<ChecksumKind, String> checksums,
            Optional<Sum.Type> type, Optional<Long> size) {
    }

    record CopiedPart(Content source, Part part) {
    }

    record Stored(Part part, Map<ChecksumKind, String> sums) {
    }

    static final int MOST_PARTS = 10_000;
    private static final long LEAST_PART_BYTES = 5L << 20;

    private final S3Store store;
    private final StoredObjects objects;

    Multipart(S3Store store, StoredObjects objects) {
        this.store = store;
        this.objects = objects;
    }

    Upload create(Put put, Optional<ChecksumKind> kind, Optional<Sum.Type> type) {
        StoredObjects.requireKey(put.key());
        Sum.Type kept = checkedType(kind, type);
        Map<String, String> attributes = Attributes.complete(put.attributes(), store.account(), store.region());
        Upload upload = new Upload(S3Store.newId(), put.bucket(), put.key(), store.now(), attributes, put.tags(), kind, kept);
        return store.change(change -> {
            Session session = change.session();
            Buckets.get(session, put.bucket());
            Uploads.insert(session, upload);
            return upload;
        });
    }

    private static Sum.Type checkedType(Optional<ChecksumKind> kind, Optional<Sum.Type> type) {
        if (kind.isEmpty()) {
            if (type.isPresent()) {
                throw Refusal.invalidRequest("The x-amz-checksum-type header can only be used with the"
                        + " x-amz-checksum-algorithm header.");
            }
            return Sum.Type.FULL_OBJECT;
        }
        boolean onlyFull = kind.get() == ChecksumKind.CRC64NVME;
        Sum.Type chosen = type.orElse(onlyFull ? Sum.Type.FULL_OBJECT : Sum.Type.COMPOSITE);
        boolean possible = chosen == Sum.Type.FULL_OBJECT ? kind.get().combines() : !onlyFull;
        if (!possible) {
            throw Refusal.invalidRequest("The " + chosen + " checksum type cannot be used with the "
                    + kind.get().name().toLowerCase(Locale.ROOT) + " checksum algorithm.");
        }
        return chosen;
    }

    Upload get(String bucket, String key, String id) {
        return store.database().read(session -> Uploads.get(session, bucket, key, id));
    }

    /**
     * Stores a part, in place of an earlier one of its number.
     *
     * @return the part and all checksums computed of it
     */
    Stored put(Upload upload, int number, Payload payload) throws IOException {
        requireNumber(number);
        ChecksumKind kind = upload.keptKind();
        if (upload.kind().isPresent() && payload.kind().filter(sent -> sent != kind).isPresent()) {
            throw Refusal.invalidRequest("Checksum Type mismatch occurred, expected checksum Type: " + lower(kind)
                    + ", actual checksum Type: " + lower(payload.kind().get()));
        }
        Blobs.Received received = store.blobs().receive(payload.stream(), payload.length(), StoredObjects.MOST_BYTES_AT_ONCE,
                payload.kinds(kind));
        Part part = store.keeping(received, () -> {
            payload.verify(received);
            return insert(upload, number, received);
        });
        return new Stored(part, received.sums());
    }

    private static String lower(ChecksumKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    static void requireNumber(int number) {
        if (number < 1 || number > MOST_PARTS) {
            throw Refusal.invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", number);
        }
    }

    /**
     * Stores bytes of an object as a part.
     *
     * @param source finds the object, again if it is overwritten meanwhile
     */
    CopiedPart copy(Upload upload, int number, Supplier<Content> source) {
        requireNumber(number);
        return objects.undisturbed(() -> {
            Content found = source.get();
            Blobs.Received received = objects.receiveCopy(found, Set.of(upload.keptKind()));
            return new CopiedPart(found, store.keeping(received, () -> insert(upload, number, received)));
        });
    }

    private Part insert(Upload upload, int number, Blobs.Received received) {
        Part part = new Part(number, received.blob(), received.size(), HexFormat.of().formatHex(received.md5()),
                received.sums().get(upload.keptKind()), store.now());
        return store.change(change -> {
            Session session = change.session();
            Uploads.get(session, upload.bucket(), upload.key(), upload.id());
            change.released(Versions.removePart(session, upload.id(), number));
            Versions.insertPart(session, upload.id(), part);
            return part;
        });
    }

    /** Makes the named parts an object; what was uploaded besides them is gone. */
    Content complete(Upload upload, Completion completion, Caller caller) {
        boolean durableEvent = store.wantsDurableEvent(store.bucket(upload.bucket()), upload.key());
        Put put = new Put(upload.bucket(), upload.key(), upload.attributes(), upload.tags(), completion.conditions());
        return store.change(change -> {
            Session session = change.session();
            Uploads.get(session, upload.bucket(), upload.key(), upload.id());
            Bucket bucket = Buckets.get(session, upload.bucket());
            Optional<Version> current = Versions.current(session, upload.bucket(), upload.key());
            completion.conditions().check(upload.key(), current);
            refuseConflict(upload, completion.conditions(), current);
            List<Part> parts = chosen(upload, completion, Versions.parts(session, upload.id()));
            Sum sum = sum(upload, parts);
            verify(completion, sum, parts);
            long size = parts.stream().mapToLong(Part::size).sum();
            Version draft = objects.draft(put, size, etag(parts), upload.attributes(), upload.tags(), Optional.of(sum), parts.size());
            Version version = change.add(bucket, draft, parts, "CompleteMultipartUpload", caller, durableEvent);
            change.released(Uploads.remove(session, upload.id()));
            return new Content(bucket, version, Optional.empty(), InputStream.nullInputStream());
        });
    }

    /** A condition that held only because the object was written again after the upload began proves nothing. */
    private static void refuseConflict(Upload upload, WriteConditions conditions, Optional<Version> current) {
        if (conditions.ifMatch().isPresent()
                && current.filter(version -> version.modified().isAfter(upload.created())).isPresent()) {
            throw new Refusal(409, "ConditionalRequestConflict",
                    "The conditional request cannot succeed due to a conflicting operation against this resource.")
                    .with("Condition", "If-Match").with("Key", upload.key());
        }
    }

    private static List<Part> chosen(Upload upload, Completion completion, List<Part> uploaded) {
        if (completion.parts().isEmpty()) {
            throw Refusal.malformedXml();
        }
        Map<Integer, Part> byNumber = new HashMap<>();
        uploaded.forEach(part -> byNumber.put(part.number(), part));
        List<Part> chosen = new ArrayList<>();
        for (Named named : completion.parts()) {
            if (!chosen.isEmpty() && named.number() <= chosen.get(chosen.size() - 1).number()) {
                throw new Refusal(400, "InvalidPartOrder",
                        "The list of parts was not in ascending order. Parts must be ordered by part number.")
                        .with("UploadId", upload.id());
            }
            chosen.add(matching(upload, named, byNumber.get(named.number())));
        }
        requireSizes(chosen);
        return chosen;
    }

    private static Part matching(Upload upload, Named named, Part part) {
        if (part == null || !part.md5().equals(named.etag())) {
            throw invalidPart(upload, named);
        }
        String checksum = named.checksums().get(upload.keptKind());
        if (checksum == null && upload.kind().isPresent() && upload.type() == Sum.Type.COMPOSITE) {
            throw Refusal.invalidRequest("The upload was created using a " + lower(upload.keptKind())
                    + " checksum. The complete request must include the checksum for each part. It was missing for part "
                    + named.number() + " in the request.");
        }
        if (checksum != null && !checksum.equals(part.checksum())) {
            throw invalidPart(upload, named);
        }
        return part;
    }

    private static Refusal invalidPart(Upload upload, Named named) {
        return new Refusal(400, "InvalidPart", "One or more of the specified parts could not be found.  The part may not have"
                + " been uploaded, or the specified entity tag may not match the part's entity tag.")
                .with("UploadId", upload.id()).with("PartNumber", named.number()).with("ETag", named.etag());
    }

    private static void requireSizes(List<Part> parts) {
        for (Part part : parts.subList(0, parts.size() - 1)) {
            if (part.size() < LEAST_PART_BYTES) {
                throw new Refusal(400, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size")
                        .with("ProposedSize", part.size()).with("MinSizeAllowed", LEAST_PART_BYTES)
                        .with("PartNumber", part.number()).with("ETag", part.md5());
            }
        }
    }

    private static Sum sum(Upload upload, List<Part> parts) {
        ChecksumKind kind = upload.keptKind();
        if (upload.type() == Sum.Type.COMPOSITE) {
            Digest digest = kind.start();
            for (Part part : parts) {
                byte[] bytes = Base64.getDecoder().decode(part.checksum());
                digest.update(bytes, 0, bytes.length);
            }
            return new Sum(kind, Sum.Type.COMPOSITE, kind.encode(digest.result()) + "-" + parts.size());
        }
        String whole = parts.get(0).checksum();
        for (Part part : parts.subList(1, parts.size())) {
            whole = kind.combine(whole, part.checksum(), part.size());
        }
        return new Sum(kind, Sum.Type.FULL_OBJECT, whole);
    }

    private static void verify(Completion completion, Sum sum, List<Part> parts) {
        if (completion.type().filter(type -> type != sum.type()).isPresent()) {
            throw Refusal.invalidRequest("The upload was created using the " + sum.type()
                    + " checksum mode. The complete request must use the same checksum mode.");
        }
        String claimed = completion.checksums().get(sum.kind());
        if (claimed != null && !claimed.equals(sum.value())) {
            throw new Refusal(400, "BadDigest", "The " + sum.kind() + " you specified did not match the calculated checksum.");
        }
        long size = parts.stream().mapToLong(Part::size).sum();
        if (completion.size().filter(told -> told != size).isPresent()) {
            throw Refusal.invalidRequest("The provided 'x-amz-mp-object-size' header does not match what was computed.");
        }
    }

    private static String etag(List<Part> parts) {
        ByteArrayOutputStream digests = new ByteArrayOutputStream();
        parts.forEach(part -> digests.writeBytes(HexFormat.of().parseHex(part.md5())));
        Digest md5 = Digest.of("MD5");
        md5.update(digests.toByteArray(), 0, digests.size());
        return HexFormat.of().formatHex(md5.result()) + "-" + parts.size();
    }

    void abort(String bucket, String key, String id) {
        store.change(change -> {
            Session session = change.session();
            Uploads.get(session, bucket, key, id);
            change.released(Uploads.remove(session, id));
            return null;
        });
    }

    /** The parts uploaded so far, by number. */
    List<Part> parts(Upload upload) {
        return store.database().read(session -> Versions.parts(session, upload.id()));
    }
}
