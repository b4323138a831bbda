package io.pipewright.local.s3;

import io.pipewright.local.database.Database.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Objects written, read, copied and deleted. Bytes are received before the transaction that names them begins. */
final class StoredObjects {
    static final long MOST_BYTES_AT_ONCE = 5L << 30;
    private static final int MOST_KEY_BYTES = 1024;
    private static final int MOST_ATTEMPTS = 10;

    private final S3Store store;

    StoredObjects(S3Store store) {
        this.store = store;
    }

    static void requireKey(String key) {
        int size = key.getBytes(StandardCharsets.UTF_8).length;
        if (size == 0) {
            throw Refusal.invalidArgument("A key must not be empty", "Key", key);
        }
        if (size > MOST_KEY_BYTES) {
            throw new Refusal(400, "KeyTooLongError", "Your key is too long")
                    .with("Size", size).with("MaxSizeAllowed", MOST_KEY_BYTES);
        }
    }

    /**
     * Stores an object at once.
     *
     * @throws IOException only what reading the payload throws
     */
    Content put(Put put, Payload payload, Caller caller) throws IOException {
        requireKey(put.key());
        Map<String, String> attributes = Attributes.complete(put.attributes(), store.account(), store.region());
        Bucket early = store.bucket(put.bucket());
        boolean durableEvent = store.wantsDurableEvent(early, put.key());
        checkEarly(put);
        ChecksumKind kind = payload.kind().orElse(ChecksumKind.CRC64NVME);
        Blobs.Received received = store.blobs().receive(payload.stream(), payload.length(), MOST_BYTES_AT_ONCE, payload.kinds(kind));
        return store.keeping(received, () -> {
            payload.verify(received);
            return write(put, received, kind, attributes, "PutObject", caller, durableEvent);
        });
    }

    /** Names the received bytes in a transaction of its own. */
    private Content write(Put put, Blobs.Received received, ChecksumKind kind, Map<String, String> attributes, String reason,
            Caller caller, boolean durableEvent) {
        String md5 = HexFormat.of().formatHex(received.md5());
        Part part = new Part(1, received.blob(), received.size(), md5, received.sums().get(kind), store.now());
        Sum sum = new Sum(kind, Sum.Type.FULL_OBJECT, part.checksum());
        Version draft = draft(put, received.size(), etag(md5, attributes), attributes, put.tags(), Optional.of(sum), 0);
        return store.change(change -> write(change, put, draft, List.of(part), reason, caller, durableEvent));
    }

    /** Adds the version if the put's conditions hold. */
    private static Content write(Change change, Put put, Version draft, List<Part> parts, String reason, Caller caller,
            boolean durableEvent) throws SQLException {
        Bucket bucket = Buckets.get(change.session(), put.bucket());
        put.conditions().check(put.key(), Versions.current(change.session(), put.bucket(), put.key()));
        Version version = change.add(bucket, draft, parts, reason, caller, durableEvent);
        return new Content(bucket, version, Optional.empty(), InputStream.nullInputStream());
    }

    /** Spares the client from sending what would be refused; the transaction decides. */
    private void checkEarly(Put put) {
        if (put.conditions().isPresent()) {
            put.conditions().check(put.key(),
                    store.database().read(session -> Versions.current(session, put.bucket(), put.key())));
        }
    }

    /** A version that lacks id and sequence. */
    Version draft(Put put, long size, String etag, Map<String, String> attributes, Map<String, String> tags,
            Optional<Sum> sum, int partCount) {
        return new Version(put.bucket(), put.key(), 0, "", true, false, S3Store.newId(), size, etag, store.now(), attributes, tags, sum,
                partCount);
    }

    private static String etag(String md5, Map<String, String> attributes) {
        return Attributes.isKms(attributes) ? S3Store.newId() : md5;
    }

    /**
     * The version that a request for the key, or for one version of it, is about.
     *
     * @throws Refusal as S3 refuses: no bucket, no key, no such version, a delete marker
     */
    Content find(String bucketName, String key, Optional<String> versionId, String method) {
        return store.database().read(session -> {
            Bucket bucket = Buckets.get(session, bucketName);
            Version version = versionId.isPresent()
                    ? versionById(session, bucketName, key, versionId.get())
                    : Versions.current(session, bucketName, key).orElseThrow(() -> Refusal.noSuchKey(key));
            if (version.marker()) {
                Refusal refusal = versionId.isPresent()
                        ? Refusal.methodNotAllowed(method, "DeleteMarker").withHeader("Allow", "DELETE")
                        : Refusal.noSuchKey(key);
                throw refusal.withHeader("x-amz-delete-marker", "true")
                        .withHeader("x-amz-version-id", version.id());
            }
            return new Content(bucket, version, Optional.empty(), InputStream.nullInputStream());
        });
    }

