package io.pipewright.statemachine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** One pipeline's story: given these messages, when another one comes, then that is what it does. Its stages are A, B and C. */
final class PipelineStory {

    private static final int LIMIT = 3;

    private PipelineState before;
    private PipelineState state;
    private PipelineDecision decision;

    private PipelineStory(PipelineState state) {
        this.before = state;
        this.state = state;
    }

    static PipelineStory of(ExecutionMode mode) {
        return new PipelineStory(PipelineState.created(mode, List.of("A", "B", "C")));
    }

    PipelineStory given(PipelineMessage... past) {
        for (PipelineMessage message : past) {
            when(message);
        }
        return this;
    }

    /** All that is owed has been carried out. */
    PipelineStory givenAllCarriedOut() {
        state = state.carriedOut(state.owed().stream().map(Owed::sequence).collect(Collectors.toSet()));
        return this;
    }

    /** As an earlier release would have written it: without the positions of stages. */
    PipelineStory givenFromAnEarlierRelease() {
        for (ActiveRun run : List.copyOf(state.active().values())) {
            state = state.with(new ActiveRun(
                    run.number(), run.run(), run.attempt(), run.version(), run.mode(), run.stage(), -1, run.inside()));
        }
        return this;
    }

    PipelineStory when(PipelineMessage message) {
        before = state;
        decision = PipelineDecider.decide(state, message);
        if (decision instanceof PipelineDecision.Changed changed) {
            state = changed.state();
        }
        return this;
    }

    /** Exactly these effects are new, in this order. */
    PipelineStory thenOwes(PipelineEffect... effects) {
        assertThat(decision).isInstanceOf(PipelineDecision.Changed.class);
        assertThat(state.owed().stream().filter(owed -> owed.sequence() > before.lastEffect()).map(Owed::effect))
                .containsExactly(effects);
        return this;
    }

    PipelineStory thenIgnored() {
        assertThat(decision).isEqualTo(new PipelineDecision.Ignored());
        return this;
    }

    PipelineStory thenRefused(PipelineDecision.Refusal refusal) {
        assertThat(decision).isEqualTo(new PipelineDecision.Refused(refusal));
        return this;
    }

    /** Who is active, each as {@code run in stage} or {@code run before stage}. */
    PipelineStory thenActive(String... runs) {
        assertThat(state.active().values().stream()
                .map(run -> run.run() + (run.inside() ? " in " : " before ") + run.stage())).containsExactly(runs);
        return this;
    }

    PipelineState state() {
        return state;
    }

    // Messages

    static PipelineMessage start(String run) {
        return start(run, 1);
    }

    static PipelineMessage start(String run, int version) {
        return new PipelineMessage.Start(run, version, false, LIMIT);
    }

    static PipelineMessage arrive(String run, long number, String stage) {
        return arrive(run, number, 1, stage);
    }

    /** An execution whose stages are A, B and C. */
    static PipelineMessage arrive(String run, long number, int attempt, String stage) {
        return new PipelineMessage.Arrive(run, number, attempt, stage, stage.charAt(0) - 'A');
    }

    static PipelineMessage end(String run, long number) {
        return end(run, number, 1);
    }

    /** A message that an earlier release wrote: without the position of the stage. */
    static PipelineMessage earlierArrive(String run, long number, String stage) {
        return new PipelineMessage.Arrive(run, number, 1, stage, -1);
    }

    /** It has entered every stage that it was let into. */
    static PipelineMessage end(String run, long number, int attempt) {
        return end(run, number, attempt, Integer.MAX_VALUE);
    }

    static PipelineMessage end(String run, long number, int attempt, int entered) {
        return new PipelineMessage.End(run, number, attempt, entered);
    }

    static PipelineMessage retry(String run, long number, int attempt, ExecutionMode mode, String stage) {
        return new PipelineMessage.Retry(run, number, attempt, 1, mode, stage, StageRetryMode.FAILED_ACTIONS, LIMIT);
    }

    static PipelineMessage disable(String stage) {
        return new PipelineMessage.SetTransition(stage, true, Transition.disabled("closed", "someone", 1));
    }

    static PipelineMessage enable(String stage) {
        return new PipelineMessage.SetTransition(stage, true, Transition.enabled("someone", 2));
    }

    static PipelineMessage disableBehind(String stage) {
        return new PipelineMessage.SetTransition(stage, false, Transition.disabled("closed", "someone", 1));
    }

    static PipelineMessage enableBehind(String stage) {
        return new PipelineMessage.SetTransition(stage, false, Transition.enabled("someone", 2));
    }

    static PipelineMessage update(int version, ExecutionMode mode, String... stages) {
        return new PipelineMessage.Update(version, mode, List.of(stages));
    }

    // Effects

    static PipelineEffect begins(String run, long number) {
        return new PipelineEffect.Begin(run, number);
    }

    static PipelineEffect admits(String run, long number, String stage) {
        return admits(run, number, 1, stage);
    }

    static PipelineEffect admits(String run, long number, int attempt, String stage) {
        return new PipelineEffect.Admit(run, number, attempt, stage);
    }

    static PipelineEffect supersedes(String run, long number) {
        return new PipelineEffect.Supersede(run, number);
    }

    static PipelineEffect cancels(String run, long number) {
        return new PipelineEffect.Cancel(run, number);
    }

    static PipelineEffect resumes(String run, long number, int attempt, String stage) {
        return new PipelineEffect.Resume(run, number, attempt, stage, StageRetryMode.FAILED_ACTIONS);
    }
}
