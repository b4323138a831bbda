package io.pipewright.local.sfn;

import io.pipewright.local.database.Database.Session;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The tables of machines. A revision is a definition with its role, written once; machine, versions and executions point to one, so
 * that what runs keeps what it started with.
 */
final class Machines {
    static final String[] TABLES = {
        """
        CREATE TABLE IF NOT EXISTS sfn_machines (name TEXT PRIMARY KEY, deleting INTEGER NOT NULL, revision INTEGER NOT NULL,
            revision_id TEXT, last_version INTEGER NOT NULL, created INTEGER NOT NULL, published INTEGER NOT NULL,
            version_description TEXT, tags TEXT NOT NULL)""",
        """
        CREATE TABLE IF NOT EXISTS sfn_revisions (id INTEGER PRIMARY KEY AUTOINCREMENT, machine TEXT NOT NULL, role TEXT NOT NULL,
            definition TEXT NOT NULL)""",
        "CREATE INDEX IF NOT EXISTS sfn_revisions_by_machine ON sfn_revisions (machine)",
        """
        CREATE TABLE IF NOT EXISTS sfn_versions (machine TEXT NOT NULL, version INTEGER NOT NULL, revision INTEGER NOT NULL,
            revision_id TEXT, description TEXT, created INTEGER NOT NULL, PRIMARY KEY (machine, version)) WITHOUT ROWID"""};

    /**
     * A machine.
     *
     * @param deleting it goes once its executions have ended
     * @param revisionId null until the first update
     * @param lastVersion the highest number ever given to a version
     * @param published whether its creation asked for a version, {@code versionDescription} with which description
     * @param tags JSON text: an object
     */
    record Machine(String name, boolean deleting, long revision, String revisionId, int lastVersion, Instant created,
            boolean published, String versionDescription, String tags) {
        /** How AWS's messages call the revision. */
        String revisionName() {
            return revisionId == null ? "INITIAL" : revisionId;
        }
    }

    /** A published version; description and revisionId may be null. */
    record Version(String machine, int number, long revision, String revisionId, String description, Instant created) { }

    /** What a machine does and as whom. */
    record Revision(long id, String role, String definition) { }

    private static final String MACHINE = "SELECT name, deleting, revision, revision_id, last_version, created, published, "
            + "version_description, tags FROM sfn_machines ";
    private static final String VERSION =
            "SELECT machine, version, revision, revision_id, description, created FROM sfn_versions ";

    private Machines() { }

    static Optional<Machine> find(Session session, String name) throws SQLException {
        return machines(session.prepare(MACHINE + "WHERE name = ?", name)).stream().findFirst();
    }

    /** Machines by name, from behind {@code after}. */
    static List<Machine> list(Session session, String after, int limit) throws SQLException {
        return machines(session.prepare(MACHINE + "WHERE name > ? ORDER BY name LIMIT ?", after, limit));
    }

    static void insert(Session session, Machine machine) throws SQLException {
        session.update("INSERT INTO sfn_machines VALUES (?, 0, ?, ?, ?, ?, ?, ?, ?)", machine.name(), machine.revision(),
                machine.revisionId(), machine.lastVersion(), machine.created().toEpochMilli(), machine.published() ? 1 : 0,
                machine.versionDescription(), machine.tags());
    }

    static void revise(Session session, String name, long revision, String revisionId) throws SQLException {
        session.update("UPDATE sfn_machines SET revision = ?, revision_id = ? WHERE name = ?", revision, revisionId, name);
    }

    static void markDeleting(Session session, String name) throws SQLException {
        session.update("UPDATE sfn_machines SET deleting = 1 WHERE name = ?", name);
    }

    static boolean isDeleting(Session session, String name) throws SQLException {
        try (ResultSet rows = session.prepare("SELECT 1 FROM sfn_machines WHERE name = ? AND deleting = 1", name).executeQuery()) {
            return rows.next();
        }
    }

    static void remove(Session session, String name) throws SQLException {
        session.update("DELETE FROM sfn_machines WHERE name = ?", name);
        session.update("DELETE FROM sfn_versions WHERE machine = ?", name);
        session.update("DELETE FROM sfn_revisions WHERE machine = ?", name);
    }

    static long insertRevision(Session session, String machine, String role, String definition) throws SQLException {
        session.update("INSERT INTO sfn_revisions (machine, role, definition) VALUES (?, ?, ?)", machine, role, definition);
        try (ResultSet rows = session.prepare("SELECT last_insert_rowid()").executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    static Revision revision(Session session, long id) throws SQLException {
        try (ResultSet rows =
                session.prepare("SELECT id, role, definition FROM sfn_revisions WHERE id = ?", id).executeQuery()) {
            if (!rows.next()) {
                throw new IllegalStateException("Revision " + id + " is missing");
            }
            return new Revision(rows.getLong(1), rows.getString(2), rows.getString(3));
        }
    }

    static void insertVersion(Session session, Version version) throws SQLException {
        session.update("INSERT INTO sfn_versions VALUES (?, ?, ?, ?, ?, ?)", version.machine(), version.number(), version.revision(),
                version.revisionId(), version.description(), version.created().toEpochMilli());
        session.update("UPDATE sfn_machines SET last_version = ? WHERE name = ?", version.number(), version.machine());
    }

    static Optional<Version> version(Session session, String machine, int number) throws SQLException {
        return versions(session.prepare(VERSION + "WHERE machine = ? AND version = ?", machine, number)).stream().findFirst();
    }

    /** The version that was published of this revision. */
    static Optional<Version> versionOf(Session session, String machine, long revision) throws SQLException {
        return versions(session.prepare(VERSION + "WHERE machine = ? AND revision = ?", machine, revision)).stream().findFirst();
    }

    /** Versions, newest first, below a number. */
    static List<Version> versions(Session session, String machine, long before, int limit) throws SQLException {
        return versions(session.prepare(VERSION + "WHERE machine = ? AND version < ? ORDER BY version DESC LIMIT ?", machine, before,
                limit));
    }

    static void removeVersion(Session session, String machine, int number) throws SQLException {
        session.update("DELETE FROM sfn_versions WHERE machine = ? AND version = ?", machine, number);
    }

    /** Removes revisions that nothing points to any more; answers which are left. */
    static Set<Long> pruneRevisions(Session session) throws SQLException {
        session.update("DELETE FROM sfn_revisions WHERE id NOT IN (SELECT revision FROM sfn_machines) "
                + "AND id NOT IN (SELECT revision FROM sfn_versions) "
                + "AND id NOT IN (SELECT revision FROM sfn_executions WHERE due IS NOT NULL)");
        Set<Long> left = new HashSet<>();
        try (ResultSet rows = session.prepare("SELECT id FROM sfn_revisions").executeQuery()) {
            while (rows.next()) {
                left.add(rows.getLong(1));
            }
        }
        return left;
    }

    private static List<Machine> machines(PreparedStatement statement) throws SQLException {
        List<Machine> machines = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                machines.add(new Machine(rows.getString(1), rows.getInt(2) == 1, rows.getLong(3), rows.getString(4), rows.getInt(5),
                        Instant.ofEpochMilli(rows.getLong(6)), rows.getInt(7) == 1, rows.getString(8), rows.getString(9)));
            }
        }
        return machines;
    }

    private static List<Version> versions(PreparedStatement statement) throws SQLException {
        List<Version> versions = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                versions.add(new Version(rows.getString(1), rows.getInt(2), rows.getLong(3), rows.getString(4), rows.getString(5),
                        Instant.ofEpochMilli(rows.getLong(6))));
            }
        }
        return versions;
    }
}
