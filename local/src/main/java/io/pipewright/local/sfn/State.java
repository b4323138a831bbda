package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import software.amazon.awssdk.services.sfn.model.HistoryEventType;

/**
 * A state of a definition, checked. Where a path may be {@code null} in the definition, an empty Optional means that null:
 * {@code {}} as input or output, nothing as result.
 */
sealed interface State {

    String name();

    Type type();

    <R> R accept(Visitor<R> visitor) throws PathFailure;

    default Recovery recovery() {
        return Recovery.NONE;
    }

    /** Where a state that ended leads: the next state's name, or empty for the end of the execution or branch. */
    record Task(String name, boolean callback, Template parameters, Optional<ReferencePath> inputPath, Outcome outcome,
            OptionalInt timeoutSeconds, OptionalInt heartbeatSeconds, Recovery recovery) implements State {
        @Override
        public Type type() {
            return Type.TASK;
        }

        /** As the history calls it. */
        String resource() {
            return callback ? "invoke.waitForTaskToken" : "invoke";
        }

        @Override
        public <R> R accept(Visitor<R> visitor) throws PathFailure {
            return visitor.task(this);
        }
    }

    /** {@code branches} are the names of the branches' first states. */
    record Parallel(String name, List<String> branches, Optional<ReferencePath> inputPath, Optional<Template> parameters,
            Outcome outcome, Recovery recovery) implements State {
        @Override
        public Type type() {
            return Type.PARALLEL;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) throws PathFailure {
            return visitor.parallel(this);
        }
    }

    /** With a {@code result}, input path and parameters have no effect, as at AWS. */
    record Pass(String name, Optional<ReferencePath> inputPath, Optional<Template> parameters, Optional<JsonNode> result,
            Outcome outcome) implements State {
        @Override
        public Type type() {
            return Type.PASS;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) throws PathFailure {
            return visitor.pass(this);
        }
    }

    record Choice(String name, Optional<ReferencePath> inputPath, List<Option> options, Optional<String> defaultNext,
            Optional<ReferencePath> outputPath) implements State {

        /** One of {@code Choices}. */
        record Option(Rule rule, String next) { }

        @Override
        public Type type() {
            return Type.CHOICE;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) throws PathFailure {
            return visitor.choice(this);
        }
    }

    record Wait(String name, Optional<ReferencePath> inputPath, Until until, Optional<ReferencePath> outputPath,
            Optional<String> next) implements State {
        @Override
        public Type type() {
            return Type.WAIT;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) throws PathFailure {
            return visitor.await(this);
        }
    }

    record Succeed(String name, Optional<ReferencePath> inputPath, Optional<ReferencePath> outputPath) implements State {
        @Override
        public Type type() {
            return Type.SUCCEED;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) throws PathFailure {
            return visitor.succeed(this);
        }
    }

    record Fail(String name, Optional<String> error, Optional<String> cause) implements State {
        @Override
        public Type type() {
            return Type.FAIL;
        }

        @Override
        public <R> R accept(Visitor<R> visitor) throws PathFailure {
            return visitor.fail(this);
        }
    }

    /**
     * What becomes of a result: selector, then its place in the raw input, then what of that goes on, and whereto.
     *
     * @param next empty at the end of the execution or branch
     */
    record Outcome(Optional<Template> resultSelector, Optional<ReferencePath> resultPath, Optional<ReferencePath> outputPath,
            Optional<String> next) { }

    /** One method per type, so that the compiler finds a forgotten one. */
    interface Visitor<R> {
        R task(Task task) throws PathFailure;

        R parallel(Parallel parallel) throws PathFailure;

        R pass(Pass pass) throws PathFailure;

        R choice(Choice choice) throws PathFailure;

        R await(Wait wait) throws PathFailure;

        R succeed(Succeed succeed) throws PathFailure;

        R fail(Fail fail) throws PathFailure;
    }

    /** The types with the names of their history events. */
    enum Type {
        TASK("Task", HistoryEventType.TASK_STATE_ENTERED, HistoryEventType.TASK_STATE_EXITED, HistoryEventType.TASK_STATE_ABORTED),
        PARALLEL("Parallel", HistoryEventType.PARALLEL_STATE_ENTERED, HistoryEventType.PARALLEL_STATE_EXITED,
                HistoryEventType.PARALLEL_STATE_ABORTED),
        PASS("Pass", HistoryEventType.PASS_STATE_ENTERED, HistoryEventType.PASS_STATE_EXITED, null),
        CHOICE("Choice", HistoryEventType.CHOICE_STATE_ENTERED, HistoryEventType.CHOICE_STATE_EXITED, null),
        WAIT("Wait", HistoryEventType.WAIT_STATE_ENTERED, HistoryEventType.WAIT_STATE_EXITED, HistoryEventType.WAIT_STATE_ABORTED),
        SUCCEED("Succeed", HistoryEventType.SUCCEED_STATE_ENTERED, HistoryEventType.SUCCEED_STATE_EXITED, null),
        FAIL("Fail", HistoryEventType.FAIL_STATE_ENTERED, null, null);

        final String label;
        final HistoryEventType entered;
        private final HistoryEventType exited;
        private final HistoryEventType aborted;

        Type(String label, HistoryEventType entered, HistoryEventType exited, HistoryEventType aborted) {
            this.label = label;
            this.entered = entered;
            this.exited = exited;
            this.aborted = aborted;
        }

        /** Empty for Fail, which nothing leaves. */
        Optional<HistoryEventType> exited() {
            return Optional.ofNullable(exited);
        }

        /** Empty for types that nothing can interrupt. */
        Optional<HistoryEventType> aborted() {
            return Optional.ofNullable(aborted);
        }
    }
}
