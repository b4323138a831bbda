package io.pipewright.statemachine.execution;

/**
 * What an execution makes of a message.
 *
 * @param state the new state; the very same object when there is nothing to write
 * @param reply what the sender is told
 */
public record RunDecision(RunState state, RunReply reply) { }
