package io.pipewright.local.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The files that hold objects' bytes, each written once under a name of its own and never changed.
 *
 * <p>A file is written to {@code incoming}, then the row that names it is committed, then it moves to its place. So a
 * crash leaves nothing to search for: {@link #settle} moves or deletes what is left in {@code incoming}. Names are ours,
 * never a client's key, so no key can reach outside the directory.
 */
final class Blobs {

    /** Bytes that are on disk and belong to nobody yet. */
    record Received(String blob, long size, byte[] md5, Map<ChecksumKind, String> sums) {
    }

    private static final System.Logger LOG = System.getLogger(Blobs.class.getName());
    private static final int BUFFER = 128 * 1024;

    private final Path incoming;
    private final Path kept;
    private final boolean sync;
    private final Map<String, Integer> pins = new HashMap<>();
    private final Set<String> doomed = new HashSet<>();
    private final List<String> deleted = new ArrayList<>();

    /** @param sync whether a received file must survive a power loss before its row is written */
    Blobs(Path directory, boolean sync) {
        this.incoming = directory.resolve("incoming");
        this.kept = directory.resolve("objects");
        this.sync = sync;
        try {
            Files.createDirectories(incoming);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not prepare " + directory, e);
        }
    }

    /** Moves what a crash left behind to its place, or deletes it where no row names it. */
    void settle(Predicate<String> isNamed) {
        try (Stream<Path> files = Files.list(incoming)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String blob = file.getFileName().toString();
                if (isNamed.test(blob)) {
                    move(blob);
                } else {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not tidy " + incoming, e);
        }
    }

    /**
     * Writes the stream to a new file, hashing on the way. It is pinned until kept or discarded: it may be overwritten,
     * and so removed, before it has moved to its place.
     *
     * @param length expected size, -1 if unknown
     * @param limit most bytes accepted; beyond it the upload is refused with {@code EntityTooLarge}
     * @throws IOException only what reading the stream throws
     */
    Received receive(InputStream stream, long length, long limit, Set<ChecksumKind> kinds) throws IOException {
        if (length > limit) {
            throw tooLarge(length, limit);
        }
        String blob = UUID.randomUUID().toString().replace("-", "");
        pin(List.of(blob));
        boolean done = false;
        try (FileChannel file = create(blob)) {
            Digest md5 = Digest.of("MD5");
            Map<ChecksumKind, Digest> digests = new EnumMap<>(ChecksumKind.class);
            kinds.forEach(kind -> digests.put(kind, kind.start()));
            byte[] buffer = new byte[length < 0 ? BUFFER : (int) Math.min(BUFFER, Math.max(length, 512))];
            long size = 0;
            for (int n; (n = stream.readNBytes(buffer, 0, buffer.length)) > 0;) {
                size += n;
                if (size > limit) {
                    throw tooLarge(size, limit);
                }
                md5.update(buffer, 0, n);
                for (Digest digest : digests.values()) {
                    digest.update(buffer, 0, n);
                }
                write(file, ByteBuffer.wrap(buffer, 0, n));
            }
            if (sync) {
                force(file);
            }
            Map<ChecksumKind, String> sums = new EnumMap<>(ChecksumKind.class);
            digests.forEach((kind, digest) -> sums.put(kind, kind.encode(digest.result())));
            done = true;
            return new Received(blob, size, md5.result(), sums);
        } finally {
            if (!done) {
                discard(blob);
            }
        }
    }

    private static Refusal tooLarge(long size, long limit) {
        return new Refusal(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
                .with("ProposedSize", size).with("MaxSizeAllowed", limit);
    }

    private FileChannel create(String blob) {
        try {
            return FileChannel.open(incoming.resolve(blob), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not create a file in " + incoming, e);
        }
    }

    private void write(FileChannel file, ByteBuffer bytes) {
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write to " + incoming, e);
        }
    }

    /** File and directory entry; the later move needs no sync, {@link #settle} repeats it. */
    private void force(FileChannel file) {
        try (FileChannel directory = FileChannel.open(incoming, StandardOpenOption.READ)) {
            file.force(true);
            directory.force(true);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not sync " + incoming, e);
        }
    }

    /** Moves a received file to its place, after its row is committed. */
    void keep(String blob) {
        move(blob);
        unpin(List.of(blob));
    }

    private void move(String blob) {
        Path from = incoming.resolve(blob);
        Path to = place(blob);
        try {
            try {
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            } catch (NoSuchFileException firstOfItsDirectory) {
                Files.createDirectories(to.getParent());
                Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not keep " + blob, e);
        }
    }

    /** Deletes a received file whose row was never written. */
    void discard(String blob) {
        try {
            Files.deleteIfExists(incoming.resolve(blob));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not delete " + blob, e);
        }
        unpin(List.of(blob));
    }

    private Path place(String blob) {
        return kept.resolve(blob.substring(0, 2)).resolve(blob);
    }

    /** Keeps the files until {@link #unpin}, even if their rows go. */
    synchronized void pin(Collection<String> blobs) {
        blobs.forEach(blob -> pins.merge(blob, 1, Integer::sum));
    }

    synchronized void unpin(Collection<String> blobs) {
        for (String blob : blobs) {
            if (pins.merge(blob, -1, Integer::sum) == 0) {
                pins.remove(blob);
                if (doomed.remove(blob)) {
                    deleteKept(blob);
                }
            }
        }
    }

    /** Deletes files that no row names any more; pinned ones when they are unpinned. */
    synchronized void remove(List<String> blobs) {
        for (String blob : blobs) {
            if (pins.containsKey(blob)) {
                doomed.add(blob);
            } else {
                deleteKept(blob);
            }
        }
    }

    /** The change that doomed the file is committed, so a failure here must not undo it: the next start tries again. */
    private void deleteKept(String blob) {
        try {
            Files.deleteIfExists(place(blob));
            deleted.add(blob);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "Could not delete " + place(blob), e);
        }
    }

    /** The files deleted since the last call, so that the rows which doom them can go. */
    synchronized List<String> takeDeleted() {
        if (deleted.isEmpty()) {
            return List.of();
        }
        List<String> taken = List.copyOf(deleted);
        deleted.clear();
        return taken;
    }

    /**
     * The file's bytes from {@code offset}; open until closed, even if the file is deleted meanwhile.
     *
     * @throws NoSuchFileException if the file was deleted before
     */
    InputStream open(String blob, long offset) throws NoSuchFileException {
        try {
            FileChannel channel = openChannel(blob);
            channel.position(offset);
            return Channels.newInputStream(channel);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + blob, e);
        }
    }

    /** Looks in {@code incoming} too: a committed file moves a moment later, possibly between the two looks. */
    private FileChannel openChannel(String blob) throws IOException {
        for (Path path : new Path[] {place(blob), incoming.resolve(blob)}) {
            try {
                return FileChannel.open(path, StandardOpenOption.READ);
            } catch (NoSuchFileException elsewhere) {
                continue;
            }
        }
        return FileChannel.open(place(blob), StandardOpenOption.READ);
    }
}
