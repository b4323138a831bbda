/**
 * The events that a run sends: {@link io.pipewright.events.out.PipelineStateChange},
 * {@link io.pipewright.events.out.StageStateChange} and {@link io.pipewright.events.out.ActionStateChange}, with CodePipeline's own
 * detail types, resources and details.
 *
 * <p>The source is {@value io.pipewright.events.out.EventEntry#SOURCE} in every home, because AWS refuses {@code aws.*} from others.
 * A stage that is skipped, conditions and their rules send nothing, as with CodePipeline. Delivery is at least once and in no order:
 * receivers order by time and attempt.
 */
package io.pipewright.events.out;
