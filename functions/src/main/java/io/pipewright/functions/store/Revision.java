package io.pipewright.functions.store;

import java.util.Optional;

/**
 * What a source action took.
 *
 * @param action the source action
 * @param artifact its output artifact
 * @param id {@code revisionId}
 * @param summary {@code revisionSummary}
 * @param url {@code revisionUrl}; git sources have one
 */
public record Revision(
        String action, String artifact, String id, Optional<String> summary, Optional<String> url) { }
