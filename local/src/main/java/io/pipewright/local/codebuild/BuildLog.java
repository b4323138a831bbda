package io.pipewright.local.codebuild;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** The log file of one build. The commands append their output to the same file themselves. */
final class BuildLog {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss.SSSSSS").withZone(ZoneOffset.UTC);
    private static final int MAX_READ = 1 << 20;

    private final Path file;
    private final Clock clock;

    private BuildLog(Path file, Clock clock) {
        this.file = file;
        this.clock = clock;
    }

    /** Opens the log for lines of the service, creating file and directory. */
    static BuildLog open(Path file, Clock clock) throws IOException {
        Files.createDirectories(file.getParent());
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
        return new BuildLog(file, clock);
    }

    /** Appends one line of the service, which the prefix {@code [Container] <time>} tells from the output of commands. */
    void write(String text) {
        String line = "[Container] " + TIME.format(clock.instant()) + " " + text + "\n";
        try {
            Files.writeString(file, endsInsideALine() ? "\n" + line : line, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("The log " + file + " could not be written", e);
        }
    }

    private boolean endsInsideALine() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer last = ByteBuffer.allocate(1);
            return channel.size() > 0 && channel.read(last, channel.size() - 1) == 1 && last.get(0) != '\n';
        }
    }

    /**
     * Reads whole lines from {@code offset}, about a megabyte at most.
     *
     * @param ended whether nobody writes any more: then an unfinished last line counts too, and the end of the file is the end
     */
    static LogLines read(Path file, long offset, boolean ended) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(MAX_READ);
        boolean reachedEnd;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {
                continue;
            }
            reachedEnd = offset + buffer.position() >= channel.size();
        } catch (NoSuchFileException e) {
            return new LogLines(List.of(), 0, ended);
        }
        int end = buffer.position();
        boolean takeAll = ended && reachedEnd || !buffer.hasRemaining() && lastLineEnd(buffer) == 0;
        int taken = takeAll ? end : lastLineEnd(buffer);
        String text = new String(buffer.array(), 0, taken, StandardCharsets.UTF_8);
        return new LogLines(text.isEmpty() ? List.of() : List.of(text.split("\n")), offset + taken, ended && reachedEnd);
    }

    private static int lastLineEnd(ByteBuffer buffer) {
        int end = buffer.position();
        while (end > 0 && buffer.get(end - 1) != '\n') {
            end--;
        }
        return end;
    }
}