    private static Version versionById(Session session, String bucket, String key, String versionId)
            throws SQLException {
        requireVersionId(versionId);
        return Versions.byId(session, bucket, key, versionId).orElseThrow(() -> Refusal.noSuchVersion(key, versionId));
    }

    private static void requireVersionId(String versionId) {
        if (!Version.isId(versionId)) {
            throw Refusal.invalidArgument("Invalid version id specified", "versionId", versionId);
        }
    }

    /** As {@link #find}, and the read's conditions hold. */
    Content head(String bucket, String key, Optional<String> versionId, ReadConditions conditions, String method) {
        Content found = find(bucket, key, versionId, method);
        conditions.check(found.version(), store.instant());
        return found;
    }

    /** The range that a read asks for: by header, or as the part of a multipart upload. */
    Content select(Content found, Optional<String> range, Optional<Integer> part) {
        Version version = found.version();
        if (part.isPresent() && range.isPresent()) {
            throw Refusal.invalidRequest("Cannot specify both Range header and partNumber query parameter");
        }
        Optional<ByteRange> selected = part.isPresent()
                ? Optional.of(rangeOf(version, part.get()))
                : range.flatMap(header -> ByteRange.parse(header, version.size()));
        return new Content(found.bucket(), version, selected, found.body());
    }

    private ByteRange rangeOf(Version version, int number) {
        long first = 0;
        for (Part part : store.database().read(session -> Versions.parts(session, version.data()))) {
            if (part.number() == number) {
                return new ByteRange(first, first + part.size() - 1);
            }
            first += part.size();
        }
        throw new Refusal(416, "InvalidPartNumber", "The requested partnumber is not satisfiable")
                .with("PartNumberRequested", number)
                .with("ActualPartCount", Math.max(1, version.partCount()));
    }

    /**
     * Opens the bytes of what was found; they stay readable until the body is closed, even if the object is
     * overwritten or deleted meanwhile.
     *
     * @throws Gone if it was overwritten or deleted between the two calls; see {@link #undisturbed}
     */
    private Content open(Content found) {
        Version version = found.version();
        List<Part> parts = store.database().read(session -> Versions.parts(session, version.data()));
        long offset = found.range().map(ByteRange::first).orElse(0L);
        try {
            InputStream body = parts.size() == 1
                    ? store.blobs().open(parts.get(0).blob(), offset)
                    : pinned(version, parts, offset);
            return new Content(found.bucket(), version, found.range(), new BoundedInputStream(body, found.length()));
        } catch (NoSuchFileException deleted) {
            throw new Gone(version.key());
        }
    }

    /** Parts are opened one after the other, so all are pinned first; only then is it sure that none is gone. */
    private InputStream pinned(Version version, List<Part> parts, long offset) throws NoSuchFileException {
        PartsInputStream body = new PartsInputStream(store.blobs(), parts, offset);
        boolean stillThere = !parts.isEmpty()
                && !store.database().read(session -> Versions.parts(session, version.data())).isEmpty();
        if (!stillThere) {
            body.close();
            throw new NoSuchFileException(version.key());
        }
        return body;
    }

    /** Finds, checks, selects and opens. */
    Content get(String bucket, String key, Optional<String> versionId, ReadConditions conditions, Optional<String> range,
            Optional<Integer> part) {
        return undisturbed(() -> open(select(head(bucket, key, versionId, conditions, "GET"), range, part)));
    }

