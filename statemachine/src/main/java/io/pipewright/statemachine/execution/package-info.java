/**
 * The execution decisions, pure: what a pipeline and an execution become when a message reaches them, and which effects
 * they then owe.
 *
 * <p>Two aggregates decide. {@link io.pipewright.statemachine.execution.PipelineState} knows which executions are active,
 * in front of which stage each waits or in which it is; {@link io.pipewright.statemachine.execution.RunState} knows how far
 * one execution has come. They talk by messages that may be lost, doubled and reordered: each decision is one write of one
 * aggregate together with the effects it owes, and a message that changes nothing any more is ignored. No clock, no
 * randomness, no AWS in here: times and ids arrive inside the messages.
 */
package io.pipewright.statemachine.execution;
