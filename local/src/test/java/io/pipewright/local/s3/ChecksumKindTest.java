package io.pipewright.local.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ChecksumKindTest {

    private static String sum(ChecksumKind kind, byte[] bytes, int from, int to) {
        Digest digest = kind.start();
        digest.update(bytes, from, to - from);
        return kind.encode(digest.result());
    }

    /** The check values that the algorithms' catalogues give for these nine digits. */
    @ParameterizedTest
    @CsvSource({"CRC32,cbf43926", "CRC32C,e3069283", "CRC64NVME,ae8b14860a799888",
        "SHA1,f7c3bc1d808e04732adf679965ccc34ca7ae3441"})
    void theDigitsHaveTheirKnownChecksum(ChecksumKind kind, String hex) {
        byte[] digits = S3Contract.utf8("123456789");
        assertThat(HexFormat.of().formatHex(Base64.getDecoder().decode(sum(kind, digits, 0, 9)))).isEqualTo(hex);
    }

    @ParameterizedTest
    @EnumSource(names = {"CRC32", "CRC32C", "CRC64NVME"})
    void theChecksumOfAWholeFollowsFromItsParts(ChecksumKind kind) {
        byte[] bytes = S3Contract.random(100_003, 9);
        for (int cut : new int[] {0, 1, 7, 8, 4096, 65_537, 100_002, 100_003}) {
            assertThat(kind.combine(sum(kind, bytes, 0, cut), sum(kind, bytes, cut, bytes.length), bytes.length - cut))
                    .as("cut at %d", cut).isEqualTo(sum(kind, bytes, 0, bytes.length));
        }
    }

    @Test
    void bytesMayComeInAnyPieces() {
        byte[] bytes = S3Contract.random(10_000, 10);
        for (ChecksumKind kind : ChecksumKind.values()) {
            Digest digest = kind.start();
            for (int from = 0, size = 1; from < bytes.length; from += size, size = size % 37 + 1) {
                digest.update(bytes, from, Math.min(size, bytes.length - from));
            }
            assertThat(kind.encode(digest.result())).isEqualTo(sum(kind, bytes, 0, bytes.length));
        }
    }

    @Test
    void headersNameKinds() {
        assertThat(ChecksumKind.ofHeader("X-Amz-Checksum-Crc64nvme")).hasValue(ChecksumKind.CRC64NVME);
        assertThat(ChecksumKind.ofHeader("x-amz-checksum-mode")).isEmpty();
        assertThat(ChecksumKind.CRC32.isWellFormed("NhCmhg==")).isTrue();
        assertThat(ChecksumKind.CRC32.isWellFormed("NhCmhgAA")).isFalse();
    }
}
