package io.pipewright.local.s3;

import io.pipewright.local.database.Database.Session;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;

/**
 * One transaction that changes versions of objects, and what follows its commit: files that lost a row, events to be
 * carried.
 */
final class Change {
    private final Session session;
    private final LongUnaryOperator sequences;
    private final Outbox outbox;
    private final EventFormat format;
    private final Clock clock;
    private final List<String> released = new ArrayList<>();
    private final List<Outbox.Entry> events = new ArrayList<>();

    /** @param sequences gives the next sequence, which is above the one it is given */
    Change(Session session, LongUnaryOperator sequences, Outbox outbox, EventFormat format, Clock clock) {
        this.session = session;
        this.sequences = sequences;
        this.outbox = outbox;
        this.format = format;
        this.clock = clock;
    }

    Session session() {
        return session;
    }

    /** Notes files that lost a row, perhaps their last. */
    void released(List<String> blobs) {
        released.addAll(blobs);
    }

    List<String> released() {
        return released;
    }

    List<Outbox.Entry> events() {
        return events;
    }

    /**
     * Adds a version of an object, in place of the {@code null} version unless versioning is enabled, and announces it.
     *
     * @param reason the event's
     * @param draft the version but for its id and sequence
     * @param durable whether the event must outlive a crash
     */
    Version add(Bucket bucket, Version draft, List<Part> parts, String reason, Caller caller, boolean durable)
            throws SQLException {
        Version version = place(bucket, draft);
        for (Part part : parts) {
            Versions.insertPart(session, version.data(), part);
        }
        announce(format.created(bucket, version, reason, caller, clock.instant()), durable);
        return version;
    }

    /** Puts a delete marker over an object, and announces it. */
    Version hide(Bucket bucket, String key, Caller caller, boolean durable) throws SQLException {
        Version marker = place(bucket, Version.marker(bucket.name(), key, clock.instant()));
        announce(format.hidden(bucket, marker, caller, clock.instant()), durable);
        return marker;
    }

    /** Deletes a version or a marker for good, and announces it. */
    void delete(Bucket bucket, Version version, Caller caller, boolean durable) throws SQLException {
        released(Versions.remove(session, version));
        long sequence = sequences.applyAsLong(version.sequence());
        announce(format.deleted(bucket, version, sequence, caller, clock.instant()), durable);
    }

    private void announce(ObjectEvent event, boolean durable) throws SQLException {
        events.add(outbox.note(session, event, durable));
    }

    private Version place(Bucket bucket, Version draft) throws SQLException {
        long newest = Versions.current(session, bucket.name(), draft.key()).map(Version::sequence).orElse(0L);
        long sequence = sequences.applyAsLong(newest);
        if (bucket.versioning() == Bucket.Versioning.ENABLED) {
            return insert(draft.as(Version.id(sequence), sequence));
        }
        Optional<Version> replaced = Versions.byId(session, bucket.name(), draft.key(), Version.NULL_ID);
        if (replaced.isPresent()) {
            released(Versions.remove(session, replaced.get()));
        }
        return insert(draft.as(Version.NULL_ID, sequence));
    }

    private Version insert(Version version) throws SQLException {
        Versions.insert(session, version);
        return version;
    }
}
