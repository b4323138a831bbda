package io.pipewright.events.out;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionResult;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;
import software.amazon.awssdk.services.codepipeline.model.ArtifactDetail;

/**
 * An action of a run changed its state.
 *
 * @param run the run
 * @param action which action
 * @param state its new state
 * @param time when it changed
 * @param startTime when this action execution started
 * @param result what the provider answered; shown by SUCCEEDED and FAILED, members that it lacks left out; null if nothing. A failure
 *         without an error code (a rejected approval has none in the API) shows {@code JobFailed}, as recorded
 * @param artifacts inputs for STARTED, outputs for SUCCEEDED; other states show none, nor does an empty list
 */
public record ActionStateChange(
        Run run, Action action, State state, Instant time, Instant startTime, ActionExecutionResult result, List<ArtifactDetail> artifacts)
        implements StateChange {
    /** States of an action in events, spelled as CodePipeline does there. */
    public enum State {
        STARTED,
        SUCCEEDED,
        FAILED,
        /** Left behind by stop-and-abandon; the provider goes on. */
        ABANDONED,
        /** Ended by an update of the pipeline. */
        CANCELED
    }

    /**
     * One execution of one action.
     *
     * @param stage name of its stage
     * @param name name of the action
     * @param executionId the action execution's id
     * @param region region where it runs
     * @param type its type
     */
    public record Action(String stage, String name, String executionId, String region, ActionTypeId type) {
        public Action {
            Objects.requireNonNull(stage, "stage");
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(executionId, "executionId");
            Objects.requireNonNull(region, "region");
            Objects.requireNonNull(type, "type");
        }
    }

    public ActionStateChange {
        Objects.requireNonNull(run, "run");
        Objects.requireNonNull(action, "action");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(startTime, "startTime");
        artifacts = List.copyOf(artifacts);
    }

    /** The action began, with these inputs. */
    public static ActionStateChange started(Run run, Action action, Instant startTime, List<ArtifactDetail> inputs) {
        return new ActionStateChange(run, action, State.STARTED, startTime, startTime, null, inputs);
    }

    /** The action ended in any way, with these outputs if it succeeded. */
    public static ActionStateChange ended(
            Run run, Action action, State state, Instant time, Instant startTime, ActionExecutionResult result,
            List<ArtifactDetail> outputs) {
        return new ActionStateChange(run, action, state, time, startTime, result, outputs);
    }

    @Override
    public String detailType() {
        return "CodePipeline Action Execution State Change";
    }

    @Override
    public ObjectNode detail() {
        ObjectNode detail = Detail.object();
        run.head(detail);
        Detail.put(detail, "start-time", startTime);
        Detail.put(detail, "stage", action.stage());
        if (state == State.SUCCEEDED || state == State.FAILED) {
            result(detail);
        }
        if (state == State.STARTED) {
            artifacts(detail, "input-artifacts");
        } else if (state == State.SUCCEEDED) {
            artifacts(detail, "output-artifacts");
        }
        Detail.put(detail, "action-execution-id", action.executionId());
        Detail.put(detail, "action", action.name());
        Detail.put(detail, "state", state.name());
        Detail.put(detail, "region", action.region());
        type(detail.putObject("type"));
        run.tail(detail, run.attempt());
        return detail;
    }

    private void type(ObjectNode json) {
        Detail.put(json, "owner", action.type().ownerAsString());
        Detail.put(json, "provider", action.type().provider());
        Detail.put(json, "category", action.type().categoryAsString());
        Detail.put(json, "version", action.type().version());
    }

    private void result(ObjectNode detail) {
        ObjectNode json = Detail.object();
        if (result != null) {
            Detail.put(json, "external-execution-url", result.externalExecutionUrl());
            Detail.put(json, "external-execution-summary", result.externalExecutionSummary());
            Detail.put(json, "external-execution-id", result.externalExecutionId());
        }
        if (state == State.FAILED) {
            boolean coded = result != null && result.errorDetails() != null && result.errorDetails().code() != null;
            Detail.put(json, "error-code", coded ? result.errorDetails().code() : "JobFailed");
        }
        if (!json.isEmpty()) {
            detail.set("execution-result", json);
        }
    }

    private void artifacts(ObjectNode detail, String name) {
        if (artifacts.isEmpty()) {
            return;
        }
        ArrayNode list = detail.putArray(name);
        for (ArtifactDetail artifact : artifacts) {
            ObjectNode json = list.addObject();
            Detail.put(json, "name", artifact.name());
            if (artifact.s3location() != null) {
                ObjectNode location = json.putObject("s3location");
                Detail.put(location, "bucket", artifact.s3location().bucket());
                Detail.put(location, "key", artifact.s3location().key());
            }
        }
    }
}
