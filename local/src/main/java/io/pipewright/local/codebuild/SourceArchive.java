package io.pipewright.local.codebuild;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Unpacks a source ZIP from someone else: nothing is written outside of the target and nothing without bound. */
final class SourceArchive {
    /**
     * What a source may be at most.
     *
     * @param entries number of files and directories
     * @param bytes sum of all unpacked sizes, counted while unpacking, not as declared
     */
    record Limits(int entries, long bytes) {
        static final Limits DEFAULT = new Limits(500_000, 10L << 30);
    }

    private static final int MAX_LINK_TARGET = 4096;
    private static final int OWNER_READ_WRITE = 0600;

    private SourceArchive() {
    }

    /**
     * Unpacks {@code zip} into the existing, empty directory {@code target}, keeping Unix modes and links that stay inside.
     *
     * @throws ZipException the file is no ZIP, is damaged, breaks a limit, or an entry would escape; the message says which
     */
    static void unpack(Path zip, Path target, Limits limits) throws IOException {
        Path root = target.toRealPath();
        try (ZipFile file = new ZipFile(zip.toFile(), StandardCharsets.UTF_8)) {
            if (file.size() > limits.entries()) {
                throw new ZipException("the archive has " + file.size() + " entries, at most " + limits.entries() + " are unpacked");
            }
            Map<String, Integer> modes = ZipModes.read(zip);
            Map<Path, String> links = new LinkedHashMap<>();
            long left = limits.bytes();
            for (Iterator<? extends ZipEntry> entries = file.entries().asIterator(); entries.hasNext();) {
                ZipEntry entry = entries.next();
                Path path = inside(root, entry.getName());
                int mode = modes.getOrDefault(entry.getName(), 0);
                try (CheckedInputStream content = new CheckedInputStream(file.getInputStream(entry), new CRC32())) {
                    if (entry.isDirectory()) {
                        Files.createDirectories(path);
                    } else if (ZipModes.isLink(mode)) {
                        links.put(path, linkTarget(content, entry.getName()));
                    } else {
                        left -= write(content, path, left, limits);
                        applyMode(path, mode);
                        checkSum(entry, content);
                    }
                }
            }
            // Links come last, so that no entry is ever written through one.
            for (Map.Entry<Path, String> link : links.entrySet()) {
                createLink(root, link.getKey(), link.getValue());
            }
            for (Path link : links.keySet()) {
                checkWhereItLeads(root, link);
            }
        } catch (IllegalArgumentException | FileSystemException e) {
            throw new ZipException("the archive's entries can't be written: " + e.getMessage());
        }
    }

    /** {@link ZipFile} itself doesn't compare. */
    private static void checkSum(ZipEntry entry, CheckedInputStream read) throws ZipException {
        if (entry.getCrc() >= 0 && entry.getCrc() != read.getChecksum().getValue()) {
            throw new ZipException("the entry " + entry.getName() + " is damaged: its checksum is wrong");
        }
    }

    private static Path inside(Path root, String name) throws ZipException {
        try {
            Path path = root.resolve(name).normalize();
            if (name.isEmpty() || name.startsWith("/") || !path.startsWith(root) || path.equals(root)
                    && !name.equals("./")) {
                throw new ZipException("the entry " + name + " lies outside of the archive");
            }
            return path;
        } catch (InvalidPathException e) {
            throw new ZipException("the entry has an impossible name: " + e.getReason());
        }
    }

    private static long write(InputStream content, Path path, long left, Limits limits) throws IOException {
        Files.createDirectories(path.getParent());
        byte[] buffer = new byte[1 << 16];
        long written = 0;
        try (OutputStream out = Files.newOutputStream(path)) {
            for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                written += read;
                if (written > left) {
                    throw new ZipException("the archive unpacks to more than " + limits.bytes() + " bytes");
                }
                out.write(buffer, 0, read);
            }
        }
        return written;
    }

    private static void applyMode(Path path, int mode) throws IOException {
        if (mode == 0) {
            return;
        }
        Files.setAttribute(path, "unix:mode", mode & 0777 | OWNER_READ_WRITE);
    }

    private static String linkTarget(InputStream content, String name) throws IOException {
        byte[] target = content.readNBytes(MAX_LINK_TARGET + 1);
        if (target.length == 0 || target.length > MAX_LINK_TARGET) {
            throw new ZipException("the link " + name + " has a target of impossible length");
        }
        return new String(target, StandardCharsets.UTF_8);
    }

    private static void createLink(Path root, Path link, String target) throws IOException {
        if (target.startsWith("/") || !link.getParent().resolve(target).normalize().startsWith(root)) {
            throw new ZipException("the link " + root.relativize(link) + " leads outside of the archive");
        }
        Files.createDirectories(link.getParent());
        // A parent may itself be a link by now; it must not carry this one elsewhere.
        if (!link.getParent().toRealPath().equals(link.getParent()) || Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
            throw new ZipException("the link " + root.relativize(link) + " lies in the way of another entry");
        }
        Files.createSymbolicLink(link, Path.of(target));
    }

    /** Links may lead through links, so that the text of one alone doesn't show where it ends. */
    private static void checkWhereItLeads(Path root, Path link) throws IOException {
        if (Files.exists(link) && !link.toRealPath().startsWith(root)) {
            Files.delete(link);
            throw new ZipException("the link " + root.relativize(link) + " leads outside of the archive");
        }
    }
}
