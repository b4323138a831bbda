package io.pipewright.functions.store;

import java.util.Optional;

/**
 * A job handed to a worker: for a Lambda action, one invocation of the function.
 *
 * @param id job id, unguessable
 * @param run the pipeline execution
 * @param startedAt when its action started, epoch milliseconds
 * @param actionId the action execution
 * @param deadline epoch milliseconds by which the worker must have answered
 * @param continuationToken what the worker gave with the previous job of the same action
 * @param result the answer as canonical JSON; empty while there is none
 * @param succeeded whether that answer was a success
 */
public record Job(
        String id, String run, long startedAt, String actionId, long deadline, Optional<String> continuationToken,
        Optional<String> result, boolean succeeded) {

    public Job answered(String answer, boolean success) {
        return new Job(id, run, startedAt, actionId, deadline, continuationToken, Optional.of(answer), success);
    }
}
