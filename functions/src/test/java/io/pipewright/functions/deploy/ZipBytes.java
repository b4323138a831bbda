package io.pipewright.functions.deploy;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Writes archives that the JDK's own writer refuses: names twice, lies about content. */
final class ZipBytes {
    private final ByteArrayOutputStream files = new ByteArrayOutputStream();
    private final ByteArrayOutputStream directory = new ByteArrayOutputStream();
    private int entries;

    ZipBytes stored(String name, String content) {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        return add(name, 0, bytes, bytes.length, crc(bytes), 0);
    }

    ZipBytes deflated(String name, byte[] bytes) {
        return add(name, 8, deflate(bytes), bytes.length, crc(bytes), 0);
    }

    /** An entry that promises {@code size} bytes and has others. */
    ZipBytes lying(String name, byte[] bytes, int size) {
        return add(name, 8, deflate(bytes), size, crc(bytes), 0);
    }

    ZipBytes encrypted(String name) {
        return add(name, 0, new byte[] {1, 2, 3}, 3, 0, 1);
    }

    byte[] bytes() {
        ByteBuffer end = little(22).putInt(0x06054b50).putShort((short) 0).putShort((short) 0)
                .putShort((short) entries).putShort((short) entries).putInt(directory.size()).putInt(files.size())
                .putShort((short) 0);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(files.toByteArray());
        all.writeBytes(directory.toByteArray());
        all.writeBytes(end.array());
        return all.toByteArray();
    }

    private ZipBytes add(String name, int method, byte[] packed, int size, int crc, int flags) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        int offset = files.size();
        files.writeBytes(little(30).putInt(0x04034b50).putShort((short) 20).putShort((short) flags)
                .putShort((short) method).putInt(0).putInt(crc).putInt(packed.length).putInt(size)
                .putShort((short) text.length).putShort((short) 0).array());
        files.writeBytes(text);
        files.writeBytes(packed);
        directory.writeBytes(little(46).putInt(0x02014b50).putShort((short) 20).putShort((short) 20)
                .putShort((short) flags).putShort((short) method).putInt(0).putInt(crc).putInt(packed.length)
                .putInt(size).putShort((short) text.length).putShort((short) 0).putShort((short) 0)
                .putShort((short) 0).putShort((short) 0).putInt(0).putInt(offset).array());
        directory.writeBytes(text);
        entries++;
        return this;
    }

    private static ByteBuffer little(int size) {
        return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int crc(byte[] bytes) {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static byte[] deflate(byte[] bytes) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(bytes);
        deflater.finish();
        byte[] packed = new byte[bytes.length + bytes.length / 100 + 100];
        int length = deflater.deflate(packed);
        deflater.end();
        return java.util.Arrays.copyOf(packed, length);
    }
}
