package io.pipewright.local.codebuild;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipException;

/**
 * Unix modes in a ZIP's central directory, which {@code java.util.zip} neither reads nor writes ("APPNOTE.TXT – .ZIP File Format
 * Specification", sections 4.3.12 to 4.3.16 and 4.4.15). A mode holds the file type in its upper bits: {@link #isLink}.
 */
final class ZipModes {
    private static final int FILE_TYPE = 0170000;
    private static final int REGULAR = 0100000;
    private static final int LINK = 0120000;

    private static final int ENTRY_SIGNATURE = 0x02014b50;
    private static final int ENTRY_LENGTH = 46;
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int END64_LOCATOR_SIGNATURE = 0x07064b50;
    private static final int END64_LOCATOR_LENGTH = 20;
    private static final int END64_SIGNATURE = 0x06064b50;
    private static final int END64_LENGTH = 56;
    private static final int MAX_COMMENT = 0xffff;
    private static final byte UNIX = 3;

    /** One record of the central directory: where it lies, which entry it describes, and its mode, 0 without one. */
    private record Entry(long position, String name, int mode) {
    }

    @FunctionalInterface
    private interface Visitor {
        void visit(Entry entry) throws IOException;
    }

    private ZipModes() {
    }

    static boolean isLink(int mode) {
        return (mode & FILE_TYPE) == LINK;
    }

    static int regular(int permissions) {
        return REGULAR | permissions;
    }

    static int link() {
        return LINK | 0777;
    }

    /** Entry name → mode, of the entries that have one. */
    static Map<String, Integer> read(Path zip) throws IOException {
        Map<String, Integer> modes = new HashMap<>();
        try (RandomAccessFile file = new RandomAccessFile(zip.toFile(), "r")) {
            visit(file, entry -> {
                if (entry.mode() != 0) {
                    modes.put(entry.name(), entry.mode());
                }
            });
        }
        return modes;
    }

    /** Writes the modes into a finished ZIP file; every entry must have one. */
    static void write(Path zip, Map<String, Integer> modes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(zip.toFile(), "rw")) {
            visit(file, entry -> {
                file.seek(entry.position() + 5);
                file.write(UNIX);
                file.seek(entry.position() + 38);
                file.write(little(4).putInt(modes.get(entry.name()) << 16).array());
            });
        }
    }

    private static void visit(RandomAccessFile file, Visitor visitor) throws IOException {
        long position = firstEntry(file);
        ByteBuffer header = little(ENTRY_LENGTH);
        while (position + ENTRY_LENGTH <= file.length()) {
            readAt(file, position, header);
            if (header.getInt(0) != ENTRY_SIGNATURE) {
                return;
            }
            int nameLength = Short.toUnsignedInt(header.getShort(28));
            byte[] name = new byte[nameLength];
            file.readFully(name);
            boolean unix = header.get(5) == UNIX;
            visitor.visit(new Entry(position, new String(name, StandardCharsets.UTF_8), unix ? header.getInt(38) >>> 16 : 0));
            position += ENTRY_LENGTH + nameLength + Short.toUnsignedInt(header.getShort(30)) + Short.toUnsignedInt(header.getShort(32));
        }
    }

    private static long firstEntry(RandomAccessFile file) throws IOException {
        ByteBuffer tail = little((int) Math.min(file.length(), END_LENGTH + MAX_COMMENT));
        long tailStart = file.length() - tail.capacity();
        readAt(file, tailStart, tail);
        for (int i = tail.capacity() - END_LENGTH; i >= 0; i--) {
            if (tail.getInt(i) == END_SIGNATURE) {
                return directoryStart(file, tailStart + i, Integer.toUnsignedLong(tail.getInt(i + 16)),
                        Integer.toUnsignedLong(tail.getInt(i + 12)));
            }
        }
        throw new ZipException("not a ZIP file: no end of central directory");
    }

    /** The offset may be relative to something that was put before the ZIP, so it is taken from the end record backwards. */
    private static long directoryStart(RandomAccessFile file, long end, long offset, long size) throws IOException {
        long locator = end - END64_LOCATOR_LENGTH;
        if (locator >= 0) {
            ByteBuffer record = little(END64_LOCATOR_LENGTH);
            readAt(file, locator, record);
            if (record.getInt(0) == END64_LOCATOR_SIGNATURE) {
                return directoryStart64(file, record.getLong(8));
            }
        }
        long start = end - size;
        return start >= 0 ? start : offset;
    }

    private static long directoryStart64(RandomAccessFile file, long position) throws IOException {
        if (position < 0 || position + END64_LENGTH > file.length()) {
            throw new ZipException("damaged ZIP file: the ZIP64 end record lies outside of the file");
        }
        ByteBuffer record = little(END64_LENGTH);
        readAt(file, position, record);
        if (record.getInt(0) != END64_SIGNATURE) {
            throw new ZipException("damaged ZIP file: no ZIP64 end record where the locator points");
        }
        return record.getLong(48);
    }

    private static void readAt(RandomAccessFile file, long position, ByteBuffer target) throws IOException {
        file.seek(position);
        file.readFully(target.array());
    }

    private static ByteBuffer little(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }
}
