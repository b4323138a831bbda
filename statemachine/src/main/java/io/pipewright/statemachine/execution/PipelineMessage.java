package io.pipewright.statemachine.execution;

import java.util.List;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** What can reach a pipeline. */
public sealed interface PipelineMessage {
    /** Hands the value to its own case: the compiler finds the case that somebody forgot. */
    <T> T in(Cases<T> cases);

    /** One function for each kind. */
    interface Cases<T> {
        T start(Start message);

        T arrive(Arrive message);

        T end(End message);

        T retry(Retry message);

        T setTransition(SetTransition message);

        T update(Update message);

        T delete(Delete message);
    }


    /**
     * An execution wants to start.
     *
     * @param version the declaration version that its variables were bound to; another current version refuses the start
     * @param failsAtOnce it will end before it enters anything (a required variable has no value): it gets a number only
     * @param limit how many executions may be active in QUEUED and PARALLEL mode
     */
    record Start(String run, int version, boolean failsAtOnce, int limit) implements PipelineMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.start(this);
        }
    }

    /**
     * An execution has left the stage it was in, if any, and stands in front of {@code stage}.
     *
     * @param position of the stage in the declaration version that the execution runs on; -1 if an earlier release wrote the message
     */
    record Arrive(String run, long number, int attempt, String stage, int position) implements PipelineMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.arrive(this);
        }
    }

    /**
     * An attempt of an execution has ended, whatever its status.
     *
     * @param entered how many stages it has entered under this number: it may have ended in front of one that it was let into
     */
    record End(String run, long number, int attempt, int entered) implements PipelineMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.end(this);
        }
    }

    /**
     * An execution that had ended in {@code stage} wants to go on there as {@code attempt}.
     *
     * @param version the execution's declaration version
     * @param mode the execution's own execution mode
     */
    record Retry(String run, long number, int attempt, int version, ExecutionMode mode, String stage,
            StageRetryMode retryMode, int limit) implements PipelineMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.retry(this);
        }
    }

    /** Someone enabled or disabled a transition of a stage: the one in front of it, or the one behind it. */
    record SetTransition(String stage, boolean inbound, Transition transition) implements PipelineMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.setTransition(this);
        }
    }

    /** The declaration was replaced. */
    record Update(int version, ExecutionMode mode, List<String> stages) implements PipelineMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.update(this);
        }
    }

    /** The pipeline was deleted. */
    record Delete() implements PipelineMessage {
        @Override
        public <T> T in(Cases<T> cases) {
            return cases.delete(this);
        }
    }
}
