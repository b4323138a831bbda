package io.pipewright.functions.store;

import java.util.Optional;

/**
 * Where an artifact lies.
 *
 * @param revision revision of the source that it comes from, when it is a source's output
 */
public record ArtifactLocation(String name, String bucket, String key, Optional<String> revision) { }
