package io.pipewright.local.s3;

import java.io.InputStream;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The bytes of a request and what the transport knows about them.
 *
 * @param length announced size in bytes, -1 if unknown
 * @param trailing the checksum that follows the bytes
 * @param trailer its value, asked for once the stream has ended; null if none came
 * @param sha256 of the bytes as the request was signed, hexadecimal; empty where the signature doesn't cover them
 * @param otherwise the checksum to compute for a client that names none
 */
record Body(InputStream stream, long length, Optional<ChecksumKind> trailing, Supplier<String> trailer, Optional<String> sha256,
        Optional<ChecksumKind> otherwise) {

    static Body of(InputStream stream, long length, ChecksumKind otherwise) {
        return new Body(stream, length, Optional.empty(), () -> null, Optional.empty(), Optional.of(otherwise));
    }
}
