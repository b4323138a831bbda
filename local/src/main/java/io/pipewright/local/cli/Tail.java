package io.pipewright.local.cli;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The lines of a file that grows. */
final class Tail {
    private static final int MOST_BYTES = 1 << 20;
    private static final int END_BYTES = 32 * 1024;

    private final Path file;
    private long offset;

    Tail(Path file) {
        this.file = file;
    }

    /** The last lines of a file, as many as a few pages hold; none if there is no file. */
    static List<String> end(Path file) {
        Tail tail = new Tail(file);
        tail.offset = Math.max(0, file.toFile().length() - END_BYTES);
        return tail.next(false);
    }

    /**
     * Lines since the last look, a megabyte at most; none as long as there is no file.
     *
     * @param whole whether to leave an unfinished last line for later
     */
    List<String> next(boolean whole) {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
            byte[] bytes = new byte[(int) Math.min(MOST_BYTES, Math.max(0, open.length() - offset))];
            open.seek(offset);
            open.readFully(bytes);
            int end = whole ? lastLineEnd(bytes) : bytes.length;
            offset += end;
            return new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file, e);
        }
    }

    /** The length of the whole lines; of a line longer than everything that is read at once, all of it. */
    private static int lastLineEnd(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] != '\n') {
            end--;
        }
        return end == 0 && bytes.length == MOST_BYTES ? bytes.length : end;
    }
}
