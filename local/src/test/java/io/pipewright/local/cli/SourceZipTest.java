package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceZipTest {
    @TempDir
    private Path directory;
    @TempDir
    private Path elsewhere;

    @Test
    void theSameFilesGiveTheSameBytesWheneverTheyWereWritten() throws IOException {
        write("b.txt", "b");
        write("a/c.txt", "c");
        byte[] first = pack();
        Files.setLastModifiedTime(directory.resolve("b.txt"), FileTime.from(Instant.EPOCH));
        assertThat(pack()).isEqualTo(first);
        write("b.txt", "other");
        assertThat(pack()).isNotEqualTo(first);
    }

    @Test
    void filesAreInTheOrderOfTheirNamesWithoutWhatIsIgnoredAndWithoutLinks() throws IOException {
        write(".gitignore", "*.class\n");
        write("src/Main.java", "");
        write("src/Main.class", "");
        write("target/out.txt", "");
        write(".git/HEAD", "");
        write("README", "");
        Files.createSymbolicLink(directory.resolve("link"), directory.resolve("README"));
        pack();
        assertThat(names()).containsExactly(".gitignore", "README", "src/Main.java");
    }

    @Test
    void whatCanBeExecutedStaysSo() throws IOException {
        write("run.sh", "#!/bin/sh\n");
        write("plain.txt", "");
        Files.setPosixFilePermissions(directory.resolve("run.sh"), PosixFilePermissions.fromString("rwx------"));
        pack();
        assertThat(permissions("run.sh")).contains(PosixFilePermission.OWNER_EXECUTE);
        assertThat(permissions("plain.txt")).doesNotContain(PosixFilePermission.OWNER_EXECUTE);
    }

    private byte[] pack() throws IOException {
        SourceZip.pack(directory, zip());
        return Files.readAllBytes(zip());
    }

    private Path zip() {
        return elsewhere.resolve("source.zip");
    }

    private List<String> names() throws IOException {
        try (ZipFile file = new ZipFile(zip().toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }

    private Set<PosixFilePermission> permissions(String name) throws IOException {
        try (FileSystem file = FileSystems.newFileSystem(zip(), Map.of("enablePosixFileAttributes", "true"))) {
            return Files.getPosixFilePermissions(file.getPath(name));
        }
    }

    private void write(String name, String text) throws IOException {
        Files.createDirectories(directory.resolve(name).getParent());
        Files.writeString(directory.resolve(name), text);
    }
}
