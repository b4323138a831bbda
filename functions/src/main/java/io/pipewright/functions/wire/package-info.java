/**
 * CodePipeline's wire: awsJson1_1 bodies to the SDK's model classes and back ({@link io.pipewright.functions.wire.Codec}), the
 * constraints of the service model ({@link io.pipewright.functions.wire.Validator}), the errors that a call can answer
 * ({@link io.pipewright.functions.wire.ApiError}) and page tokens ({@link io.pipewright.functions.wire.NextToken}). Whoever reads JSON
 * of another kind takes the mapper from here too ({@link io.pipewright.functions.wire.Json}).
 *
 * <p>A call is read in the service's own order: {@link io.pipewright.functions.wire.Codec#parse JSON}, then
 * {@link io.pipewright.functions.wire.Codec#read types}, then {@link io.pipewright.functions.wire.Validator#validate constraints};
 * existence and meaning come after those and belong to the operation.
 */
package io.pipewright.functions.wire;
