package io.pipewright.statemachine.execution;

import java.util.Optional;

/**
 * What the pipeline remembers of a stage. Who is inside and who waits in front is in {@link PipelineState#active}.
 *
 * @param name the stage's name in the current version of the declaration
 * @param inbound the transition in front of it
 * @param outbound the transition behind it: disabled, it holds executions in front of the next stage
 * @param latest the execution that entered it last, whatever became of it; empty in PARALLEL mode
 */
public record StageGate(String name, Transition inbound, Transition outbound, Optional<Latest> latest) {

    /** The execution that entered a stage last. */
    public record Latest(String run, long number) { }

    static StageGate named(String name) {
        return new StageGate(name, Transition.UNTOUCHED, Transition.UNTOUCHED, Optional.empty());
    }

    StageGate withInbound(Transition transition) {
        return new StageGate(name, transition, outbound, latest);
    }

    StageGate withOutbound(Transition transition) {
        return new StageGate(name, inbound, transition, latest);
    }

    StageGate entered(ActiveRun run) {
        return new StageGate(name, inbound, outbound, Optional.of(new Latest(run.run(), run.number())));
    }
}
