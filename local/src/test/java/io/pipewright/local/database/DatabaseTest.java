package io.pipewright.local.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.ResultSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatabaseTest {
    @TempDir
    Path directory;

    @Test
    void aFailedWriteLeavesNothingBehind() {
        try (Database database = Database.open(directory.resolve("x.db"), Database.Durability.NORMAL)) {
            database.define("CREATE TABLE IF NOT EXISTS t (k TEXT PRIMARY KEY)");
            assertThatThrownBy(() -> database.write(session -> {
                session.update("INSERT INTO t VALUES (?)", "a");
                throw new IllegalStateException("crash between two writes");
            })).isInstanceOf(IllegalStateException.class);
            assertThat(count(database)).isZero();
        }
    }

    @Test
    void whatWasWrittenIsThereAfterReopening() {
        Path file = directory.resolve("x.db");
        try (Database database = Database.open(file, Database.Durability.FULL)) {
            database.define("CREATE TABLE IF NOT EXISTS t (k TEXT PRIMARY KEY)");
            database.write(session -> session.update("INSERT INTO t VALUES (?)", "a"));
            assertThat(count(database)).isOne();
        }
        try (Database database = Database.open(file, Database.Durability.NORMAL)) {
            assertThat(count(database)).isOne();
        }
    }

    private static int count(Database database) {
        return database.read(session -> {
            try (ResultSet rows = session.prepare("SELECT count(*) FROM t").executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        });
    }
}
