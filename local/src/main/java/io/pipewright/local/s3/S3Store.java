package io.pipewright.local.s3;

import io.pipewright.local.database.Database;
import io.pipewright.local.database.Database.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The durable core of the local S3: buckets and versioned objects, their metadata in the database, their bytes in
 * files below a directory of its own.
 *
 * <p>A change that was answered survives {@code kill -9}, and as much more as the database's durability says. Reads
 * see every answered change, as S3 promises. Any number of threads may call; one store per directory.
 */
public final class S3Store implements AutoCloseable {

    /** A change's transaction: rows through the session, files and events through the change. */
    @FunctionalInterface
    interface Work<T> {
        T run(Session session, Change change) throws SQLException;
    }

    /** What follows once a change is committed. */
    static final class Change {
        private final List<String> released = new ArrayList<>();
        private final List<Outbox.Entry> events = new ArrayList<>();

        /** Files that lost a row, perhaps their last. */
        void released(List<String> blobs) {
            released.addAll(blobs);
        }
    }

    static final long MOST_BYTES_AT_ONCE = 5L << 30;
    private static final int MOST_KEY_BYTES = 1024;
    private static final String DEFAULT_ACCOUNT = "000000000000";
    private static final String US_EAST_1 = "us-east-1";

    private final Database database;
    private final Blobs blobs;
    private final Clock clock;
    private final String account;
    private final String region;
    private final ObjectEvents listener;
    private final Outbox outbox;
    private final EventFormat format;
    private long lastSequence;

    /** A store of account 000000000000 in us-east-1; see the other constructor. */
    public S3Store(Database database, Path directory, Clock clock, ObjectEvents events) {
        this(database, directory, clock, DEFAULT_ACCOUNT, US_EAST_1, events);
    }

    /**
     * Opens or creates the store, settles what a crash left, and delivers the events that it held back.
     *
     * @param database holds the tables {@code s3_*}; stays the caller's to close, after this store
     * @param directory holds the objects' bytes; created if missing
     * @param account twelve digits, owner of every bucket
     * @param region of clients that don't say theirs
     */
    public S3Store(Database database, Path directory, Clock clock, String account, String region, ObjectEvents events) {
        this.database = database;
        this.clock = clock;
        this.account = account;
        this.region = region;
        this.listener = events;
        this.format = new EventFormat(account);
        database.define(Buckets.TABLE);
        database.define(Versions.TABLES);
        database.define(Uploads.TABLES);
        this.blobs = new Blobs(directory, syncsOnCommit(database));
        blobs.settle(blob -> database.read(session -> Versions.isNamed(session, blob)));
        blobs.remove(database.read(S3Store::garbage));
        this.outbox = new Outbox(database, events);
        outbox.start();
    }

    private static boolean syncsOnCommit(Database database) {
        return database.read(session -> {
            try (ResultSet row = session.prepare("PRAGMA synchronous").executeQuery()) {
                return row.next() && row.getInt(1) >= 2;
            }
        });
    }

    private static List<String> garbage(Session session) throws SQLException {
        List<String> blobs = new ArrayList<>();
        try (ResultSet rows = session.prepare("SELECT blob FROM s3_garbage").executeQuery()) {
            while (rows.next()) {
                blobs.add(rows.getString(1));
            }
        }
        return blobs;
    }

    Database database() {
        return database;
    }

    Blobs blobs() {
        return blobs;
    }

    String account() {
        return account;
    }

    String region() {
        return region;
    }

    Instant instant() {
        return clock.instant();
    }

