package io.pipewright.local.home;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * A data directory in the hands of this process: mode 0700, locked until it is closed or the process dies. Who has it and where
 * it serves stands in {@code home.lock}.
 */
final class DataDirectory implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /** @throws HomeInUseException when another process has it */
    static DataDirectory lock(Path path) {
        try {
            Files.createDirectories(path);
            if (Files.getFileStore(path).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            }
            FileChannel channel = FileChannel.open(
                    path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel).isEmpty()) {
                channel.close();
                throw inUse(path);
            }
            DataDirectory directory = new DataDirectory(path, channel);
            directory.say(Optional.empty());
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException("The data directory " + path + " can't be used: " + e.getMessage(), e);
        }
    }

    private static Optional<FileLock> tryLock(FileChannel channel) throws IOException {
        try {
            return Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException e) {
            // Another home of this very process has it.
            return Optional.empty();
        }
    }

    private static HomeInUseException inUse(Path path) {
        try {
            JsonNode holder = JSON.readTree(Files.readString(path.resolve("home.lock")));
            return new HomeInUseException(path, holder.path("pid").asLong(),
                    Optional.ofNullable(holder.path("endpoint").textValue()).map(URI::create));
        } catch (IOException e) {
            return new HomeInUseException(path, 0, Optional.empty());
        }
    }

    /** Tells other processes where this one serves. */
    void serves(URI endpoint) {
        say(Optional.of(endpoint));
    }

    private void say(Optional<URI> endpoint) {
        var holder = JSON.createObjectNode().put("pid", ProcessHandle.current().pid());
        endpoint.ifPresent(uri -> holder.put("endpoint", uri.toString()));
        try {
            Path fresh = path.resolve("home.lock.new");
            Files.write(fresh, holder.toString().getBytes(StandardCharsets.UTF_8));
            Files.move(fresh, path.resolve("home.lock"),
                    StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path resolve(String name) {
        return path.resolve(name);
    }

    /** A folder in it, created when it isn't there. */
    Path folder(String name) {
        try {
            return Files.createDirectories(path.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(path.resolve("home.lock"));
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
