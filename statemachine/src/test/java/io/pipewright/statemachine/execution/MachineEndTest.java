package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.RunStory.begin;
import static io.pipewright.statemachine.execution.RunStory.cancel;
import static io.pipewright.statemachine.execution.RunStory.enter;
import static io.pipewright.statemachine.execution.RunStory.fails;
import static io.pipewright.statemachine.execution.RunStory.gate;
import static io.pipewright.statemachine.execution.RunStory.id;
import static io.pipewright.statemachine.execution.RunStory.resume;
import static io.pipewright.statemachine.execution.RunStory.start;
import static io.pipewright.statemachine.execution.RunStory.stopAndWait;
import static io.pipewright.statemachine.execution.RunStory.succeeds;
import static io.pipewright.statemachine.execution.RunStory.tellEnd;
import static io.pipewright.statemachine.execution.RunStory.vanish;
import static software.amazon.awssdk.services.codepipeline.model.StageRetryMode.FAILED_ACTIONS;

import io.pipewright.statemachine.execution.ActionRun.Status;
import io.pipewright.statemachine.execution.RunEffect.ActionEnd;
import io.pipewright.statemachine.execution.RunEffect.RecordAction;
import io.pipewright.statemachine.execution.RunEffect.StartMachine;
import io.pipewright.statemachine.execution.RunEffect.StopMachine;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Ends that neither a provider nor a person brought about: a machine that died, a wait that was too long, a pipeline that is gone. */
class MachineEndTest {

    private static final Plan PLAN = Scenario.plan(Scenario.stage("A", 2), Scenario.stage("B", 1));

    private static final RunMessage DIED = new RunMessage.MachineEnded(1, "killed by hand");

    /** A story's messages are a millisecond apart: the action starts with the third. */
    private static final long STARTED = 102;

    private static RunStory inA() {
        return RunStory.of(PLAN).given(begin(), enter("A"), start(1, 0, 0));
    }

    @Test
    void deathOfTheMachineFailsWhatRuns() {
        inA().when(DIED).thenIs(RunStatus.FAILED).thenSays("killed by hand").thenAction(0, Status.FAILED)
                .thenOwes(new RecordAction(
                        id(1, 0, 0), 0, STARTED, ActionEnd.MACHINE_ENDED, Optional.of("killed by hand")), tellEnd(1))
                .thenPublishes("FAILED 0.0", "FAILED 0", "FAILED")
                .when(succeeds(1, 0, 0)).thenNothingChanges();
    }

    @Test
    void machineThatDiedBehindTheLastActionIsRetriedAtTheWayOut() {
        inA().given(start(1, 0, 1), succeeds(1, 0, 0), succeeds(1, 0, 1), DIED)
                .when(resume(2, "A", FAILED_ACTIONS)).thenIs(RunStatus.IN_PROGRESS)
                .thenOwes(new StartMachine(2, "gate-1"));
    }

    @Test
    void executionWhoseMachineDiedIsRetried() {
        inA().given(DIED).when(resume(2, "A", FAILED_ACTIONS)).thenIs(RunStatus.IN_PROGRESS)
                .thenOwes(new StartMachine(2, "stage-0-group-0"));
    }

    @Test
    void deathInFrontOfAStageFailsTheExecution() {
        RunStory.of(PLAN).given(begin(), gate(1, 0))
                .when(DIED).thenIs(RunStatus.FAILED).thenOwes(tellEnd(1, 0)).thenPublishes("FAILED")
                .when(enter("A")).thenNothingChanges();
    }

    @Test
    void deathWhileStoppingIsAStop() {
        inA().given(stopAndWait("enough")).when(DIED).thenIs(RunStatus.STOPPED);
    }

    @Test
    void deathWhileBeingCancelledIsACancellation() {
        inA().given(cancel()).when(DIED).thenIs(RunStatus.CANCELLED);
    }

    @Test
    void ordinaryEndOfAMachineChangesNothing() {
        inA().given(start(1, 0, 1), fails(1, 0, 0), fails(1, 0, 1)).when(DIED).thenNothingChanges();
    }

    // Waiting too long

    @Test
    void executionThatWaitedTooLongStops() {
        RunStory.of(PLAN).given(begin(), gate(1, 0))
                .when(new RunMessage.Expire()).thenIs(RunStatus.STOPPED).thenSays(RunDecider.EXPIRED)
                .thenOwes(new StopMachine(1), tellEnd(1, 0)).thenPublishes("STOPPED");
    }

    @Test
    void executionInsideAStageDoesNotExpire() {
        inA().when(new RunMessage.Expire()).thenReply(new RunReply.Ignored()).thenNothingChanges();
    }

    // Deletion

    @Test
    void deletedPipelineEndsItsExecutionsWithoutAWord() {
        inA().when(vanish()).thenIs(RunStatus.CANCELLED).thenAction(0, Status.ABANDONED)
                .thenOwes(new StopMachine(1)).thenPublishes()
                .when(succeeds(1, 0, 0)).thenNothingChanges();
    }

    @Test
    void waitingExecutionOfADeletedPipelineEnds() {
        RunStory.of(PLAN).given(begin(), gate(1, 0))
                .when(vanish()).thenIs(RunStatus.CANCELLED).thenOwes(new StopMachine(1)).thenPublishes()
                .when(vanish()).thenNothingChanges();
    }

    @Test
    void endedExecutionOfADeletedPipelineStaysAsItIs() {
        inA().given(DIED).when(vanish()).thenIs(RunStatus.FAILED).thenOwes();
    }
}