    /** Now, in the whole seconds that S3 keeps. */
    Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }

    /** Stops the delivery of events; those that matter are kept for the next start. */
    @Override
    public void close() {
        outbox.close();
    }

    // Buckets

    /**
     * Creates a bucket, or finds it if it is there and S3 answers a repetition with success.
     *
     * @param constraint the region asked for in the request's body
     * @param endpointRegion the region whose endpoint the request was signed for
     */
    Bucket createBucket(String name, Optional<String> constraint, String endpointRegion) {
        if (!Buckets.isValidName(name)) {
            throw new Refusal(400, "InvalidBucketName", "The specified bucket is not valid.").with("BucketName", name);
        }
        if (constraint.filter(US_EAST_1::equals).isPresent()) {
            throw new Refusal(400, "InvalidLocationConstraint", "The specified location-constraint is not valid")
                    .with("LocationConstraint", US_EAST_1);
        }
        String wanted = constraint.map(c -> c.equals("EU") ? "eu-west-1" : c).orElse(US_EAST_1);
        if (!endpointRegion.equals(US_EAST_1) && !endpointRegion.equals(wanted)) {
            throw new Refusal(400, "IllegalLocationConstraintException", "The " + constraint.orElse("unspecified")
                    + " location constraint is incompatible for the region specific endpoint this request was sent to.");
        }
        return database.write(session -> {
            Optional<Bucket> existing = Buckets.find(session, name);
            if (existing.isPresent()) {
                if (existing.get().region().equals(US_EAST_1) && wanted.equals(US_EAST_1)) {
                    return existing.get();
                }
                throw new Refusal(409, "BucketAlreadyOwnedByYou",
                        "Your previous request to create the named bucket succeeded and you already own it.")
                        .with("BucketName", name);
            }
            Bucket bucket = new Bucket(name, wanted, now(), Bucket.Versioning.UNSET, false);
            Buckets.insert(session, bucket);
            return bucket;
        });
    }

    Bucket bucket(String name) {
        return database.read(session -> Buckets.get(session, name));
    }

    List<Bucket> buckets(String prefix, String after, int limit) {
        return database.read(session -> Buckets.list(session, prefix, after, limit));
    }

    void deleteBucket(String name) {
        change((session, change) -> {
            Buckets.get(session, name);
            if (Versions.exist(session, name)) {
                throw new Refusal(409, "BucketNotEmpty", "The bucket you tried to delete is not empty").with("BucketName", name);
            }
            change.released(Uploads.removeAll(session, name));
            Buckets.delete(session, name);
            return null;
        });
    }

    void setVersioning(String name, boolean enabled) {
        database.write(session -> {
            Buckets.get(session, name);
            Buckets.setVersioning(session, name, enabled ? Bucket.Versioning.ENABLED : Bucket.Versioning.SUSPENDED);
            return null;
        });
    }

    void setEventBridge(String name, boolean enabled) {
        database.write(session -> {
            Buckets.get(session, name);
            Buckets.setEventBridge(session, name, enabled);
            return null;
        });
    }

    // Changes

    /** Runs the work as one transaction; files and events follow its commit. */
    <T> T change(Work<T> work) {
        Change change = new Change();
        List<String> doomed = new ArrayList<>();
        List<String> deleted = blobs.takeDeleted();
        T result = database.write(session -> {
            for (String blob : deleted) {
                session.update("DELETE FROM s3_garbage WHERE blob = ?", blob);
            }
            T answer = work.run(session, change);
            doomed.addAll(Versions.doom(session, change.released));
            return answer;
        });
        blobs.remove(doomed);
        outbox.send(change.events);
        return result;
    }

    /**
     * Runs the work that names a received file, then puts the file in its place. If the work is refused the file goes;
     * after any other failure it stays, since the commit may have happened, and the next start decides.
     */
    <T> T keeping(Blobs.Received received, Supplier<T> work) {
        T result;
        try {
            result = work.get();
        } catch (Refusal refusal) {
            blobs.discard(received.blob());
            throw refusal;
        }
        blobs.keep(received.blob());
        return result;
    }

    /**
     * Adds a version of an object, in place of the {@code null} version unless versioning is enabled, and announces it.
     *
     * @param reason the event's
     * @param draft the version but for its id and sequence
     */
    Version add(Session session, Change change, Bucket bucket, Version draft, List<Part> parts, String reason,
            Caller caller, boolean durableEvent) throws SQLException {
        Version version = place(session, change, bucket, draft);
        for (Part part : parts) {
            Versions.insertPart(session, version.data(), part);
        }
        change.events.add(outbox.note(session, format.created(bucket, version, reason, caller, clock.instant()), durableEvent));
        return version;
    }

    private Version place(Session session, Change change, Bucket bucket, Version draft) throws SQLException {
        boolean enabled = bucket.versioning() == Bucket.Versioning.ENABLED;
        String id = enabled ? newId() : Version.NULL_VERSION;
        long previous = Versions.current(session, bucket.name(), draft.key()).map(Version::sequence).orElse(0L);
        if (!enabled) {
            Optional<Version> replaced = Versions.byId(session, bucket.name(), draft.key(), id);
            if (replaced.isPresent()) {
                change.released(Versions.remove(session, replaced.get()));
            }
        }
        Version version = new Version(bucket.name(), draft.key(), nextSequence(previous), id, true, draft.marker(),
                draft.data(), draft.size(), draft.etag(), draft.modified(), draft.attributes(), draft.tags(), draft.sum(),
                draft.partCount());
        Versions.insert(session, version);
        return version;
    }

    /** Microseconds of the clock, but always more than any before; only called by the one writer. */
    private long nextSequence(long previous) {
        Instant now = clock.instant();
        long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1_000;
        lastSequence = Math.max(micros, Math.max(lastSequence, previous) + 1);
        return lastSequence;
    }

    static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    /** Whether an event about the key must outlive a crash; asked outside of transactions, the listener may read its own. */
    boolean wantsDurableEvent(Bucket bucket, String key) {
        return bucket.eventBridge() || listener.wanted(bucket.name(), key);
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

    // Objects

    /**
     * Stores an object at once.
     *
     * @throws IOException only what reading the payload throws
     */
    Content put(Put put, Payload payload, Caller caller) throws IOException {
        requireKey(put.key());
        Map<String, String> attributes = Attributes.complete(put.attributes(), account, region);
        Bucket early = bucket(put.bucket());
        boolean durableEvent = wantsDurableEvent(early, put.key());
        checkEarly(put);
        ChecksumKind kind = payload.kind().orElse(ChecksumKind.CRC64NVME);
        Blobs.Received received = blobs.receive(payload.stream(), payload.length(), MOST_BYTES_AT_ONCE, payload.kinds(kind));
        return keeping(received, () -> {
            payload.verify(received);
            return change((session, change) -> {
                Bucket bucket = Buckets.get(session, put.bucket());
                put.conditions().check(put.key(), Versions.current(session, put.bucket(), put.key()));
                Version draft = draft(put, received, kind, attributes);
                Version version = add(session, change, bucket, draft, List.of(part(received, kind, draft.modified())),
                        "PutObject", caller, durableEvent);
                return new Content(bucket, version, Optional.empty(), InputStream.nullInputStream());
            });
        });
    }

    /** Spares the client from sending what would be refused; the transaction decides. */
    private void checkEarly(Put put) {
        if (put.conditions().isPresent()) {
            put.conditions().check(put.key(),
                    database.read(session -> Versions.current(session, put.bucket(), put.key())));
        }
    }

    private static Part part(Blobs.Received received, ChecksumKind kind, Instant modified) {
        return new Part(1, received.blob(), received.size(), HexFormat.of().formatHex(received.md5()),
                received.sums().get(kind), modified);
    }

    private Version draft(Put put, Blobs.Received received, ChecksumKind kind, Map<String, String> attributes) {
        String md5 = HexFormat.of().formatHex(received.md5());
        Sum sum = new Sum(kind, Sum.Type.FULL_OBJECT, received.sums().get(kind));
        return draft(put, received.size(), etag(md5, attributes), attributes, put.tags(), Optional.of(sum), 0);
    }

    /** A version that lacks id and sequence. */
    Version draft(Put put, long size, String etag, Map<String, String> attributes, Map<String, String> tags,
            Optional<Sum> sum, int partCount) {
        return new Version(put.bucket(), put.key(), 0, "", true, false, newId(), size, etag, now(), attributes, tags, sum,
                partCount);
    }

    private static String etag(String md5, Map<String, String> attributes) {
        return Attributes.isKms(attributes) ? newId() : md5;
    }

    /**
     * The version that a request for the key, or for one version of it, is about.
     *
     * @throws Refusal as S3 refuses: no bucket, no key, no such version, a delete marker
     */
    Content find(String bucketName, String key, Optional<String> versionId, String method) {
        return database.read(session -> {
            Bucket bucket = Buckets.get(session, bucketName);
            Version version = versionId.isPresent()
                    ? versionById(session, bucketName, key, versionId.get())
                    : Versions.current(session, bucketName, key).orElseThrow(() -> Refusal.noSuchKey(key));
            if (version.marker()) {
                Refusal refusal = versionId.isPresent()
                        ? Refusal.methodNotAllowed(method, "DeleteMarker").withHeader("Allow", "DELETE")
                        : Refusal.noSuchKey(key);
                throw refusal.withHeader("x-amz-delete-marker", "true")
                        .withHeader("x-amz-version-id", version.versionId());
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
        if (!isVersionId(versionId)) {
            throw Refusal.invalidArgument("Invalid version id specified", "versionId", versionId);
        }
    }

    static boolean isVersionId(String versionId) {
        return versionId.equals(Version.NULL_VERSION) || versionId.matches("[A-Za-z0-9._-]{32}");
    }

    /** As {@link #find}, and the read's conditions hold. */
    Content head(String bucket, String key, Optional<String> versionId, ReadConditions conditions, String method) {
        Content found = find(bucket, key, versionId, method);
        conditions.check(found.version(), clock.instant());
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
        for (Part part : database.read(session -> Versions.parts(session, version.data()))) {
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
     * @throws Refusal {@code NoSuchKey} if it was deleted between the two calls
     */
    Content open(Content found) {
        Version version = found.version();
        List<Part> parts = database.read(session -> Versions.parts(session, version.data()));
        long offset = found.range().map(ByteRange::first).orElse(0L);
        try {
            InputStream body = parts.size() == 1
                    ? blobs.open(parts.get(0).blob(), offset)
                    : pinned(version, parts, offset);
            return new Content(found.bucket(), version, found.range(), new BoundedInputStream(body, found.length()));
        } catch (NoSuchFileException deleted) {
            throw Refusal.noSuchKey(version.key());
        }
    }

    /** Parts are opened one after the other, so all are pinned first; only then is it sure that none is gone. */
    private InputStream pinned(Version version, List<Part> parts, long offset) throws NoSuchFileException {
        PartsInputStream body = new PartsInputStream(blobs, parts, offset);
        boolean stillThere = !parts.isEmpty()
                && !database.read(session -> Versions.parts(session, version.data())).isEmpty();
        if (!stillThere) {
            body.close();
            throw new NoSuchFileException(version.key());
        }
        return body;
    }

    /** Finds, checks, selects and opens, again if the object was overwritten in between. */
    Content get(String bucket, String key, Optional<String> versionId, ReadConditions conditions, Optional<String> range,
            Optional<Integer> part) {
        for (int attempt = 0;; attempt++) {
            Content selected = select(head(bucket, key, versionId, conditions, "GET"), range, part);
            try {
                return open(selected);
            } catch (Refusal overwritten) {
                if (attempt == 10) {
                    throw overwritten;
                }
            }
        }
    }

    /** Copies on the server: files are shared where the copy's ETag and checksum are the source's, else read once. */
    Copied copy(Copy copy, Caller caller) {
        requireKey(copy.target().key());
        Content source = copySource(copy.source(), copy.conditions());
        Version from = source.version();
        refuseNoChange(copy);
        if (from.size() > MOST_BYTES_AT_ONCE) {
            throw Refusal.invalidRequest("The specified copy source is larger than the maximum allowable size for a copy source: "
                    + MOST_BYTES_AT_ONCE);
        }
        Map<String, String> attributes = Attributes.complete(
                Attributes.ofCopy(from.attributes(), copy.target().attributes(), copy.replaceAttributes()), account, region);
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
            conditions.checkSource(found.version(), clock.instant());
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
        boolean durableEvent = wantsDurableEvent(bucket(target.bucket()), target.key());
        return change((session, change) -> {
            Bucket bucket = Buckets.get(session, target.bucket());
            target.conditions().check(target.key(), Versions.current(session, target.bucket(), target.key()));
            List<Part> parts = Versions.parts(session, from.data());
            if (parts.isEmpty()) {
                throw Refusal.noSuchKey(from.key());
            }
            String etag = etag(parts.get(0).md5(), target.attributes());
            Version draft = draft(target, from.size(), etag, target.attributes(), target.tags(), from.sum(), 0);
            Version version = add(session, change, bucket, draft, parts, "CopyObject", caller, durableEvent);
            return new Content(bucket, version, Optional.empty(), InputStream.nullInputStream());
        });
    }

    private Content rewrite(Put target, Content source, ChecksumKind kind, Caller caller) {
        boolean durableEvent = wantsDurableEvent(bucket(target.bucket()), target.key());
        Blobs.Received received = receiveCopy(source, Set.of(kind));
        return keeping(received, () -> change((session, change) -> {
            Bucket bucket = Buckets.get(session, target.bucket());
            target.conditions().check(target.key(), Versions.current(session, target.bucket(), target.key()));
            Version draft = draft(target, received, kind, target.attributes());
            Version version = add(session, change, bucket, draft, List.of(part(received, kind, draft.modified())),
                    "CopyObject", caller, durableEvent);
            return new Content(bucket, version, Optional.empty(), InputStream.nullInputStream());
        }));
    }

    /** The bytes of what was found as a new file. */
    Blobs.Received receiveCopy(Content source, Set<ChecksumKind> kinds) {
        try (InputStream body = open(source).body()) {
            return blobs.receive(body, source.length(), MOST_BYTES_AT_ONCE, kinds);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + source.version().data(), e);
        }
    }

    /** Deletes an object, or hides it behind a marker, or deletes one version for good. */
    Deletion delete(String bucketName, String key, Optional<String> versionId, Optional<String> ifMatch, Caller caller) {
        requireKey(key);
        versionId.ifPresent(S3Store::requireVersionId);
        boolean durableEvent = wantsDurableEvent(bucket(bucketName), key);
        return change((session, change) -> {
            Bucket bucket = Buckets.get(session, bucketName);
            Optional<Version> target = versionId.isPresent()
                    ? Versions.byId(session, bucketName, key, versionId.get())
                    : Versions.current(session, bucketName, key);
            if (ifMatch.isPresent() && !target.filter(version -> !version.marker()
                    && ReadConditions.matches(ifMatch.get(), version.etag())).isPresent()) {
                throw Refusal.preconditionFailed("If-Match");
            }
            if (versionId.isEmpty() && bucket.versioning() != Bucket.Versioning.UNSET) {
                return hide(session, change, bucket, key, caller, durableEvent);
            }
            if (target.isPresent()) {
                change.released(Versions.remove(session, target.get()));
                long sequence = nextSequence(target.get().sequence());
                change.events.add(outbox.note(session,
                        format.deleted(bucket, target.get(), sequence, caller, clock.instant()), durableEvent));
            }
            return new Deletion(versionId, versionId.isPresent() && target.filter(Version::marker).isPresent());
        });
    }

    private Deletion hide(Session session, Change change, Bucket bucket, String key, Caller caller, boolean durableEvent)
            throws SQLException {
        Version marker = place(session, change, bucket, new Version(bucket.name(), key, 0, "", true, true, "", 0,
                "", now(), Map.of(), Map.of(), Optional.empty(), 0));
        change.events.add(outbox.note(session, format.hidden(bucket, marker, caller, clock.instant()), durableEvent));
        return new Deletion(Optional.of(marker.versionId()), true);
    }

    /** Replaces the tags of a version and returns it as it was found. */
    Content tag(String bucket, String key, Optional<String> versionId, Map<String, String> tags) {
        Content found = find(bucket, key, versionId, "PUT");
        database.write(session -> {
            Versions.retag(session, found.version(), tags);
            return null;
        });
        return found;
    }
}
