package io.pipewright.statemachine.execution;

import static io.pipewright.statemachine.execution.Violation.Invariant.CLOSED_IS_CLOSED;
import static io.pipewright.statemachine.execution.Violation.Invariant.IN_ITS_TURN;
import static io.pipewright.statemachine.execution.Violation.Invariant.NOTHING_AFTER_THE_END;
import static io.pipewright.statemachine.execution.Violation.Invariant.NUMBERED_ONCE;
import static io.pipewright.statemachine.execution.Violation.Invariant.OUTCOME_KEPT;
import static io.pipewright.statemachine.execution.Violation.Invariant.SIBLINGS_FINISH;
import static io.pipewright.statemachine.execution.Violation.Invariant.SUPERSEDED_BETWEEN_STAGES;
import static io.pipewright.statemachine.execution.Violation.Invariant.WORKED_ONCE;
import static io.pipewright.statemachine.execution.Violation.unless;

import io.pipewright.statemachine.execution.ActionRun.Status;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;

/** What must hold between an execution and what a message makes of it. */
final class RunRules {

    void check(Life life, RunMessage message, RunDecision decision) {
        RunState before = life.run();
        RunState after = decision.state();
        if (after == before) {
            return;
        }
        Object[] detail = {message, before, after};
        unless(before.number() == 0 || after.number() == before.number(), NUMBERED_ONCE, detail);
        boolean resumed = message instanceof RunMessage.Resume && after.attempt() == before.attempt() + 1
                && !before.cancelling()
                && (before.status() == RunStatus.FAILED || before.status() == RunStatus.STOPPED);
        boolean over = before.status().isEnded() || before.status() == RunStatus.STOPPING || before.cancelling();
        if (over && !resumed) {
            beginsNothing(before, after, detail);
        }
        if (after.status() == RunStatus.SUPERSEDED && before.status() != RunStatus.SUPERSEDED) {
            unless(!before.inside() && before.mode() == ExecutionMode.SUPERSEDED, SUPERSEDED_BETWEEN_STAGES, detail);
        }
        if (after.stage() != before.stage() || after.status() == RunStatus.SUCCEEDED && !before.status().isEnded()) {
            boolean next = after.stage() == before.stage() + 1 && after.status() != RunStatus.SUCCEEDED
                    || after.stage() == before.stage() && before.stage() == life.plan().stages().size() - 1;
            unless(next && before.inside() && haveSucceeded(before, life.plan().stages().get(before.stage()).groups()),
                    IN_ITS_TURN, detail);
        }
        boolean entered = after.inside() && (!before.inside() || after.stage() > before.stage());
        if (message instanceof RunMessage.Gate gate && entered) {
            unless(gate.open() && before.isParallel(), CLOSED_IS_CLOSED, detail);
        }
        if (message instanceof RunMessage.StartAction start && decision.reply() instanceof RunReply.Work work && !work.again()) {
            starts(life, start, detail);
        }
        if (message instanceof RunMessage.FinishAction finish) {
            finishes(before, after, finish, detail);
        }
    }

    private static void beginsNothing(RunState before, RunState after, Object... detail) {
        boolean sameEnd = !before.status().isEnded() || after.status() == before.status();
        boolean noAction = after.actions().stream().noneMatch(action ->
                (action.isRunning() || action.status() == Status.PENDING) && !before.actions().contains(action));
        boolean noMachine = after.owed().stream().skip(before.owed().size())
                .noneMatch(owed -> owed.effect() instanceof RunEffect.StartMachine);
        unless(sameEnd && noAction && noMachine && after.attempt() == before.attempt()
                && (before.inside() || !after.inside()), NOTHING_AFTER_THE_END, detail);
    }

    private static void starts(Life life, RunMessage.StartAction start, Object... detail) {
        RunState before = life.run();
        List<List<Integer>> groups = life.plan().stages().get(start.stage()).groups();
        int group = life.plan().stages().get(start.stage()).groupOf(start.action());
        Optional<ActionRun> known = before.action(start.action());
        unless(known.isEmpty() || known.get().status() == Status.PENDING, WORKED_ONCE, detail);
        unless(before.inside() && before.stage() == start.stage() && haveSucceeded(before, groups.subList(0, group)),
                IN_ITS_TURN, detail);
    }

    private static boolean haveSucceeded(RunState run, List<List<Integer>> groups) {
        return groups.stream().flatMap(List::stream).allMatch(position ->
                run.action(position).filter(action -> action.status() == Status.SUCCEEDED).isPresent());
    }

    private static void finishes(RunState before, RunState after, RunMessage.FinishAction finish, Object... detail) {
        ActionRun was = before.action(finish.id()).orElseThrow();
        Optional<Status> status = after.action(finish.id()).map(ActionRun::status);
        boolean retried = after.attempt() > before.attempt();
        Status outcome = finish.succeeded() ? Status.SUCCEEDED : Status.FAILED;
        unless(status.equals(Optional.of(outcome)) || retried && !status.equals(Optional.of(Status.SUCCEEDED)),
                OUTCOME_KEPT, detail);
        Answer answer = finish.succeeded() ? Answer.SUCCEEDED : Answer.FAILED;
        unless(after.owed().stream().anyMatch(owed -> owed.effect().equals(
                new RunEffect.AnswerAction(before.attempt(), before.stage(), was.action(), answer))), OUTCOME_KEPT, detail);
        if (after.status().isEnded() || retried) {
            unless(before.actions().stream().noneMatch(action -> action.action() != was.action()
                    && (action.isRunning() || action.status() == Status.PENDING)), SIBLINGS_FINISH, detail);
        }
    }
}
