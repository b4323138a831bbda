package io.pipewright.functions.store;

import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineType;

/**
 * The directory's line on a pipeline: what ListPipelines shows, and the generation behind the name.
 *
 * @param created epoch milliseconds
 * @param updated epoch milliseconds
 */
public record PipelineEntry(
        String name, String generation, int version, PipelineType type, ExecutionMode mode, long created,
        long updated) { }
