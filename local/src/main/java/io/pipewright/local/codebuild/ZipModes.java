package io.pipewright.local.codebuild;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipException;

/**
 * Unix modes in a ZIP's central directory, which {@code java.util.zip} neither reads nor writes ("APPNOTE.TXT – .ZIP File Format
 * Specification", sections 4.3.12 to 4.3.16 and 4.4.15). A mode holds the file type in its upper bits: {@link #isLink}.
 */
public final class ZipModes {
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

    /** The central directory as it lies in the file; a record is known by its offset in {@code bytes}. */
    private record Directory(long position, ByteBuffer bytes) {

        List<Integer> records() {
            List<Integer> offsets = new ArrayList<>();
            int offset = 0;
            while (offset + ENTRY_LENGTH <= bytes.capacity() && bytes.getInt(offset) == ENTRY_SIGNATURE) {
                offsets.add(offset);
                offset += ENTRY_LENGTH + length(offset + 28) + length(offset + 30) + length(offset + 32);
            }
            return offsets;
        }

        String name(int record) {
            return new String(bytes.array(), record + ENTRY_LENGTH, length(record + 28), StandardCharsets.UTF_8);
        }

        /** 0 without one. */
        int mode(int record) {
            return bytes.get(record + 5) == UNIX ? bytes.getInt(record + 38) >>> 16 : 0;
        }

        void setMode(int record, int mode) {
            bytes.put(record + 5, UNIX);
            bytes.putInt(record + 38, mode << 16);
        }

        private int length(int offset) {
            return Short.toUnsignedInt(bytes.getShort(offset));
        }
    }

    private ZipModes() {
    }

    static boolean isLink(int mode) {
        return (mode & FILE_TYPE) == LINK;
    }

    /** The mode of a regular file with these permissions, for example {@code 0644}. */
    public static int regular(int permissions) {
        return REGULAR | permissions;
    }

    static int link() {
        return LINK | 0777;
    }

    /** Entry name → mode, of the entries that have one. */
    static Map<String, Integer> read(Path zip) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(zip.toFile(), "r")) {
            Directory directory = directory(file);
            Map<String, Integer> modes = new HashMap<>();
            for (int record : directory.records()) {
                if (directory.mode(record) != 0) {
                    modes.put(directory.name(record), directory.mode(record));
                }
            }
            return modes;
        } catch (IndexOutOfBoundsException e) {
            throw new ZipException("damaged ZIP file: its central directory is cut off");
        }
    }

    /**
     * Writes modes into a finished ZIP file.
     *
     * @param modes entry name → mode, for every entry
     * @throws ZipException if the file is no ZIP
     */
    public static void write(Path zip, Map<String, Integer> modes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(zip.toFile(), "rw")) {
            Directory directory = directory(file);
            for (int record : directory.records()) {
                directory.setMode(record, modes.get(directory.name(record)));
            }
            file.seek(directory.position());
            file.write(directory.bytes().array());
        }
    }

    /** Something may have been put before the ZIP, so the directory is found from its end backwards, not by its offset. */
    private static Directory directory(RandomAccessFile file) throws IOException {
        ByteBuffer tail = readAt(file, Math.max(0, file.length() - END_LENGTH - MAX_COMMENT), END_LENGTH + MAX_COMMENT);
        for (int i = tail.capacity() - END_LENGTH; i >= 0; i--) {
            if (tail.getInt(i) == END_SIGNATURE) {
                long end = file.length() - tail.capacity() + i;
                ByteBuffer locator = readAt(file, Math.max(0, end - END64_LOCATOR_LENGTH), END64_LOCATOR_LENGTH);
                return locator.getInt(0) == END64_LOCATOR_SIGNATURE
                        ? directory64(file, locator.getLong(8))
                        : directory(file, end, Integer.toUnsignedLong(tail.getInt(i + 12)));
            }
        }
        throw new ZipException("not a ZIP file: no end of central directory");
    }

    private static Directory directory64(RandomAccessFile file, long position) throws IOException {
        if (position < 0 || position + END64_LENGTH > file.length()) {
            throw new ZipException("damaged ZIP file: the ZIP64 end record lies outside of the file");
        }
        ByteBuffer record = readAt(file, position, END64_LENGTH);
        if (record.getInt(0) != END64_SIGNATURE) {
            throw new ZipException("damaged ZIP file: no ZIP64 end record where the locator points");
        }
        return directory(file, position, record.getLong(40));
    }

    private static Directory directory(RandomAccessFile file, long end, long size) throws IOException {
        if (size < 0 || size > end || size > Integer.MAX_VALUE - 8) {
            throw new ZipException("damaged ZIP file: a central directory of " + size + " bytes");
        }
        return new Directory(end - size, readAt(file, end - size, (int) size));
    }

    /** At most {@code length} bytes, fewer at the file's end. */
    private static ByteBuffer readAt(RandomAccessFile file, long position, int length) throws IOException {
        byte[] bytes = new byte[(int) Math.min(length, file.length() - position)];
        file.seek(position);
        file.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
