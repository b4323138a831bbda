package io.pipewright.local.s3;

import java.util.Optional;

/**
 * What a delete did.
 *
 * @param versionId of the version that is gone, or of the new marker; empty where the bucket has none to tell
 * @param marker whether that version is a delete marker
 */
record Deletion(Optional<String> versionId, boolean marker) {
    static final Deletion UNVERSIONED = new Deletion(Optional.empty(), false);
}
