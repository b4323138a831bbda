package io.pipewright.functions.api;

/**
 * Who calls.
 *
 * @param arn user or assumed-role session; recorded where CodePipeline records it
 */
public record Caller(String arn) { }