    /** The version that was found is gone, most often since it was overwritten. */
    private static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Gone(String key) {
            super(key, null, false, false);
        }
    }

    /** Does the work again if the version that it found was gone when it came to its bytes. */
    <T> T undisturbed(Supplier<T> work) {
        for (int attempt = 1;; attempt++) {
            try {
                return work.get();
            } catch (Gone gone) {
                if (attempt == MOST_ATTEMPTS) {
                    throw Refusal.noSuchKey(gone.getMessage());
                }
            }
        }
    }

    /** Copies on the server: files are shared where the copy's ETag and checksum are the source's, else read once. */
    Copied copy(Copy copy, Caller caller) {
        requireKey(copy.target().key());
        return undisturbed(() -> copyFound(copy, caller));
    }

    private Copied copyFound(Copy copy, Caller caller) {
        Content source = copySource(copy.source(), copy.conditions());
        Version from = source.version();
        refuseNoChange(copy);
        if (from.size() > MOST_BYTES_AT_ONCE) {
            throw Refusal.invalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: "
                    + MOST_BYTES_AT_ONCE);
        }
        Map<String, String> attributes = Attributes.complete(
                Attributes.ofCopy(from.attributes(), copy.target().attributes(), copy.replaceAttributes()), store.account(), store.region());
        Map<String, String> tags = copy.replaceTags() ? copy.target().tags() : from.tags();
        Put target = new Put(copy.target().bucket(), copy.target().key(), attributes, tags, copy.target().conditions());
        ChecksumKind kind = copy.checksum().or(() -> from.sum().map(Sum::kind)).orElse(ChecksumKind.CRC64NVME);
        boolean share = from.partCount() == 0 && from.sum().filter(sum -> sum.kind() == kind).isPresent();
        return new Copied(source, share ? share(target, from, caller) : rewrite(target, source, kind, caller));
    }

    /** The version that a copy reads. */
    Content copySource(Copy.Source source, ReadConditions conditions) {
        try {
            Content found = find(source.bucket(), source.key(), source.versionId(), "GET");
            conditions.checkSource(found.version(), store.instant());
            return found;
        } catch (Refusal refusal) {
            if (refusal.code().equals("MethodNotAllowed")) {
                throw Refusal.invalidRequest(
                        "The source of a copy request may not specifically refer to a delete marker by version id.");
            }
            throw refusal;
        }
    }

    private static void refuseNoChange(Copy copy) {
        boolean itself = copy.source().bucket().equals(copy.target().bucket())
                && copy.source().key().equals(copy.target().key()) && copy.source().versionId().isEmpty();
        if (itself && !copy.replaceAttributes() && !Attributes.changeStorage(copy.target().attributes())) {
            throw Refusal.invalidRequest("This copy request is illegal because it is trying to copy an object to itself without"
                    + " changing the object's metadata, storage class, website redirect location or encryption attributes.");
        }
    }

    private Content share(Put target, Version from, Caller caller) {
        boolean durableEvent = store.wantsDurableEvent(store.bucket(target.bucket()), target.key());
        return store.change(change -> {
            List<Part> parts = Versions.parts(change.session(), from.data());
            if (parts.isEmpty()) {
                throw new Gone(from.key());
            }
            String etag = etag(parts.get(0).md5(), target.attributes());
            Version draft = draft(target, from.size(), etag, target.attributes(), target.tags(), from.sum(), 0);
            return write(change, target, draft, parts, "CopyObject", caller, durableEvent);
        });
    }

    private Content rewrite(Put target, Content source, ChecksumKind kind, Caller caller) {
        boolean durableEvent = store.wantsDurableEvent(store.bucket(target.bucket()), target.key());
        Blobs.Received received = receiveCopy(source, Set.of(kind));
        return store.keeping(received,
                () -> write(target, received, kind, target.attributes(), "CopyObject", caller, durableEvent));
    }

    /** The bytes of what was found as a new file; to be called {@link #undisturbed}. */
    Blobs.Received receiveCopy(Content source, Set<ChecksumKind> kinds) {
        try (InputStream body = open(source).body()) {
            return store.blobs().receive(body, source.length(), MOST_BYTES_AT_ONCE, kinds);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + source.version().data(), e);
        }
    }

    /** Deletes an object, or hides it behind a marker, or deletes one version for good. */
    Deletion delete(String bucketName, String key, Optional<String> versionId, Optional<String> ifMatch, Caller caller) {
        requireKey(key);
        versionId.ifPresent(StoredObjects::requireVersionId);
        boolean durableEvent = store.wantsDurableEvent(store.bucket(bucketName), key);
        return store.change(change -> {
            Session session = change.session();
            Bucket bucket = Buckets.get(session, bucketName);
            Optional<Version> target = versionId.isPresent()
                    ? Versions.byId(session, bucketName, key, versionId.get())
                    : Versions.current(session, bucketName, key);
            if (ifMatch.isPresent() && !target.filter(version -> !version.marker()
                    && ReadConditions.matches(ifMatch.get(), version.etag())).isPresent()) {
                throw Refusal.preconditionFailed("If-Match");
            }
            if (versionId.isEmpty() && bucket.versioning() != Bucket.Versioning.UNSET) {
                Version marker = change.hide(bucket, key, caller, durableEvent);
                return new Deletion(Optional.of(marker.id()), true);
            }
            if (target.isPresent()) {
                change.delete(bucket, target.get(), caller, durableEvent);
            }
            return new Deletion(versionId, versionId.isPresent() && target.filter(Version::marker).isPresent());
        });
    }

    /** Replaces the tags of a version and returns it as it was found. */
    Content tag(String bucket, String key, Optional<String> versionId, Map<String, String> tags) {
        Content found = find(bucket, key, versionId, "PUT");
        store.database().write(session -> {
            Versions.retag(session, found.version(), tags);
            return null;
        });
        return found;
    }
}
