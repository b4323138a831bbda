package io.pipewright.functions.deploy;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * A ZIP file, read by its central directory: every entry in the order of the archive, two of the same name as two. The JDK's own
 * reader finds entries by name and so can't tell such two apart. Memory use doesn't grow with the archive.
 *
 * <p>Offsets and signatures are those of PKWARE's "APPNOTE.TXT - .ZIP File Format Specification".
 */
final class Archive implements Closeable {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int END_LENGTH = 22;
    private static final int LONGEST_COMMENT = 0xffff;
    private static final int END64_LOCATOR_SIGNATURE = 0x07064b50;
    private static final int END64_LOCATOR_LENGTH = 20;
    private static final int END64_SIGNATURE = 0x06064b50;
    private static final int END64_LENGTH = 56;
    private static final int CENTRAL_SIGNATURE = 0x02014b50;
    private static final int CENTRAL_LENGTH = 46;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int LOCAL_LENGTH = 30;
    private static final int ZIP64_EXTRA = 1;
    private static final long IN_ZIP64 = 0xffffffffL;
    private static final int ENCRYPTED = 1;
    private static final int UTF_8_NAME = 1 << 11;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int BUFFER = 16 * 1024;

    private final FileChannel file;
    private final long directoryStart;
    private final long directoryEnd;
    private final long prefix;

    /**
     * An entry.
     *
     * @param name as the archive has it
     * @param size bytes of its content
     * @param compressed bytes that it takes in the archive
     * @param headerOffset where its local header lies in the file
     */
    record Entry(String name, long size, long compressed, int method, long crc, long headerOffset) { }

    private Archive(FileChannel file) throws IOException {
        this.file = file;
        long end = end();
        ByteBuffer record = read(end, END_LENGTH);
        long length = unsigned(record, 12);
        long offset = unsigned(record, 16);
        long bottom = end;
        Optional<ByteBuffer> wide = end64(end);
        if (wide.isPresent()) {
            length = wide.get().getLong(40);
            offset = wide.get().getLong(48);
            bottom = read(end - END64_LOCATOR_LENGTH, END64_LOCATOR_LENGTH).getLong(8);
        }
        this.directoryEnd = bottom;
        this.directoryStart = bottom - length;
        this.prefix = wide.isPresent() ? 0 : directoryStart - offset;
        if (length < 0 || directoryStart < 0 || prefix < 0) {
            throw new MalformedArchiveException("The central directory lies outside of the file");
        }
    }

