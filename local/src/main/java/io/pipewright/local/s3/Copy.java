package io.pipewright.local.s3;

import java.util.Optional;

/**
 * A copy to {@code target}, whose attributes and tags count only where they replace the source's.
 *
 * @param checksum the kind that the copy shall have; empty keeps the source's
 */
record Copy(Source source, ReadConditions conditions, Put target, boolean replaceAttributes, boolean replaceTags,
        Optional<ChecksumKind> checksum) {

    record Source(String bucket, String key, Optional<String> versionId) {
    }
}
