package io.pipewright.statemachine.execution;

import java.util.Optional;

/** What an execution owes to the world. */
public sealed interface RunEffect {
    /** Hands the value to its own case: the compiler finds the case that somebody forgot. */
    <T> T in(Cases<T> cases);

    /** One function for each kind. */
    interface Cases<T> {
        T answerGate(AnswerGate effect);

        T answerAction(AnswerAction effect);

        T startMachine(StartMachine effect);

        T stopMachine(StopMachine effect);

        T tellPipeline(TellPipeline effect);

        T recordAction(RecordAction effect);

        T publish(Publish effect);
    }


    /** The task token of the gate in front of {@code stage} gets this answer. */
    record AnswerGate(int attempt, int stage, Answer answer) implements RunEffect {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.answerGate(this);
        }
    }

    /** The task token of an action gets this answer. */
    record AnswerAction(int attempt, int stage, int action, Answer answer) implements RunEffect {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.answerAction(this);
        }
    }

    /** A machine execution of this attempt starts at this state. */
    record StartMachine(int attempt, String entry) implements RunEffect {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.startMachine(this);
        }
    }

    /** The machine execution of this attempt is stopped. */
    record StopMachine(int attempt) implements RunEffect {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.stopMachine(this);
        }
    }

    /** The pipeline is told. */
    record TellPipeline(PipelineMessage message) implements RunEffect {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.tellPipeline(this);
        }
    }

    /** The action's record in the history gets an end that no provider reported. */
    record RecordAction(String id, int action, long startedAt, ActionEnd end, Optional<String> cause) implements RunEffect {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.recordAction(this);
        }
    }

    /**
     * A state change is published.
     *
     * @param stage position of the stage; -1 for a change of the execution as a whole
     * @param action position of the action; -1 for a change of the stage or execution
     * @param id the action execution id, else empty
     * @param startedAt when the execution, the stage or the action that changed had started, epoch milliseconds
     * @param retriedAt when that execution or stage was retried last, 0 when it never was
     * @param at epoch milliseconds of the change
     */
    record Publish(
            Change change, int stage, int action, String id, long startedAt, long retriedAt, int attempt, long at)
            implements RunEffect {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.publish(this);
        }
    }

    /** What a token is answered with. */
    enum Answer { SUCCEEDED, FAILED, ENDED }

    /** Ends of actions that are decided here. */
    enum ActionEnd { ABANDONED, CANCELED, MACHINE_ENDED }

    /** The states of "CodePipeline … Execution State Change" events. */
    enum Change { STARTED, SUCCEEDED, FAILED, RESUMED, STOPPING, STOPPED, SUPERSEDED, CANCELED, ABANDONED }
}
