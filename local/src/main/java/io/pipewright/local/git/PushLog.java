package io.pipewright.local.git;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.local.database.Database;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;

/**
 * What was pushed and not yet told. A change is written down before git makes it, so that no death of the process separates the two:
 * at the next start the repository itself says which of the changes have been made.
 */
final class PushLog {
    private final Database database;
    private final ReferenceEvents events;
    private final String arnPrefix;
    private final Map<Long, RefChange> settled = new ConcurrentSkipListMap<>();

    /** @param arnPrefix what stands before a repository's name in its ARN */
    PushLog(Database database, ReferenceEvents events, String arnPrefix) {
        this.database = database;
        this.events = events;
        this.arnPrefix = arnPrefix;
        database.define("CREATE TABLE IF NOT EXISTS git_push (id INTEGER PRIMARY KEY AUTOINCREMENT, repository TEXT NOT NULL, "
                + "reference TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL)");
    }

    /** Changes are about to be made; answers their numbers in the same order. */
    List<Long> begin(List<RefChange> changes) {
        return database.write(session -> {
            List<Long> numbers = new ArrayList<>();
            for (RefChange change : changes) {
                session.update("INSERT INTO git_push (repository, reference, before, after) VALUES (?, ?, ?, ?)",
                        change.repository(), change.reference(), change.before(), change.after());
                try (ResultSet row = session.prepare("SELECT last_insert_rowid()").executeQuery()) {
                    row.next();
                    numbers.add(row.getLong(1));
                }
            }
            return numbers;
        });
    }

    /** A change has been made and is to be told. */
    void made(long number, RefChange change) {
        settled.put(number, change);
    }

    /** A change won't be made. */
    void dropped(long number) {
        forget(List.of(number));
    }

    /** Tells what has been made, in the order of the changes. What can't be told now is told with the next push. */
    synchronized void tell() {
        for (Map.Entry<Long, RefChange> one : settled.entrySet()) {
            if (one.getValue().isBranchOrTag()) {
                events.publish(List.of(arnPrefix + one.getValue().repository()), detail(one.getValue()));
            }
            forget(List.of(one.getKey()));
            settled.remove(one.getKey());
        }
    }

    /** Takes up what an earlier process left. Nothing may be pushed meanwhile. */
    void resume(Predicate<RefChange> isMade) {
        Map<Long, RefChange> left = database.read(session -> {
            Map<Long, RefChange> rows = new ConcurrentSkipListMap<>();
            try (ResultSet row = session.prepare(
                    "SELECT id, repository, reference, before, after FROM git_push ORDER BY id").executeQuery()) {
                while (row.next()) {
                    rows.put(row.getLong(1), new RefChange(
                            row.getString(2), row.getString(3), row.getString(4), row.getString(5)));
                }
            }
            return rows;
        });
        left.forEach((number, change) -> {
            if (isMade.test(change)) {
                made(number, change);
            } else {
                dropped(number);
            }
        });
        tell();
    }

    private void forget(List<Long> numbers) {
        database.write(session -> {
            for (long number : numbers) {
                session.update("DELETE FROM git_push WHERE id = ?", number);
            }
            return null;
        });
    }

    private String detail(RefChange change) {
        ObjectNode detail = JsonNodeFactory.instance.objectNode()
                .put("event", change.event()).put("repositoryName", change.repository())
                .put("repositoryId", UUID.nameUUIDFromBytes(
                        (arnPrefix + change.repository()).getBytes(StandardCharsets.UTF_8)).toString())
                .put("referenceType", change.referenceType()).put("referenceName", change.referenceName())
                .put("referenceFullName", change.reference());
        if (!change.after().equals(RefChange.NOTHING)) {
            detail.put("commitId", change.after());
        }
        if (!change.before().equals(RefChange.NOTHING)) {
            detail.put("oldCommitId", change.before());
        }
        return detail.toString();
    }
}
