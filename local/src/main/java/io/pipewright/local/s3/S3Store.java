package io.pipewright.local.s3;

import io.pipewright.local.database.Database;
import io.pipewright.local.database.Database.Session;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    /** The inside of a change's transaction. */
    @FunctionalInterface
    interface Work<T> {
        T run(Change change) throws SQLException;
    }

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
     * Opens or creates the store and settles what a crash left; events are delivered from {@link #start} on.
     *
     * @param database holds the tables {@code s3_*}; stays the caller's to close, after this store
     * @param directory holds the objects' bytes; created if missing
     * @param account twelve digits, owner of every bucket
     * @param region of clients that don't say theirs
     * @param events hears of every object created or deleted
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
        blobs.remove(database.read(Versions::doomed));
        this.outbox = new Outbox(database, events);
    }

    /** Begins to deliver events, first those that a crash held back: whoever hears them must be ready. */
    public void start() {
        outbox.start();
    }

    /** Objects' bytes are synced to disk exactly where the database's commits are. */
    private static boolean syncsOnCommit(Database database) {
        int full = 2;
        return database.read(session -> {
            try (ResultSet row = session.prepare("PRAGMA synchronous").executeQuery()) {
                return row.next() && row.getInt(1) >= full;
            }
        });
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

    /** 32 hexadecimal digits that nothing else has. */
    static String newId() {
        return UUID.randomUUID().toString().replace("-", "");
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
        String wanted = constrained(constraint, endpointRegion);
        return database.write(session -> {
            Optional<Bucket> existing = Buckets.find(session, name);
            if (existing.isPresent()) {
                return repeated(existing.get(), wanted);
            }
            Bucket bucket = new Bucket(name, wanted, now(), Bucket.Versioning.UNSET, false);
            Buckets.insert(session, bucket);
            return bucket;
        });
    }

    private static String constrained(Optional<String> constraint, String endpointRegion) {
        if (constraint.filter(US_EAST_1::equals).isPresent()) {
            throw new Refusal(400, "InvalidLocationConstraint", "The specified location-constraint is not valid")
                    .with("LocationConstraint", US_EAST_1);
        }
        String wanted = constraint.map(c -> c.equals("EU") ? "eu-west-1" : c).orElse(US_EAST_1);
        if (!endpointRegion.equals(US_EAST_1) && !endpointRegion.equals(wanted)) {
            throw new Refusal(400, "IllegalLocationConstraintException", "The " + constraint.orElse("unspecified")
                    + " location constraint is incompatible for the region specific endpoint this request was sent to.");
        }
        return wanted;
    }

    /** Only us-east-1 forgives a second creation. */
    private static Bucket repeated(Bucket existing, String wanted) {
        if (existing.region().equals(US_EAST_1) && wanted.equals(US_EAST_1)) {
            return existing;
        }
        throw new Refusal(409, "BucketAlreadyOwnedByYou",
                "Your previous request to create the named bucket succeeded and you already own it.")
                .with("BucketName", existing.name());
    }

    /** Whether a bucket's notification configuration asks for EventBridge events; false if there is no such bucket. */
    public boolean asksForEvents(String name) {
        return database.read(session -> Buckets.find(session, name)).map(Bucket::eventBridge).orElse(false);
    }

    Bucket bucket(String name) {
        return database.read(session -> Buckets.get(session, name));
    }

    List<Bucket> buckets(String prefix, String after, int limit) {
        return database.read(session -> Buckets.list(session, prefix, after, limit));
    }

    void deleteBucket(String name) {
        change(change -> {
            Session session = change.session();
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
        List<String> doomed = new ArrayList<>();
        List<Outbox.Entry> events = new ArrayList<>();
        List<String> deleted = blobs.takeDeleted();
        T result = database.write(session -> {
            Versions.forgetDoomed(session, deleted);
            Change change = new Change(session, this::nextSequence, outbox, format, clock);
            T answer = work.run(change);
            doomed.addAll(Versions.doom(session, change.released()));
            events.addAll(change.events());
            return answer;
        });
        blobs.remove(doomed);
        outbox.send(events);
        return result;
    }

    /** Microseconds of the clock, but always more than any before; only called by the one writer. */
    private long nextSequence(long previous) {
        lastSequence = Math.max(ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()), Math.max(lastSequence, previous) + 1);
        return lastSequence;
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

    /** Whether an event about the key must outlive a crash; asked outside of transactions, the listener may read its own. */
    boolean wantsDurableEvent(Bucket bucket, String key) {
        return bucket.eventBridge() || listener.wanted(bucket.name(), key);
    }
}
