package io.pipewright.statemachine.asl;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The state types in use. Names and meanings are Amazon States Language's own. */
sealed interface State {

    /** Turns the state into the caller's form; the compiler finds a caller that misses a type. */
    <T> T accept(Visitor<T> visitor);

    interface Visitor<T> {
        T task(Task task);

        T choice(Choice choice);

        T parallel(Parallel parallel);

        T succeed(Succeed succeed);
    }

    /**
     * Calls a function and waits until its task token is answered.
     *
     * @param payload what the function gets; a key that ends in {@code .$} holds a path
     * @param timeout null: the state waits as long as the execution may live
     * @param resultPath null: the answer is dropped
     * @param next null: the machine or branch ends here
     */
    record Task(
            String functionArn,
            Map<String, Object> payload,
            Duration timeout,
            String resultPath,
            List<Catcher> catchers,
            String next) implements State {

        public Task {
            catchers = List.copyOf(catchers);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.task(this);
        }
    }

    /** Where a failed task goes on; the error itself is dropped. */
    record Catcher(List<String> errors, String next) {

        public Catcher {
            errors = List.copyOf(errors);
        }
    }

    /** Takes the first rule that is true, else the default. */
    record Choice(List<Rule> rules, String defaultState) implements State {

        public Choice {
            rules = List.copyOf(rules);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.choice(this);
        }
    }

    /** True when all comparisons are; never empty. */
    record Rule(List<Comparison> all, String next) {

        public Rule {
            all = List.copyOf(all);
        }
    }

    /** The text at {@code variable} is exactly {@code value}. */
    record Comparison(String variable, String value) {
    }

    /**
     * Runs branches at the same time and gathers their outputs, in branch order, at {@code resultPath}.
     *
     * @param parameters what every branch gets instead of the whole input
     */
    record Parallel(List<StateMachine> branches, Map<String, Object> parameters, String resultPath, String next)
            implements State {

        public Parallel {
            branches = List.copyOf(branches);
        }

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.parallel(this);
        }
    }

    /** Ends the execution well; how the run itself ended is in the table. */
    record Succeed() implements State {

        @Override
        public <T> T accept(Visitor<T> visitor) {
            return visitor.succeed(this);
        }
    }
}
