package io.pipewright.statemachine.execution;

import java.util.Optional;

/**
 * What the pipeline remembers of a stage. Who is inside and who waits in front is in {@link PipelineState#active}.
 *
 * @param name the stage's name in the current version of the declaration
 * @param inbound the transition in front of it
 * @param outbound the transition behind it: disabled, it holds executions in front of the next stage
 * @param latest the execution that entered it last, whatever became of it; empty in PARALLEL mode
 * @param previous the one before, which is the latest again when that one ends before it enters; forgotten once it has entered for sure
 */
public record StageGate(
        String name, Transition inbound, Transition outbound, Optional<Latest> latest, Optional<Latest> previous) {

    /** The execution that entered a stage last. */
    public record Latest(String run, long number) { }

    static StageGate named(String name) {
        return new StageGate(name, Transition.UNTOUCHED, Transition.UNTOUCHED, Optional.empty(), Optional.empty());
    }

    StageGate withInbound(Transition transition) {
        return new StageGate(name, transition, outbound, latest, previous);
    }

    StageGate withOutbound(Transition transition) {
        return new StageGate(name, inbound, transition, latest, previous);
    }

    StageGate entered(ActiveRun run) {
        return new StageGate(name, inbound, outbound, Optional.of(new Latest(run.run(), run.number())), latest);
    }

    /** The execution was let in and has left; it may have ended without a step, and so never entered. */
    StageGate leftBy(ActiveRun run, boolean hadEntered) {
        boolean isLatest = latest.filter(one -> one.number() == run.number()).isPresent();
        return isLatest ? new StageGate(name, inbound, outbound, hadEntered ? latest : previous, Optional.empty()) : this;
    }
}
