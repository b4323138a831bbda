package io.pipewright.local.codebuild;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** The ZIP of an output: paths relative to the base directory, Unix modes kept. */
final class ArtifactArchive {
    private ArtifactArchive() {
    }

    /** Writes the files to {@code zip}, which must not exist. */
    static void pack(Map<String, ArtifactFiles.Output> files, Path zip) throws IOException {
        Map<String, Integer> modes = new HashMap<>();
        try (ZipOutputStream out = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(zip)))) {
            for (Map.Entry<String, ArtifactFiles.Output> file : files.entrySet()) {
                Path path = file.getValue().path();
                boolean link = file.getValue().link();
                ZipEntry entry = new ZipEntry(file.getKey());
                entry.setTime(Files.getLastModifiedTime(path).toMillis());
                out.putNextEntry(entry);
                if (link) {
                    out.write(Files.readSymbolicLink(path).toString().getBytes(StandardCharsets.UTF_8));
                } else {
                    Files.copy(path, out);
                }
                out.closeEntry();
                modes.put(file.getKey(), link ? ZipModes.link() : ZipModes.regular(ArtifactFiles.permissions(path)));
            }
        }
        ZipModes.write(zip, modes);
    }

    /** The file's digest in lower-case hexadecimal digits. */
    static String digest(Path file, String algorithm) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            try (OutputStream sink = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
                Files.copy(file, sink);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + algorithm, e);
        }
    }
}