    /** @throws MalformedArchiveException when it is no ZIP file */
    static Archive open(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            return new Archive(file);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    /** The entries one after another. Several walks over the same archive are independent of each other. */
    Walk walk() {
        return new Walk();
    }

    /** A way through the entries. */
    final class Walk {
        private final InputStream directory =
                new BufferedInputStream(new Section(directoryStart, directoryEnd), BUFFER);

        /** The next entry, empty behind the last one. */
        Optional<Entry> next() throws IOException {
            byte[] fixed = directory.readNBytes(CENTRAL_LENGTH);
            if (fixed.length == 0) {
                return Optional.empty();
            }
            ByteBuffer header = little(fixed);
            if (fixed.length < CENTRAL_LENGTH || header.getInt(0) != CENTRAL_SIGNATURE) {
                throw new MalformedArchiveException("The central directory is broken");
            }
            byte[] name = directory.readNBytes(Short.toUnsignedInt(header.getShort(28)));
            byte[] extra = directory.readNBytes(Short.toUnsignedInt(header.getShort(30)));
            directory.readNBytes(Short.toUnsignedInt(header.getShort(32)));
            int flags = header.getShort(8);
            if ((flags & ENCRYPTED) != 0) {
                throw new MalformedArchiveException("An entry is encrypted");
            }
            return Optional.of(entry(header, text(name, (flags & UTF_8_NAME) != 0), little(extra)));
        }

        private Entry entry(ByteBuffer header, String name, ByteBuffer extra) throws MalformedArchiveException {
            Wide wide = Wide.in(extra);
            long size = wide.next(unsigned(header, 24));
            long compressed = wide.next(unsigned(header, 20));
            long offset = wide.next(unsigned(header, 42));
            if (size < 0 || compressed < 0 || offset < 0) {
                throw new MalformedArchiveException("An entry has no possible place");
            }
            return new Entry(name, size, compressed, header.getShort(10), unsigned(header, 16), offset + prefix);
        }
    }

    /** The ZIP64 extra field: the values that are too wide for the header, in the header's order. */
    private record Wide(ByteBuffer values) {
        static Wide in(ByteBuffer extra) {
            for (int at = 0; at + 4 <= extra.limit();) {
                int length = Short.toUnsignedInt(extra.getShort(at + 2));
                if (extra.getShort(at) == ZIP64_EXTRA && at + 4 + length <= extra.limit()) {
                    return new Wide(extra.slice(at + 4, length).order(ByteOrder.LITTLE_ENDIAN));
                }
                at += 4 + length;
            }
            return new Wide(ByteBuffer.allocate(0));
        }

        long next(long narrow) {
            return narrow == IN_ZIP64 && values.remaining() >= Long.BYTES ? values.getLong() : narrow;
        }
    }

    /**
     * The content of an entry. Streams of several entries may be read by several threads at a time.
     *
     * @throws MalformedArchiveException here or while it is read, when the content isn't what the directory says
     */
    InputStream open(Entry entry) throws IOException {
        ByteBuffer header = read(entry.headerOffset(), LOCAL_LENGTH);
        if (header.getInt(0) != LOCAL_SIGNATURE) {
            throw new MalformedArchiveException("The entry " + entry.name() + " has no header");
        }
        long start = entry.headerOffset() + LOCAL_LENGTH
                + Short.toUnsignedInt(header.getShort(26)) + Short.toUnsignedInt(header.getShort(28));
        long end = Math.addExact(start, entry.compressed());
        return switch (entry.method()) {
            case STORED -> new Content(new BufferedInputStream(new Section(start, end), BUFFER), entry);
            // One byte more than there is: "nowrap" inflating may ask for a dummy byte (java.util.zip.Inflater).
            case DEFLATED -> new Content(new Inflating(new Section(start, end + 1)), entry);
            default -> throw new MalformedArchiveException(
                    "The entry " + entry.name() + " is packed by the unknown method " + entry.method());
        };
    }

    /** Where the record lies that ends every archive: the last one that a comment of its length follows. */
    private long end() throws IOException {
        long size = file.size();
        int length = (int) Math.min(size, END_LENGTH + LONGEST_COMMENT);
        ByteBuffer tail = read(size - length, length);
        for (int at = length - END_LENGTH; at >= 0; at--) {
            if (tail.getInt(at) == END_SIGNATURE
                    && at + END_LENGTH + Short.toUnsignedInt(tail.getShort(at + 20)) == length) {
                return size - length + at;
            }
        }
        throw new MalformedArchiveException("It is no ZIP file");
    }

    private Optional<ByteBuffer> end64(long end) throws IOException {
        if (end < END64_LOCATOR_LENGTH) {
            return Optional.empty();
        }
        ByteBuffer locator = read(end - END64_LOCATOR_LENGTH, END64_LOCATOR_LENGTH);
        if (locator.getInt(0) != END64_LOCATOR_SIGNATURE) {
            return Optional.empty();
        }
        ByteBuffer record = read(locator.getLong(8), END64_LENGTH);
        return record.getInt(0) == END64_SIGNATURE ? Optional.of(record) : Optional.empty();
    }

    private ByteBuffer read(long position, int length) throws IOException {
        if (position < 0 || position + length > file.size()) {
            throw new MalformedArchiveException("The file is cut off");
        }
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (file.read(bytes, position + bytes.position()) < 0) {
                throw new EOFException();
            }
        }
        return bytes.flip();
    }

    private static long unsigned(ByteBuffer record, int at) {
        return Integer.toUnsignedLong(record.getInt(at));
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Names are UTF-8 where flagged; many tools write it without the flag, and old ones the PC's first code page. */
    private static String text(byte[] name, boolean utf8) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
        } catch (CharacterCodingException e) {
            return new String(name, utf8 ? StandardCharsets.UTF_8 : Charset.forName("IBM437"));
        }
    }

    /** Bytes of the file from a place up to another. */
    private final class Section extends InputStream {
        private long position;
        private final long end;

        Section(long start, long end) {
            this.position = start;
            this.end = end;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int count = position >= end ? -1 : file.read(
                    ByteBuffer.wrap(bytes, offset, (int) Math.min(length, end - position)), position);
            position += Math.max(count, 0);
            return count;
        }
    }

    /** An inflating stream that owns its inflater. */
    private static final class Inflating extends InflaterInputStream {
        Inflating(InputStream compressed) {
            super(compressed, new Inflater(true), BUFFER);
        }

        @Override
        public void close() throws IOException {
            inf.end();
            super.close();
        }
    }

    /** Exactly the bytes that the directory promises, or an error. */
    private static final class Content extends InputStream {
        private final InputStream bytes;
        private final Entry entry;
        private final CRC32 crc = new CRC32();
        private long left;

        Content(InputStream bytes, Entry entry) {
            this.bytes = bytes;
            this.entry = entry;
            this.left = entry.size();
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                return -1;
            }
            try {
                int count = bytes.read(into, offset, (int) Math.min(length, left));
                if (count < 0) {
                    throw broken(null);
                }
                crc.update(into, offset, count);
                left -= count;
                if (left == 0 && (crc.getValue() != entry.crc() || bytes.read() >= 0)) {
                    throw broken(null);
                }
                return count;
            } catch (ZipException | EOFException e) {
                throw broken(e);
            }
        }

        private MalformedArchiveException broken(Exception cause) {
            MalformedArchiveException broken =
                    new MalformedArchiveException("The content of the entry " + entry.name() + " is broken");
            broken.initCause(cause);
            return broken;
        }

        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }
}
