package io.pipewright.local.codebuild;

import io.pipewright.local.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.Project;

/**
 * Projects, builds and the events they owe, in the shared database. A change of a build and its events are one transaction; a
 * build that has ended never changes again, so that of two ways to end it the first wins and the second learns that it lost.
 */
final class BuildStore {
    /** A build with the definition it runs by. */
    record Stored(Build build, Project definition, Optional<String> processGroup) {
    }

    /** A build that an idempotency token has made, with the request that made it. */
    record Remembered(Build build, String request) {
    }

    /** An event on its way out; numbers ascend in the order of the changes. */
    record Owed(long number, BuildEvent event) {
    }

    /** Creates the build of that number, or refuses by an exception. */
    @FunctionalInterface
    interface Submission {
        Build build(long number);
    }

    private final Database database;

    BuildStore(Database database) {
        this.database = database;
        database.define(
                "CREATE TABLE IF NOT EXISTS codebuild_projects (name TEXT PRIMARY KEY, project TEXT NOT NULL, builds INTEGER NOT NULL)",
                "CREATE TABLE IF NOT EXISTS codebuild_builds (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,"
                        + " project TEXT NOT NULL, build TEXT NOT NULL, definition TEXT NOT NULL, complete INTEGER NOT NULL,"
                        + " process_group TEXT, token TEXT, request TEXT, submitted INTEGER NOT NULL)",
                "CREATE INDEX IF NOT EXISTS codebuild_builds_project ON codebuild_builds (project, number)",
                "CREATE INDEX IF NOT EXISTS codebuild_builds_open ON codebuild_builds (number) WHERE complete = 0",
                "CREATE INDEX IF NOT EXISTS codebuild_builds_token ON codebuild_builds (token) WHERE token IS NOT NULL",
                "CREATE TABLE IF NOT EXISTS codebuild_events (number INTEGER PRIMARY KEY AUTOINCREMENT, detail_type TEXT NOT NULL,"
                        + " build_arn TEXT NOT NULL, detail TEXT NOT NULL)");
    }

    // Projects

    /** False if the name is taken. */
    boolean createProject(Project project) {
        return database.write(session -> session.update(
                "INSERT INTO codebuild_projects (name, project, builds) VALUES (?, ?, 0) ON CONFLICT DO NOTHING",
                project.name(), ModelJson.write(project)) == 1);
    }

    /** Replaces a project by what {@code change} makes of it; empty if there is none of that name. */
    Optional<Project> updateProject(String name, UnaryOperator<Project> change) {
        return database.write(session -> {
            Optional<Project> project = project(session, name).map(change);
            if (project.isPresent()) {
                session.update("UPDATE codebuild_projects SET project = ? WHERE name = ?", ModelJson.write(project.get()), name);
            }
            return project;
        });
    }

    /** Deletes a project if it exists; its builds stay. */
    void deleteProject(String name) {
        database.write(session -> session.update("DELETE FROM codebuild_projects WHERE name = ?", name));
    }

    Optional<Project> project(String name) {
        return database.read(session -> project(session, name));
    }

    List<Project> projects() {
        return database.read(session -> {
            List<Project> projects = new ArrayList<>();
            try (ResultSet rows = session.prepare("SELECT project FROM codebuild_projects ORDER BY name").executeQuery()) {
                while (rows.next()) {
                    projects.add(readProject(rows.getString(1)));
                }
            }
            return projects;
        });
    }

    private static Optional<Project> project(Database.Session session, String name) throws SQLException {
        try (ResultSet rows = session.prepare("SELECT project FROM codebuild_projects WHERE name = ?", name).executeQuery()) {
            return rows.next() ? Optional.of(readProject(rows.getString(1))) : Optional.empty();
        }
    }

    // Builds

    /**
     * Stores a new build and owes its first events, counting the project's builds.
     *
     * @param token the caller's idempotency token, or null; {@code request} is what {@link #remembered} gives back
     */
    Build submit(Project definition, Submission submission, String token, String request, Instant now) {
        return database.write(session -> {
            session.update("UPDATE codebuild_projects SET builds = builds + 1 WHERE name = ?", definition.name());
            long number;
            try (ResultSet rows = session.prepare("SELECT builds FROM codebuild_projects WHERE name = ?", definition.name())
                    .executeQuery()) {
                number = rows.next() ? rows.getLong(1) : 1;
            }
            Build build = submission.build(number);
            session.update("INSERT INTO codebuild_builds (id, project, build, definition, complete, token, request, submitted)"
                    + " VALUES (?, ?, ?, ?, 0, ?, ?, ?)", build.id(), build.projectName(), ModelJson.write(build),
                    ModelJson.write(definition), token, request, now.toEpochMilli());
            owe(session, BuildEvent.started(build));
            owe(session, BuildEvent.phaseEnded(build));
            return build;
        });
    }

