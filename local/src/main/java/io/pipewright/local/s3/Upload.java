package io.pipewright.local.s3;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A multipart upload that is neither completed nor aborted.
 *
 * @param kind the checksum asked for at its creation; without one S3 computes CRC64NVME
 */
record Upload(String id, String bucket, String key, Instant created, Map<String, String> attributes, Map<String, String> tags,
        Optional<ChecksumKind> kind, Sum.Type type) {

    ChecksumKind keptKind() {
        return kind.orElse(ChecksumKind.CRC64NVME);
    }
}
