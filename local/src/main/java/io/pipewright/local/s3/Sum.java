package io.pipewright.local.s3;

/**
 * A checksum that S3 keeps with an object.
 *
 * @param value base64; a composite one ends in {@code -<number of parts>}
 */
record Sum(ChecksumKind kind, Type type, String value) {

    /** Over the object's bytes, or over the checksums of its parts. */
    enum Type { FULL_OBJECT, COMPOSITE }
}
