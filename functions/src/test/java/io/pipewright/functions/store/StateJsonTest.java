package io.pipewright.functions.store;

import static org.assertj.core.api.Assertions.assertThat;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.PARALLEL;
import static software.amazon.awssdk.services.codepipeline.model.ExecutionMode.QUEUED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.statemachine.execution.ActionRun;
import io.pipewright.statemachine.execution.ActiveRun;
import io.pipewright.statemachine.execution.Owed;
import io.pipewright.statemachine.execution.PipelineEffect;
import io.pipewright.statemachine.execution.PipelineMessage;
import io.pipewright.statemachine.execution.PipelineState;
import io.pipewright.statemachine.execution.RunEffect;
import io.pipewright.statemachine.execution.RunState;
import io.pipewright.statemachine.execution.RunStatus;
import io.pipewright.statemachine.execution.StageGate;
import io.pipewright.statemachine.execution.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codepipeline.model.RetryTrigger;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;

/** What is written is read again, and what an earlier release wrote is read as it was meant. */
class StateJsonTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final PipelineState PIPELINE = new PipelineState(true, 3, QUEUED, 7,
            List.of(new StageGate("A", Transition.enabled("someone", 1), Transition.disabled("closed", "someone", 2),
                            Optional.of(new StageGate.Latest("r2", 2)), Optional.of(new StageGate.Latest("r1", 1))),
                    new StageGate("B", Transition.UNTOUCHED, Transition.UNTOUCHED, Optional.empty(), Optional.empty())),
            new TreeMap<>(Map.of(
                    2L, new ActiveRun(2, "r2", 4, 3, QUEUED, "B", 1, true), 3L, new ActiveRun(3, "r3", 1, 2, PARALLEL, "", -1, false))),
            9, owed(List.of(new PipelineEffect.Begin("r3", 3), new PipelineEffect.Admit("r2", 2, 4, "B"),
                    new PipelineEffect.Supersede("r1", 1), new PipelineEffect.Cancel("r1", 1), new PipelineEffect.Vanish("r1", 1),
                    new PipelineEffect.Resume("r1", 1, 2, "A", StageRetryMode.ALL_ACTIONS))));

    private static final RunState RUN = new RunState("r1", 2, PARALLEL, 5, RunStatus.STOPPING, Optional.of("no value"),
            Optional.of("said"), Optional.of("enough"), 3, 1, true, true,
            List.of(new ActionRun(0, ActionRun.Status.SUCCEEDED, "a0", 11, 12), new ActionRun(1, ActionRun.Status.PENDING, "", 0, 0)),
            new RunState.Retries(1, 2, Optional.of(RetryTrigger.MANUAL_STAGE_RETRY)), new RunState.Times(1, 2, 3, 4, 5), 8,
            owed(List.of(new RunEffect.AnswerGate(1, 2, RunEffect.Answer.ENDED),
                    new RunEffect.AnswerAction(1, 2, 3, RunEffect.Answer.FAILED),
                    new RunEffect.StartMachine(2, "gate-1"), new RunEffect.StopMachine(1),
                    new RunEffect.TellPipeline(new PipelineMessage.Arrive("r1", 5, 3, "C", 2)),
                    new RunEffect.TellPipeline(new PipelineMessage.End("r1", 5, 3, 2)),
                    new RunEffect.RecordAction("a0", 0, 11, RunEffect.ActionEnd.MACHINE_ENDED, Optional.of("killed")),
                    new RunEffect.Publish(RunEffect.Change.FAILED, 1, 0, "a0", 1, 2, 3, 4))));

    private static <E> List<Owed<E>> owed(List<? extends E> effects) {
        List<Owed<E>> owed = new ArrayList<>();
        effects.forEach(effect -> owed.add(new Owed<>(owed.size() + 1L, effect)));
        return owed;
    }

    @Test
    void aPipelineIsReadAsItWasWritten() {
        assertThat(StateJson.pipeline(StateJson.write(PIPELINE))).isEqualTo(PIPELINE);
    }

    @Test
    void anExecutionIsReadAsItWasWritten() {
        assertThat(StateJson.run(StateJson.write(RUN))).isEqualTo(RUN);
    }

    @Test
    void anExecutionOfAnEarlierReleaseHasNoPosition() throws Exception {
        ObjectNode written = StateJson.write(PIPELINE);
        written.path("active").forEach(run -> ((ObjectNode) run).remove("at"));
        JsonNode arrive = JSON.readTree("{'k': 'arrive', 'run': 'r1', 'n': 5, 'attempt': 3, 'stage': 'C'}".replace('\'', '"'));

        assertThat(StateJson.pipeline(written).active().values()).allMatch(run -> run.position() < 0);
        assertThat(EffectJson.runEffect(arrive)).isEqualTo(
                new RunEffect.TellPipeline(new PipelineMessage.Arrive("r1", 5, 3, "C", -1)));
    }

    @Test
    void anEndOfAnEarlierReleaseTakesNobodyOutOfAStage() throws Exception {
        JsonNode end = JSON.readTree("{'k': 'end', 'run': 'r1', 'n': 5, 'attempt': 3}".replace('\'', '"'));

        assertThat(EffectJson.runEffect(end)).isEqualTo(
                new RunEffect.TellPipeline(new PipelineMessage.End("r1", 5, 3, Integer.MAX_VALUE)));
    }
}
