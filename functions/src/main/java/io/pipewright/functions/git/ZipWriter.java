package io.pipewright.functions.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;

/**
 * Writes a ZIP front to back with the Unix mode of each entry, which {@code java.util.zip} can't ("APPNOTE.TXT – .ZIP File Format
 * Specification", sections 4.3.7 to 4.3.16 and 4.4.15). Entries have no time, so that the same tree gives the same bytes.
 *
 * <p>Memory holds the directory only, about a hundred bytes per entry. ZIP64 is used for the number of entries; sizes and offsets
 * stay below the bound that the caller sets, at most 4 GiB - 1.
 */
final class ZipWriter {
    /** What an entry holds. */
    interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private static final long MOST_BYTES = 0xFFFF_FFFFL;
    private static final int MOST_ENTRIES = 0xFFFF;
    /** Sizes follow the data (bit 3); names are UTF-8 (bit 11). */
    private static final short FLAGS = 1 << 3 | 1 << 11;
    private static final short DEFLATED = 8;
    private static final short VERSION = 20;
    private static final short VERSION_64 = 45;
    private static final short MADE_BY_UNIX = 3 << 8;
    /** The first day that a ZIP can say, 1980-01-01. */
    private static final short FIRST_DAY = 1 << 5 | 1;
    private static final int LOCAL = 0x04034b50;
    private static final int DESCRIPTOR = 0x08074b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int END_64 = 0x06064b50;
    private static final int END_64_LOCATOR = 0x07064b50;

    private final Counted out;
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private long entries;

    ZipWriter(OutputStream out, long bytes) {
        this.out = new Counted(out, Math.min(bytes, MOST_BYTES));
    }

    /** Adds an entry; a name that ends in a slash is a directory's. */
    void entry(String path, int mode, Content content) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        long offset = out.count;
        out.write(record(30 + name.length).putInt(LOCAL).putShort(VERSION).putShort(FLAGS).putShort(DEFLATED)
                .putShort((short) 0).putShort(FIRST_DAY).putInt(0).putInt(0).putInt(0)
                .putShort((short) name.length).putShort((short) 0).put(name).array());
        long start = out.count;
        Summed data = new Summed(out);
        content.writeTo(data);
        data.finish();
        long compressed = out.count - start;
        out.write(record(16).putInt(DESCRIPTOR).putInt((int) data.crc.getValue()).putInt((int) compressed)
                .putInt((int) data.count).array());
        directory.writeBytes(record(46 + name.length).putInt(CENTRAL).putShort((short) (MADE_BY_UNIX | VERSION))
                .putShort(VERSION).putShort(FLAGS).putShort(DEFLATED).putShort((short) 0).putShort(FIRST_DAY)
                .putInt((int) data.crc.getValue()).putInt((int) compressed).putInt((int) data.count)
                .putShort((short) name.length).putShort((short) 0).putShort((short) 0).putShort((short) 0)
                .putShort((short) 0).putInt(mode << 16).putInt((int) offset).put(name).array());
        entries++;
    }

    /** Writes the directory; {@code out} stays open. */
    void finish() throws IOException {
        long start = out.count;
        directory.writeTo(out);
        long size = out.count - start;
        if (entries >= MOST_ENTRIES) {
            long end = out.count;
            out.write(record(56 + 20).putInt(END_64).putLong(44).putShort((short) (MADE_BY_UNIX | VERSION_64))
                    .putShort(VERSION_64).putInt(0).putInt(0).putLong(entries).putLong(entries).putLong(size).putLong(start)
                    .putInt(END_64_LOCATOR).putInt(0).putLong(end).putInt(1).array());
        }
        short count = (short) Math.min(entries, MOST_ENTRIES);
        out.write(record(22).putInt(END).putInt(0).putShort(count).putShort(count).putInt((int) size)
                .putInt((int) start).putShort((short) 0).array());
        out.flush();
    }

    private static ByteBuffer record(int length) {
        return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Knows how much was written, and no more than may be. */
    private static final class Counted extends OutputStream {
        private final OutputStream out;
        private final long most;
        private long count;

        private Counted(OutputStream out, long most) {
            this.out = out;
            this.most = most;
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one});
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            count += length;
            if (count > most) {
                throw new ArchiveTooLargeException(most);
            }
            out.write(bytes, from, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }

    /** Compresses one entry, and knows what its plain content was. */
    private static final class Summed extends OutputStream {
        private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        private final DeflaterOutputStream out;
        private final CRC32 crc = new CRC32();
        private long count;

        private Summed(OutputStream out) {
            this.out = new DeflaterOutputStream(out, deflater, 8192);
        }

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one});
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            count += length;
            if (count > MOST_BYTES) {
                throw new ArchiveTooLargeException(MOST_BYTES);
            }
            crc.update(bytes, from, length);
            out.write(bytes, from, length);
        }

        private void finish() throws IOException {
            out.finish();
            deflater.end();
        }
    }
}
