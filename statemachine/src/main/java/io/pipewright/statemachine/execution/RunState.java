package io.pipewright.statemachine.execution;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.RetryTrigger;

/**
 * The execution's aggregate: how far it has come.
 *
 * @param run the pipeline execution id
 * @param version the declaration version that it was started on
 * @param mode the execution mode that it was started in
 * @param number its start number; 0 until the pipeline has given one
 * @param failure why it ends as soon as it begins (a required variable has no value); empty for all others
 * @param summary the API's {@code statusSummary}
 * @param stopReason the reason given when it was stopped
 * @param attempt 1, and one more with each retry
 * @param stage position of the stage that it is in or waits for
 * @param inside whether it has entered that stage
 * @param cancelling the declaration was updated or the pipeline deleted: it ends when what runs has ended, and a retry that was
 *     granted just before resumes nothing
 * @param actions the actions of this stage that have begun, by position
 * @param retries retries of this stage
 * @param times moments that events and the API show
 * @param lastEffect the sequence given out last
 * @param owed effects still to be carried out, oldest first
 */
public record RunState(
        String run,
        int version,
        ExecutionMode mode,
        long number,
        RunStatus status,
        Optional<String> failure,
        Optional<String> summary,
        Optional<String> stopReason,
        int attempt,
        int stage,
        boolean inside,
        boolean cancelling,
        List<ActionRun> actions,
        Retries retries,
        Times times,
        long lastEffect,
        List<Owed<RunEffect>> owed) {

    public RunState {
        actions = List.copyOf(actions);
        owed = List.copyOf(owed);
    }

    /**
     * Retries of the current stage.
     *
     * @param manual by RetryStageExecution
     * @param automatic by the stage's own onFailure
     * @param latest which of the two came last
     */
    public record Retries(int manual, int automatic, Optional<RetryTrigger> latest) {
        static final Retries NONE = new Retries(0, 0, Optional.empty());
    }

    /**
     * Epoch milliseconds, 0 for what has not happened.
     *
     * @param started when the start was accepted
     * @param since when it came to stand in front of the stage, or entered it
     * @param retried when the execution was retried last
     * @param stageRetried when the current stage was retried last
     * @param ended when it ended
     */
    public record Times(long started, long since, long retried, long stageRetried, long ended) { }

    /** An execution that nobody knows yet. {@code failure} makes it end as soon as it begins. */
    public static RunState created(
            String run, int version, ExecutionMode mode, Optional<String> failure, long now) {
        return new RunState(run, version, mode, 0, RunStatus.CREATED, failure, Optional.empty(), Optional.empty(),
                1, 0, false, false, List.of(), Retries.NONE, new Times(now, now, 0, 0, 0), 0, List.of());
    }

    public boolean isParallel() {
        return mode == ExecutionMode.PARALLEL;
    }

    /** The action of the current stage with this action execution id. */
    public Optional<ActionRun> action(String id) {
        return actions.stream().filter(one -> one.id().equals(id)).findFirst();
    }

    /** The action at this position, if it has begun. */
    public Optional<ActionRun> action(int position) {
        return actions.stream().filter(one -> one.action() == position).findFirst();
    }

    /** The state without effects that have been carried out. */
    public RunState carriedOut(Set<Long> done) {
        return new RunState(run, version, mode, number, status, failure, summary, stopReason, attempt, stage, inside,
                cancelling, actions, retries, times, lastEffect, Owed.without(owed, done));
    }
}
