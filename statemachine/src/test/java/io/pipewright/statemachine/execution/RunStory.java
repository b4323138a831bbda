package io.pipewright.statemachine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.statemachine.execution.RunEffect.Answer;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** One execution's story: given these messages, when another one comes, then that becomes of it. */
final class RunStory {

    static final String RUN = "run";
    static final long NUMBER = 7;

    private final Plan plan;
    private RunState before;
    private RunState state;
    private RunReply reply;
    private long now = 100;

    private RunStory(Plan plan, RunState state) {
        this.plan = plan;
        this.before = state;
        this.state = state;
    }

    static RunStory of(Plan plan) {
        return of(plan, ExecutionMode.SUPERSEDED);
    }

    static RunStory of(Plan plan, ExecutionMode mode) {
        return new RunStory(plan, RunState.created(RUN, 1, mode, Optional.empty(), 50));
    }

    /** An execution that lacks a variable. */
    static RunStory failing(Plan plan, String failure) {
        return new RunStory(plan, RunState.created(RUN, 1, ExecutionMode.SUPERSEDED, Optional.of(failure), 50));
    }

    RunStory given(RunMessage... past) {
        for (RunMessage message : past) {
            when(message);
        }
        return this;
    }

    RunStory when(RunMessage message) {
        before = state;
        RunDecision decision = RunDecider.decide(state, plan, message, now++);
        state = decision.state();
        reply = decision.reply();
        return this;
    }

    RunStory thenReply(RunReply expected) {
        assertThat(reply).isEqualTo(expected);
        return this;
    }

    RunStory thenAnswered(Answer answer) {
        return thenReply(new RunReply.Answered(answer));
    }

    RunStory thenRefused(RunReply.Refusal refusal) {
        assertThat(state).isSameAs(before);
        return thenReply(new RunReply.Refused(refusal));
    }

    /** The action's provider is to be set to work. */
    RunStory thenWorks(String id, boolean again) {
        assertThat(reply).isInstanceOfSatisfying(RunReply.Work.class, work -> {
            assertThat(work.action().id()).isEqualTo(id);
            assertThat(work.again()).isEqualTo(again);
        });
        return this;
    }

    RunStory thenIs(RunStatus status) {
        assertThat(state.status()).isEqualTo(status);
        return this;
    }

    RunStory thenSays(String summary) {
        assertThat(state.summary()).hasValue(summary);
        return this;
    }

    RunStory thenAction(int position, ActionRun.Status status) {
        assertThat(state.action(position).map(ActionRun::status)).hasValue(status);
        return this;
    }

    /** Exactly these effects are new, events apart. */
    RunStory thenOwes(RunEffect... effects) {
        assertThat(owed().stream().filter(effect -> !(effect instanceof RunEffect.Publish)))
                .containsExactlyInAnyOrder(effects);
        return this;
    }

    /** Exactly these events are new, as {@code CHANGE}, {@code CHANGE stage} or {@code CHANGE stage.action}. */
    RunStory thenPublishes(String... events) {
        assertThat(owed().stream().filter(RunEffect.Publish.class::isInstance).map(effect -> text((RunEffect.Publish) effect)))
                .containsExactly(events);
        return this;
    }

    RunStory thenNothingChanges() {
        assertThat(state).isSameAs(before);
        return this;
    }

    RunState state() {
        return state;
    }

    private List<RunEffect> owed() {
        return state.owed().stream().filter(owed -> owed.sequence() > before.lastEffect()).map(Owed::effect).toList();
    }

    private static String text(RunEffect.Publish event) {
        return event.change() + (event.stage() < 0 ? "" : " " + event.stage())
                + (event.action() < 0 ? "" : "." + event.action());
    }

    // Messages

    static RunMessage begin() {
        return new RunMessage.Begin(NUMBER);
    }

    static RunMessage enter(String stage) {
        return enter(1, stage);
    }

    static RunMessage enter(int attempt, String stage) {
        return new RunMessage.Enter(NUMBER, attempt, stage);
    }

    static RunMessage gate(int attempt, int stage) {
        return new RunMessage.Gate(attempt, stage, false);
    }

    static RunMessage openGate(int attempt, int stage) {
        return new RunMessage.Gate(attempt, stage, true);
    }

    static RunMessage start(int attempt, int stage, int action) {
        return new RunMessage.StartAction(attempt, stage, action, id(attempt, stage, action), 1000);
    }

    static String id(int attempt, int stage, int action) {
        return stage + "." + action + "@" + attempt;
    }

    static RunMessage succeeds(int attempt, int stage, int action) {
        return new RunMessage.FinishAction(id(attempt, stage, action), true);
    }

    static RunMessage fails(int attempt, int stage, int action) {
        return new RunMessage.FinishAction(id(attempt, stage, action), false);
    }

    static RunMessage stopAndWait(String reason) {
        return new RunMessage.Stop(false, Optional.of(reason));
    }

    static RunMessage stopAndAbandon() {
        return new RunMessage.Stop(true, Optional.empty());
    }

    static RunMessage cancel() {
        return new RunMessage.Cancel(NUMBER);
    }

    static RunMessage vanish() {
        return new RunMessage.Vanish(NUMBER);
    }

    static RunMessage supersede() {
        return new RunMessage.Supersede(NUMBER);
    }

    static RunMessage resume(int attempt, String stage, StageRetryMode mode) {
        return new RunMessage.Resume(NUMBER, attempt, stage, mode);
    }

    // Effects

    static RunEffect tellArrival(int attempt, String stage) {
        return new RunEffect.TellPipeline(new PipelineMessage.Arrive(RUN, NUMBER, attempt, stage, stage.charAt(0) - 'A'));
    }

    /** It has ended in the first stage. */
    static RunEffect tellEnd(int attempt) {
        return tellEnd(attempt, 1);
    }

    static RunEffect tellEnd(int attempt, int entered) {
        return new RunEffect.TellPipeline(new PipelineMessage.End(RUN, NUMBER, attempt, entered));
    }

    static RunEffect answerAction(int attempt, int stage, int action, Answer answer) {
        return new RunEffect.AnswerAction(attempt, stage, action, answer);
    }
}
