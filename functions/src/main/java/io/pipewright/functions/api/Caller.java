package io.pipewright.functions.api;

/**
 * Who calls.
 *
 * @param arn user or assumed-role session; recorded where CodePipeline records it
 * @param requestId the id of the call, which its answer carries and our log names
 */
public record Caller(String arn, String requestId) { }
