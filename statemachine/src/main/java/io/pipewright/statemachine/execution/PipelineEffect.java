package io.pipewright.statemachine.execution;

import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** What a pipeline owes to one of its executions. */
public sealed interface PipelineEffect {
    /** Hands the value to its own case: the compiler finds the case that somebody forgot. */
    <T> T in(Cases<T> cases);

    /** One function for each kind. */
    interface Cases<T> {
        T begin(Begin effect);

        T admit(Admit effect);

        T supersede(Supersede effect);

        T cancel(Cancel effect);

        T vanish(Vanish effect);

        T resume(Resume effect);
    }


    /** The execution that it concerns. */
    String run();

    /** The effect as the execution receives it. */
    RunMessage message();

    /** The start number under which the pipeline knows that execution. */
    long number();

    /** The start was accepted. */
    record Begin(String run, long number) implements PipelineEffect {
        @Override
        public RunMessage message() {
            return new RunMessage.Begin(number);
        }

        @Override
        public <T> T in(Cases<T> cases) {
            return cases.begin(this);
        }
    }

    /** The execution holds the stage's lock now (in PARALLEL mode: may pass) and enters. */
    record Admit(String run, long number, int attempt, String stage) implements PipelineEffect {
        @Override
        public RunMessage message() {
            return new RunMessage.Enter(number, attempt, stage);
        }

        @Override
        public <T> T in(Cases<T> cases) {
            return cases.admit(this);
        }
    }

    /** A newer execution took its place in front of a stage. */
    record Supersede(String run, long number) implements PipelineEffect {
        @Override
        public RunMessage message() {
            return new RunMessage.Supersede(number);
        }

        @Override
        public <T> T in(Cases<T> cases) {
            return cases.supersede(this);
        }
    }

    /** The declaration was updated: what runs may finish, nothing new begins. */
    record Cancel(String run, long number) implements PipelineEffect {
        @Override
        public RunMessage message() {
            return new RunMessage.Cancel(number);
        }

        @Override
        public <T> T in(Cases<T> cases) {
            return cases.cancel(this);
        }
    }

    /** The pipeline is gone: the execution ends untold. */
    record Vanish(String run, long number) implements PipelineEffect {
        @Override
        public RunMessage message() {
            return new RunMessage.Vanish(number);
        }

        @Override
        public <T> T in(Cases<T> cases) {
            return cases.vanish(this);
        }
    }

    /** The retry was granted. */
    record Resume(String run, long number, int attempt, String stage, StageRetryMode retryMode)
            implements PipelineEffect {
        @Override
        public RunMessage message() {
            return new RunMessage.Resume(number, attempt, stage, retryMode);
        }

        @Override
        public <T> T in(Cases<T> cases) {
            return cases.resume(this);
        }
    }
}
