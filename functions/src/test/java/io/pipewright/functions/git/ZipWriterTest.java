package io.pipewright.functions.git;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipWriterTest {
    private static final int FILE = 0100644;

    @TempDir
    Path directory;

    private static ZipWriter.Content text(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void entriesAreReadByNameAndInOrder() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ZipWriter zip = new ZipWriter(out, Long.MAX_VALUE);
        zip.entry("ünï/a.txt", FILE, text("first"));
        zip.entry("empty", FILE, text(""));
        zip.entry("module/", 0040755, text(""));
        zip.finish();

        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(out.toByteArray()))) {
            assertThat(in.getNextEntry().getName()).isEqualTo("ünï/a.txt");
            assertThat(in.readAllBytes()).asString().isEqualTo("first");
            assertThat(in.getNextEntry().getName()).isEqualTo("empty");
            assertThat(in.getNextEntry().isDirectory()).isTrue();
            assertThat(in.getNextEntry()).isNull();
        }
        Path file = Files.write(directory.resolve("one.zip"), out.toByteArray());
        try (ZipFile read = new ZipFile(file.toFile())) {
            ZipEntry entry = read.getEntry("ünï/a.txt");
            assertThat(entry.getSize()).isEqualTo(5);
            assertThat(read.getInputStream(entry).readAllBytes()).asString().isEqualTo("first");
        }
    }

    @Test
    void moreEntriesThanSixteenBitsCountAreFound() throws IOException {
        Path file = directory.resolve("many.zip");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            ZipWriter zip = new ZipWriter(out, Long.MAX_VALUE);
            for (int i = 0; i < 70_000; i++) {
                zip.entry("f" + i, FILE, text(""));
            }
            zip.finish();
        }
        try (ZipFile read = new ZipFile(file.toFile())) {
            assertThat(read.size()).isEqualTo(70_000);
            assertThat(read.getEntry("f69999")).isNotNull();
        }
    }

    @Test
    void noMoreIsWrittenThanMayBe() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ZipWriter zip = new ZipWriter(out, 10_000);
        byte[] noise = new byte[20_000];
        new Random(1).nextBytes(noise);
        assertThatThrownBy(() -> zip.entry("noise", FILE, content -> content.write(noise)))
                .isInstanceOf(ArchiveTooLargeException.class).hasMessageContaining("10000");
        assertThat(out.size()).isLessThanOrEqualTo(10_000);
    }
}
