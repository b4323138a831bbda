package io.pipewright.local.s3;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;

/** The checksums of S3's data integrity: how to compute one, and what its header is called. */
enum ChecksumKind {
    CRC32(4, 0xEDB88320L) {
        @Override
        Digest start() {
            return Digest.of(new CRC32(), bytes);
        }
    },
    CRC32C(4, 0x82F63B78L) {
        @Override
        Digest start() {
            return Digest.of(new CRC32C(), bytes);
        }
    },
    CRC64NVME(8, Crc64Nvme.POLYNOMIAL) {
        @Override
        Digest start() {
            return Digest.of(new Crc64Nvme(), bytes);
        }
    },
    SHA1(20, 0) {
        @Override
        Digest start() {
            return Digest.of("SHA-1");
        }
    },
    SHA256(32, 0) {
        @Override
        Digest start() {
            return Digest.of("SHA-256");
        }
    };

    private static final String HEADER_PREFIX = "x-amz-checksum-";

    final int bytes;
    private final long polynomial;

    ChecksumKind(int bytes, long polynomial) {
        this.bytes = bytes;
        this.polynomial = polynomial;
    }

    abstract Digest start();

    /** {@code x-amz-checksum-crc32} and so on. */
    String header() {
        return HEADER_PREFIX + name().toLowerCase(Locale.ROOT);
    }

    static Optional<ChecksumKind> ofHeader(String header) {
        String name = header.toLowerCase(Locale.ROOT);
        return name.startsWith(HEADER_PREFIX) ? ofName(name.substring(HEADER_PREFIX.length())) : Optional.empty();
    }

    static Optional<ChecksumKind> ofName(String name) {
        for (ChecksumKind kind : values()) {
            if (kind.name().equalsIgnoreCase(name)) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** Whether the checksum of a whole can be had from those of its parts: all CRCs. */
    boolean combines() {
        return polynomial != 0;
    }

    String encode(byte[] digest) {
        return Base64.getEncoder().encodeToString(digest);
    }

    /** Whether the text is base64 of as many bytes as this checksum has. */
    boolean isWellFormed(String value) {
        try {
            return Base64.getDecoder().decode(value).length == bytes;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /**
     * The checksum of two byte sequences in a row, from those of each: the first is carried over as many zero bytes as
     * the second is long (a multiplication by x^(8n) modulo the polynomial), then added.
     */
    String combine(String first, String second, long secondLength) {
        long carried = multiply(power(secondLength), number(first));
        byte[] sum = ByteBuffer.allocate(8).putLong(carried ^ number(second)).array();
        return Base64.getEncoder().encodeToString(Arrays.copyOfRange(sum, 8 - bytes, 8));
    }

    private long number(String value) {
        long number = 0;
        for (byte b : Base64.getDecoder().decode(value)) {
            number = number << 8 | b & 0xff;
        }
        return number;
    }

    /** x^(8n); polynomials are reflected, so x^0 is the highest bit. */
    private long power(long n) {
        long one = 1L << 8 * bytes - 1;
        long result = one;
        long square = one >>> 8;
        for (long exponent = n; exponent != 0; exponent >>>= 1) {
            if ((exponent & 1) != 0) {
                result = multiply(result, square);
            }
            square = multiply(square, square);
        }
        return result;
    }

    private long multiply(long a, long b) {
        long product = 0;
        long factor = b;
        for (long bit = 1L << 8 * bytes - 1; bit != 0; bit >>>= 1) {
            if ((a & bit) != 0) {
                product ^= factor;
            }
            factor = (factor & 1) == 0 ? factor >>> 1 : factor >>> 1 ^ polynomial;
        }
        return product;
    }
}