    /** The build that this token made since {@code since}. */
    Optional<Remembered> remembered(String token, Instant since) {
        return database.read(session -> {
            try (ResultSet rows = session.prepare("SELECT build, request FROM codebuild_builds WHERE token = ? AND submitted > ?"
                    + " ORDER BY number DESC LIMIT 1", token, since.toEpochMilli()).executeQuery()) {
                return rows.next() ? Optional.of(new Remembered(readBuild(rows.getString(1)), rows.getString(2))) : Optional.empty();
            }
        });
    }

    /**
     * Makes one {@link BuildProgress#advance step} of a build that has not ended and owes its events.
     *
     * @return the build after the step; empty if it had ended before
     */
    Optional<Build> step(String id, UnaryOperator<Build> step) {
        return database.write(session -> {
            Optional<Build> before = openBuild(session, id);
            if (before.isEmpty()) {
                return Optional.empty();
            }
            Build after = step.apply(before.get());
            session.update("UPDATE codebuild_builds SET build = ?, complete = ? WHERE id = ?", ModelJson.write(after),
                    after.buildComplete() ? 1 : 0, id);
            owe(session, BuildEvent.phaseEnded(after));
            if (after.buildComplete()) {
                owe(session, BuildEvent.ended(after));
            }
            return Optional.of(after);
        });
    }

    /** Remembers which processes to kill if this server dies; false if the build has ended already. */
    boolean recordProcessGroup(String id, ProcessGroup group) {
        return database.write(session -> session.update("UPDATE codebuild_builds SET process_group = ? WHERE id = ? AND complete = 0",
                group.toString(), id) == 1);
    }

    Optional<Build> build(String id) {
        return database.read(session -> {
            try (ResultSet rows = session.prepare("SELECT build FROM codebuild_builds WHERE id = ?", id).executeQuery()) {
                return rows.next() ? Optional.of(readBuild(rows.getString(1))) : Optional.empty();
            }
        });
    }

    /** Builds that have not ended, oldest first. */
    List<Stored> open() {
        return database.read(session -> {
            List<Stored> open = new ArrayList<>();
            try (ResultSet rows = session.prepare(
                    "SELECT build, definition, process_group FROM codebuild_builds WHERE complete = 0 ORDER BY number").executeQuery()) {
                while (rows.next()) {
                    open.add(new Stored(readBuild(rows.getString(1)), readProject(rows.getString(2)),
                            Optional.ofNullable(rows.getString(3))));
                }
            }
            return open;
        });
    }

    /** How many builds have not ended: of one project, or of all when {@code project} is null. */
    int countOpen(String project) {
        return database.read(session -> {
            try (ResultSet rows = session.prepare(
                    "SELECT count(*) FROM codebuild_builds WHERE complete = 0 AND (?1 IS NULL OR project = ?1)", project).executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        });
    }

    /**
     * Ids of a project's builds.
     *
     * @param after the last id of the page before, or null
     * @param limit at most so many
     */
    List<String> buildIds(String project, boolean newestFirst, String after, int limit) {
        String bound = newestFirst ? "<" : ">";
        return database.read(session -> {
            List<String> ids = new ArrayList<>();
            try (ResultSet rows = session.prepare("SELECT id FROM codebuild_builds WHERE project = ?1 AND (?2 IS NULL OR number " + bound
                    + " (SELECT number FROM codebuild_builds WHERE id = ?2)) ORDER BY number " + (newestFirst ? "DESC" : "ASC") + " LIMIT ?3",
                    project, after, limit).executeQuery()) {
                while (rows.next()) {
                    ids.add(rows.getString(1));
                }
            }
            return ids;
        });
    }

    private static Optional<Build> openBuild(Database.Session session, String id) throws SQLException {
        try (ResultSet rows = session.prepare("SELECT build FROM codebuild_builds WHERE id = ? AND complete = 0", id).executeQuery()) {
            return rows.next() ? Optional.of(readBuild(rows.getString(1))) : Optional.empty();
        }
    }

    // Events

    /** The oldest event that was not delivered yet. */
    Optional<Owed> oldestEvent() {
        return database.read(session -> {
            try (ResultSet rows = session.prepare(
                    "SELECT number, detail_type, build_arn, detail FROM codebuild_events ORDER BY number LIMIT 1").executeQuery()) {
                return rows.next() ? Optional.of(new Owed(rows.getLong(1),
                        new BuildEvent(rows.getString(2), rows.getString(3), rows.getString(4)))) : Optional.empty();
            }
        });
    }

    void delivered(Owed owed) {
        database.write(session -> session.update("DELETE FROM codebuild_events WHERE number = ?", owed.number()));
    }

    private static void owe(Database.Session session, BuildEvent event) throws SQLException {
        session.update("INSERT INTO codebuild_events (detail_type, build_arn, detail) VALUES (?, ?, ?)", event.detailType(),
                event.buildArn(), event.detail());
    }

    private static Build readBuild(String json) {
        return ModelJson.read(json, Build.builder()).build();
    }

    private static Project readProject(String json) {
        return ModelJson.read(json, Project.builder()).build();
    }
}
