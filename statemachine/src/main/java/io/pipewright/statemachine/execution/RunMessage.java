package io.pipewright.statemachine.execution;

import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** What can reach an execution. */
public sealed interface RunMessage {
    /** Hands the value to its own case: the compiler finds the case that somebody forgot. */
    <T> T in(Cases<T> cases);

    /** One function for each kind. */
    interface Cases<T> {
        T begin(Begin message);

        T enter(Enter message);

        T supersede(Supersede message);

        T cancel(Cancel message);

        T vanish(Vanish message);

        T resume(Resume message);

        T gate(Gate message);

        T startAction(StartAction message);

        T finishAction(FinishAction message);

        T stop(Stop message);

        T retryBesideSiblings(RetryBesideSiblings message);

        T machineEnded(MachineEnded message);

        T expire(Expire message);
    }


    /** From the pipeline: the start was accepted under this number. */
    record Begin(long number) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.begin(this);
        }
    }

    /** From the pipeline: it may enter the stage. */
    record Enter(long number, int attempt, String stage) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.enter(this);
        }
    }

    /** From the pipeline: a newer execution took its place. */
    record Supersede(long number) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.supersede(this);
        }
    }

    /** From the pipeline: the declaration was updated. */
    record Cancel(long number) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.cancel(this);
        }
    }

    /** From the pipeline: it was deleted. */
    record Vanish(long number) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.vanish(this);
        }
    }

    /** From the pipeline: the retry was granted. */
    record Resume(long number, int attempt, String stage, StageRetryMode retryMode) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.resume(this);
        }
    }

    /**
     * From the machine: it stands at a gate.
     *
     * @param stage position of the stage behind the gate; the number of stages for the final gate
     * @param open whether the transition lets PARALLEL executions pass; the other modes ask their pipeline
     */
    record Gate(int attempt, int stage, boolean open) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.gate(this);
        }
    }

    /**
     * From the machine: an action's turn has come.
     *
     * @param id the action execution id to use if it starts now
     * @param deadline epoch milliseconds
     */
    record StartAction(int attempt, int stage, int action, String id, long deadline) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.startAction(this);
        }
    }

    /** From a provider, a person or a clock: an action has ended. */
    record FinishAction(String id, boolean succeeded) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.finishAction(this);
        }
    }

    /** From the API. */
    record Stop(boolean abandon, Optional<String> reason) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.stop(this);
        }
    }

    /** From the API: failed actions again while their siblings run. */
    record RetryBesideSiblings(String stage) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.retryBesideSiblings(this);
        }
    }

    /** From Step Functions: a machine execution has ended without our doing. */
    record MachineEnded(int attempt, String cause) implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.machineEnded(this);
        }
    }

    /** From a clock: it has waited in front of a disabled transition longer than CodePipeline lets it. */
    record Expire() implements RunMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.expire(this);
        }
    }
}
