package io.pipewright.local.s3;

import java.time.Instant;

/**
 * A run of an object's bytes in one file. Objects written at once have one part, number 1.
 *
 * @param blob names the file
 * @param md5 hexadecimal; the part's ETag
 * @param checksum base64, of the kind that its upload or object has
 */
record Part(int number, String blob, long size, String md5, String checksum, Instant modified) {
}
