package io.pipewright.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the disk itself takes to keep a few bytes. */
final class Disk {
    private static final int PAGE = 4096;

    private Disk() {
    }

    /** Appends a page and waits for it to reach the disk, many times. */
    static Samples fsync(Path directory, int times) {
        Path file = directory.resolve("fsync");
        long[] nanos = new long[times];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < times; i++) {
                long from = System.nanoTime();
                channel.write(ByteBuffer.allocate(PAGE));
                channel.force(false);
                nanos[i] = System.nanoTime() - from;
            }
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Samples.ofNanos(nanos);
    }
}
