package io.pipewright.statemachine.execution;

import io.pipewright.statemachine.execution.RunEffect.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A machine execution, as Step Functions runs the generated definition: gate, group, group, gate, …
 *
 * @param tokens where it stands: one gate, or all actions of one group
 * @param dead killed by hand, which Step Functions has not reported yet: tokens in flight may still be on their way to a function
 */
record Machine(int attempt, List<Token> tokens, boolean dead) {

    Machine {
        tokens = List.copyOf(tokens);
    }

    /** How far a state with a task token has come. */
    enum Phase {
        /** Its function has not decided yet. */
        IN_FLIGHT,
        WAITING,
        SUCCEEDED,
        NOT_SUCCEEDED
    }

    /**
     * A state with a task token.
     *
     * @param action position of the action; {@link #GATE} for the gate in front of the stage
     */
    record Token(int stage, int action, Phase phase) {
        static final int GATE = -1;

        boolean isGate() {
            return action == GATE;
        }

        boolean isAt(int otherStage, int otherAction) {
            return stage == otherStage && action == otherAction;
        }

        Token in(Phase other) {
            return new Token(stage, action, other);
        }
    }

    static Machine started(int attempt, String entry, Plan plan) {
        for (int stage = 0; stage < plan.stages().size(); stage++) {
            if (entry.equals(plan.gate(stage))) {
                return atGate(attempt, stage);
            }
            for (int group = 0; group < plan.stages().get(stage).groups().size(); group++) {
                if (entry.equals(plan.entry(stage, group))) {
                    return atGroup(attempt, stage, group, plan);
                }
            }
        }
        if (entry.equals(plan.gate(plan.stages().size()))) {
            return atGate(attempt, plan.stages().size());
        }
        throw new IllegalArgumentException("The machine has no state " + entry);
    }

    private static Machine atGate(int attempt, int stage) {
        return new Machine(attempt, List.of(new Token(stage, Token.GATE, Phase.IN_FLIGHT)), false);
    }

    private static Machine atGroup(int attempt, int stage, int group, Plan plan) {
        return new Machine(attempt, plan.stages().get(stage).groups().get(group).stream()
                .map(action -> new Token(stage, action, Phase.IN_FLIGHT)).toList(), false);
    }

    Optional<Token> token(int stage, int action) {
        return tokens.stream().filter(token -> token.isAt(stage, action)).findFirst();
    }

    boolean awaits(int stage, int action) {
        return !dead && token(stage, action).filter(token -> token.phase() == Phase.WAITING).isPresent();
    }

    Machine waiting(Token token) {
        return with(token.in(Phase.WAITING));
    }

    /** The machine after the token's answer; empty when that ends it. */
    Optional<Machine> answered(Token token, Answer answer, Plan plan) {
        Machine after = with(token.in(answer == Answer.SUCCEEDED ? Phase.SUCCEEDED : Phase.NOT_SUCCEEDED));
        if (after.tokens.stream().anyMatch(one -> one.phase() == Phase.IN_FLIGHT || one.phase() == Phase.WAITING)) {
            return Optional.of(after);
        }
        return after.tokens.stream().allMatch(one -> one.phase() == Phase.SUCCEEDED)
                ? next(token, plan) : Optional.empty();
    }

    private Optional<Machine> next(Token token, Plan plan) {
        int stage = token.stage();
        if (stage == plan.stages().size()) {
            return Optional.empty();
        }
        int group = token.isGate() ? 0 : plan.stages().get(stage).groupOf(token.action()) + 1;
        return Optional.of(group < plan.stages().get(stage).groups().size()
                ? atGroup(attempt, stage, group, plan) : atGate(attempt, stage + 1));
    }

    /** Killed: what waited is gone, what was in flight may arrive yet. */
    Machine killed() {
        return new Machine(attempt, tokens.stream().filter(token -> token.phase() == Phase.IN_FLIGHT).toList(), true);
    }

    Machine without(Token token) {
        List<Token> left = new ArrayList<>(tokens);
        left.remove(token);
        return new Machine(attempt, left, dead);
    }

    private Machine with(Token changed) {
        return new Machine(attempt, tokens.stream()
                .map(token -> token.isAt(changed.stage(), changed.action()) ? changed : token).toList(), dead);
    }
}
