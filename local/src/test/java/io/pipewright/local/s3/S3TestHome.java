package io.pipewright.local.s3;

import io.pipewright.local.database.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** A store in a directory of its own, and what it announced. */
final class S3TestHome implements AutoCloseable {
    final Path directory;
    final List<ObjectEvent> events = new CopyOnWriteArrayList<>();
    final Database database;
    final S3Store store;

    S3TestHome(Path directory) {
        this(directory, Database.Durability.NORMAL);
    }

    S3TestHome(Path directory, Database.Durability durability) {
        this.directory = directory;
        this.database = Database.open(directory.resolve("home.db"), durability);
        this.store = new S3Store(database, directory.resolve("s3"), Clock.systemUTC(), events::add);
        store.start();
    }

    /** The files that hold objects' bytes, in their place or on their way there. */
    List<Path> files() {
        try (Stream<Path> files = Files.walk(directory.resolve("s3"))) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        store.close();
        database.close();
    }
}
