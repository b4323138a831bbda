package io.pipewright.local.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
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

    @Test
    void ofWritesThatShareACommitEachIsKeptOrUndoneByItself() throws Exception {
        int threads = 8;
        int writesPerThread = 50;
        try (Database database = Database.open(directory.resolve("x.db"), Database.Durability.FULL)) {
            database.define("CREATE TABLE IF NOT EXISTS t (k TEXT PRIMARY KEY)");
            ExecutorService executor = Executors.newFixedThreadPool(threads);
            List<Future<Integer>> kept = IntStream.range(0, threads)
                    .mapToObj(thread -> executor.submit(() -> writeAndFailInTurn(database, thread, writesPerThread)))
                    .toList();
            for (Future<Integer> each : kept) {
                assertThat(each.get()).isEqualTo(writesPerThread / 2);
            }
            executor.shutdown();
            assertThat(count(database)).isEqualTo(threads * writesPerThread / 2);
        }
    }

    /** Returns how many writes went well, each of which is to be read at once. */
    private static int writeAndFailInTurn(Database database, int thread, int writes) {
        int kept = 0;
        for (int i = 0; i < writes; i++) {
            String key = thread + "-" + i;
            boolean fails = i % 2 == 0;
            try {
                database.write(session -> {
                    session.update("INSERT INTO t VALUES (?)", key);
                    if (fails) {
                        throw new IllegalStateException(key);
                    }
                    return null;
                });
                kept++;
            } catch (IllegalStateException e) {
                assertThat(e).hasMessage(key);
            }
            assertThat(contains(database, key)).isEqualTo(!fails);
        }
        return kept;
    }

    @Test
    void aWriteInsideAWriteIsRefused() {
        try (Database database = Database.open(directory.resolve("x.db"), Database.Durability.NORMAL)) {
            assertThatThrownBy(() -> database.write(session -> database.write(inner -> null)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    private static boolean contains(Database database, String key) {
        return database.read(session -> {
            try (ResultSet rows = session.prepare("SELECT 1 FROM t WHERE k = ?", key).executeQuery()) {
                return rows.next();
            }
        });
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
