package io.pipewright.statemachine.execution;

/** The two decisions that the explorer drives: the real ones, or real ones with a fault seeded into them. */
interface Deciders {

    Deciders REAL = new Deciders() { };

    default PipelineDecision decide(PipelineState state, PipelineMessage message) {
        return PipelineDecider.decide(state, message);
    }

    default RunDecision decide(RunState state, Plan plan, RunMessage message) {
        return RunDecider.decide(state, plan, message, Life.NOW);
    }
}
