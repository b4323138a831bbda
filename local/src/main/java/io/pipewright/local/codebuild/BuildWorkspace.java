package io.pipewright.local.codebuild;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;

/** The directories of one build, which live as long as it runs. */
record BuildWorkspace(Path root) {

    /** Creates the directories, readable by the user alone. */
    void create() throws IOException {
        Files.createDirectories(root.getParent());
        Files.createDirectory(root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        for (Path directory : new Path[] {home(), temporary(), shell(), root.resolve("readonly"), root.resolve("downloads")}) {
            Files.createDirectories(directory);
        }
    }

    /** {@code HOME} of the build. */
    Path home() {
        return root.resolve("home");
    }

    /** {@code TMPDIR} of the build. */
    Path temporary() {
        return root.resolve("tmp");
    }

    /** Scripts and state of the shell. */
    Path shell() {
        return root.resolve("shell");
    }

    /** Where an inline buildspec is written, as the service does. */
    Path inlineBuildspec() {
        return root.resolve("readonly/buildspec.yml");
    }

    Path download(String name) {
        return root.resolve("downloads").resolve(name);
    }

    /** The directory of the {@code index}th of {@code count} sources; the first is the primary one. */
    Path source(int index, int count) {
        String number = Integer.toUnsignedString(root.getFileName().toString().hashCode());
        Path source = root.resolve("output/src" + number + "/src");
        return count == 1 ? source : source.resolve("s3/%02d".formatted(index));
    }

    /** Removes everything, never following a link. */
    void delete() throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
                // A build may have taken the rights from its own directories (Go's module cache does).
                if (!Files.isWritable(directory)) {
                    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
