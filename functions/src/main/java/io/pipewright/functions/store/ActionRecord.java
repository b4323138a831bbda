package io.pipewright.functions.store;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;

/**
 * An action execution, as the history shows it.
 *
 * @param run the pipeline execution id
 * @param id the action execution id
 * @param stage position in the declaration version {@code version}
 * @param action position in that stage
 * @param startedAt epoch milliseconds
 * @param updatedAt epoch milliseconds; equals {@code startedAt} while it runs
 * @param canceled the pipeline was updated, or its work abandoned, while it waited for a person
 * @param updatedBy ARN of who decided an approval
 * @param resolved configuration with variables replaced
 * @param outputs where its output artifacts lie or will lie
 * @param variables output variables
 * @param result what the provider says of it
 */
public record ActionRecord(
        String run,
        String id,
        int version,
        int attempt,
        int stage,
        int action,
        String stageName,
        String actionName,
        long startedAt,
        long updatedAt,
        ActionExecutionStatus status,
        boolean canceled,
        Optional<String> updatedBy,
        Map<String, String> resolved,
        List<ArtifactLocation> inputs,
        List<ArtifactLocation> outputs,
        Map<String, String> variables,
        ActionResult result) {

    public ActionRecord {
        resolved = Map.copyOf(resolved);
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
        variables = Map.copyOf(variables);
    }

    public boolean isInProgress() {
        return status == ActionExecutionStatus.IN_PROGRESS;
    }

    /** The record while the provider works on it. */
    public ActionRecord working(ActionResult sofar) {
        return new ActionRecord(run, id, version, attempt, stage, action, stageName, actionName, startedAt, updatedAt,
                status, canceled, updatedBy, resolved, inputs, outputs, variables, sofar);
    }

    /** The record of the ended action. */
    public ActionRecord ended(
            ActionExecutionStatus end, ActionResult outcome, Map<String, String> outputVariables,
            Optional<String> by, long at) {
        return new ActionRecord(run, id, version, attempt, stage, action, stageName, actionName, startedAt, at,
                end, canceled, by, resolved, inputs, outputs, outputVariables, outcome);
    }

    /** The record of an action that we ended while its provider, or a person, had not answered. */
    public ActionRecord endedByUs(ActionExecutionStatus end, ActionResult outcome, boolean asCanceled, long at) {
        return new ActionRecord(run, id, version, attempt, stage, action, stageName, actionName, startedAt, at,
                end, asCanceled, updatedBy, resolved, inputs, outputs, Map.of(), outcome);
    }

    /** The record with each output artifact carrying the revision that a source took. */
    public ActionRecord withOutputRevision(String revisionId) {
        List<ArtifactLocation> carrying = outputs.stream()
                .map(one -> new ArtifactLocation(one.name(), one.bucket(), one.key(), Optional.of(revisionId)))
                .toList();
        return new ActionRecord(run, id, version, attempt, stage, action, stageName, actionName, startedAt, updatedAt,
                status, canceled, updatedBy, resolved, inputs, carrying, variables, result);
    }
}
