package io.pipewright.local.cli;

import io.pipewright.local.codebuild.ZipModes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A directory's source as a ZIP: the same bytes for the same files, whenever and wherever they were written. */
final class SourceZip {
    /** The earliest that a ZIP can say. */
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
    private static final int EXECUTABLE = 0755;
    private static final int PLAIN = 0644;

    private SourceZip() {
    }

    /**
     * Packs the directory's files, in the order of their names, with Unix modes. Left out is what {@link IgnoreRules} ignore, and
     * links, which could lead anywhere.
     *
     * @param zip is created or replaced
     * @return how many files it holds
     */
    static int pack(Path directory, Path zip) throws IOException {
        Map<String, Path> files = files(directory);
        Map<String, Integer> modes = new HashMap<>();
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Map.Entry<String, Path> file : files.entrySet()) {
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTimeLocal(TIME);
                out.putNextEntry(entry);
                Files.copy(file.getValue(), out);
                out.closeEntry();
                modes.put(file.getKey(), ZipModes.regular(Files.isExecutable(file.getValue()) ? EXECUTABLE : PLAIN));
            }
        }
        ZipModes.write(zip, modes);
        return files.size();
    }

    private static Map<String, Path> files(Path directory) throws IOException {
        IgnoreRules rules = new IgnoreRules(ignoreFile(directory));
        Map<String, Path> files = new TreeMap<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                boolean ignored = !path.equals(directory) && rules.ignores(directory.relativize(path), true);
                return ignored ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) {
                Path relative = directory.relativize(path);
                if (attributes.isRegularFile() && !rules.ignores(relative, false)) {
                    files.put(relative.toString().replace(path.getFileSystem().getSeparator(), "/"), path);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return files;
    }

    private static List<String> ignoreFile(Path directory) {
        Path file = directory.resolve(".gitignore");
        try {
            return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file, e);
        }
    }
}
