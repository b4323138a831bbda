package io.pipewright.local.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.Checksum;

/** A running hash of one kind over the bytes it is fed; the result in big-endian byte order. */
interface Digest {
    void update(byte[] bytes, int offset, int length);

    /** The hash of all bytes so far; ends the digest. */
    byte[] result();

    static Digest of(String messageDigest) {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance(messageDigest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + messageDigest, e);
        }
        return new Digest() {
            @Override
            public void update(byte[] bytes, int offset, int length) {
                digest.update(bytes, offset, length);
            }

            @Override
            public byte[] result() {
                return digest.digest();
            }
        };
    }

    static Digest of(Checksum checksum, int width) {
        return new Digest() {
            @Override
            public void update(byte[] bytes, int offset, int length) {
                checksum.update(bytes, offset, length);
            }

            @Override
            public byte[] result() {
                byte[] bytes = ByteBuffer.allocate(8).putLong(checksum.getValue()).array();
                return Arrays.copyOfRange(bytes, 8 - width, 8);
            }
        };
    }
}
