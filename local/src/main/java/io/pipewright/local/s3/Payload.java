package io.pipewright.local.s3;

import java.io.InputStream;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Bytes to be stored and what their sender claims about them.
 *
 * @param length announced size in bytes, -1 if none was
 * @param kind the checksum that the sender sends or asks for
 * @param checksum its claimed value in base64, asked for once the stream has ended, since it may follow the bytes;
 *        null if none was sent
 * @param contentMd5 base64, or null
 * @param sha256 hexadecimal, or null
 */
record Payload(InputStream stream, long length, Optional<ChecksumKind> kind, Supplier<String> checksum, String contentMd5,
        String sha256) {

    static Payload of(InputStream stream, long length, Optional<ChecksumKind> kind) {
        return new Payload(stream, length, kind, () -> null, null, null);
    }

    Payload {
        if (contentMd5 != null && !isMd5(contentMd5)) {
            throw new Refusal(400, "InvalidDigest", "The Content-MD5 you specified was invalid.")
                    .with("Content-MD5", contentMd5);
        }
    }

    private static boolean isMd5(String value) {
        try {
            return Base64.getDecoder().decode(value).length == 16;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    /** The checksums to compute while the bytes come in, {@code kept} among them. */
    Set<ChecksumKind> kinds(ChecksumKind kept) {
        Set<ChecksumKind> kinds = EnumSet.of(kept);
        kind.ifPresent(kinds::add);
        if (sha256 != null) {
            kinds.add(ChecksumKind.SHA256);
        }
        return kinds;
    }

    /** Refuses bytes that differ from what was claimed. */
    void verify(Blobs.Received received) {
        if (length >= 0 && received.size() != length) {
            throw new Refusal(400, "IncompleteBody", "You did not provide the number of bytes specified by the"
                    + " Content-Length HTTP header");
        }
        if (contentMd5 != null) {
            verifyMd5(received);
        }
        if (sha256 != null) {
            verifySha256(received);
        }
        kind.ifPresent(k -> verifyChecksum(k, received));
    }

    private void verifyMd5(Blobs.Received received) {
        String calculated = Base64.getEncoder().encodeToString(received.md5());
        if (!calculated.equals(contentMd5)) {
            throw new Refusal(400, "BadDigest", "The Content-MD5 you specified did not match what we received.")
                    .with("ExpectedDigest", HexFormat.of().formatHex(Base64.getDecoder().decode(contentMd5)))
                    .with("CalculatedDigest", calculated);
        }
    }

    private void verifySha256(Blobs.Received received) {
        byte[] digest = Base64.getDecoder().decode(received.sums().get(ChecksumKind.SHA256));
        String calculated = HexFormat.of().formatHex(digest);
        if (!calculated.equalsIgnoreCase(sha256)) {
            throw new Refusal(400, "XAmzContentSHA256Mismatch",
                    "The provided 'x-amz-content-sha256' header does not match what was computed.")
                    .with("ClientComputedContentSHA256", sha256).with("S3ComputedContentSHA256", calculated);
        }
    }

    private void verifyChecksum(ChecksumKind kind, Blobs.Received received) {
        String claimed = checksum.get();
        if (claimed == null) {
            return;
        }
        requireWellFormed(kind, claimed);
        if (!claimed.equals(received.sums().get(kind))) {
            throw new Refusal(400, "BadDigest", "The " + kind + " you specified did not match the calculated checksum.");
        }
    }

    static void requireWellFormed(ChecksumKind kind, String value) {
        if (!kind.isWellFormed(value)) {
            throw Refusal.invalidRequest("Value for " + kind.header() + " header is invalid.");
        }
    }
}
