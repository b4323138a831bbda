package io.pipewright.local.sfn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where a state can lead, and whether it can end its block. */
record Exits(List<String> targets, boolean ends) {

    static Exits of(State state) {
        try {
            return state.accept(new Collector());
        } catch (PathFailure e) {
            throw new IllegalStateException("Reading a state's exits evaluates no path", e);
        }
    }

    private static Exits of(Optional<String> next, Recovery recovery) {
        List<String> targets = new ArrayList<>(next.stream().toList());
        recovery.catchers().forEach(catcher -> targets.add(catcher.next()));
        return new Exits(targets, next.isEmpty());
    }

    private static final class Collector implements State.Visitor<Exits> {
        @Override
        public Exits task(State.Task task) {
            return of(task.outcome().next(), task.recovery());
        }

        @Override
        public Exits parallel(State.Parallel parallel) {
            return of(parallel.outcome().next(), parallel.recovery());
        }

        @Override
        public Exits pass(State.Pass pass) {
            return of(pass.outcome().next(), Recovery.NONE);
        }

        @Override
        public Exits choice(State.Choice choice) {
            List<String> targets = new ArrayList<>(choice.defaultNext().stream().toList());
            choice.options().forEach(option -> targets.add(option.next()));
            return new Exits(targets, false);
        }

        @Override
        public Exits await(State.Wait wait) {
            return of(wait.next(), Recovery.NONE);
        }

        @Override
        public Exits succeed(State.Succeed succeed) {
            return new Exits(List.of(), true);
        }

        @Override
        public Exits fail(State.Fail fail) {
            return new Exits(List.of(), true);
        }
    }
}
