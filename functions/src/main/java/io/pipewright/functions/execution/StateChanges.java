package io.pipewright.functions.execution;

import io.pipewright.events.out.ActionStateChange;
import io.pipewright.events.out.EventEntry;
import io.pipewright.events.out.PipelineStateChange;
import io.pipewright.events.out.Run;
import io.pipewright.events.out.StageStateChange;
import io.pipewright.events.out.StateChange;
import io.pipewright.events.out.Trigger;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.settings.Settings;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ActionResult;
import io.pipewright.functions.store.ArtifactLocation;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.statemachine.definition.Declarations;
import io.pipewright.statemachine.execution.RunEffect.Change;
import io.pipewright.statemachine.execution.RunEffect.Publish;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionResult;
import software.amazon.awssdk.services.codepipeline.model.ArtifactDetail;
import software.amazon.awssdk.services.codepipeline.model.ErrorDetails;
import software.amazon.awssdk.services.codepipeline.model.S3Location;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;

/** Publishes state changes on the default event bus. */
final class StateChanges {
    private final EventBridgeClient events;
    private final Settings settings;
    private final Log log;

    StateChanges(EventBridgeClient events, Settings settings, Log log) {
        this.events = events;
        this.settings = settings;
        this.log = log;
    }

    /** Publishes a change; {@code action} is its record where the change is an action's. */
    void publish(RunRecord record, PipelineVersion version, Publish change, Optional<ActionRecord> action) {
        Run run = new Run(settings.pipelineArn(record.pipeline()), record.pipeline(), record.state().run(),
                record.state().version(), change.attempt());
        EventEntry entry = stateChange(run, record, version, change, action).entry();
        PutEventsResponse answer = events.putEvents(request -> request.entries(PutEventsRequestEntry.builder()
                .source(entry.source()).detailType(entry.detailType()).resources(entry.resources())
                .detail(entry.detail()).time(entry.time()).build()));
        if (answer.failedEntryCount() != null && answer.failedEntryCount() > 0) {
            throw new IllegalStateException("EventBridge refused an event: " + answer.entries().get(0).errorCode());
        }
        log.info(entry.detailType(), Log.PIPELINE, record.pipeline(), Log.EXECUTION, run.executionId(),
                Log.STAGE, change.stage() < 0 ? "" : version.stage(change.stage()).name(),
                Log.ACTION, change.action() < 0 ? "" : version.action(change.stage(), change.action()).name(),
                "state", change.change().name());
    }

    private StateChange stateChange(
            Run run, RunRecord record, PipelineVersion version, Publish change, Optional<ActionRecord> action) {
        Instant at = Instant.ofEpochMilli(change.at());
        Instant startedAt = Instant.ofEpochMilli(change.startedAt());
        if (change.stage() < 0) {
            return new PipelineStateChange(
                    run, PipelineStateChange.State.valueOf(change.change().name()), at, startedAt,
                    new Trigger.Named(record.triggerType().toString(), record.triggerDetail()),
                    instant(change.retriedAt()), record.state().stopReason().orElse(null));
        }
        if (change.action() < 0) {
            return new StageStateChange(run, version.stage(change.stage()).name(),
                    StageStateChange.State.valueOf(change.change().name()), at, startedAt,
                    instant(change.retriedAt()));
        }
        ActionDeclaration declared = version.action(change.stage(), change.action());
        ActionStateChange.Action subject = new ActionStateChange.Action(
                version.stage(change.stage()).name(), declared.name(), change.id(),
                Declarations.region(declared, settings.region()), declared.actionTypeId());
        if (change.change() == Change.STARTED) {
            return ActionStateChange.started(
                    run, subject, startedAt, action.map(known -> details(known.inputs())).orElse(List.of()));
        }
        return ActionStateChange.ended(
                run, subject, ActionStateChange.State.valueOf(change.change().name()), at, startedAt,
                action.map(known -> result(known.result())).orElse(null),
                action.map(known -> details(known.outputs())).orElse(List.of()));
    }

    private static Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    private static List<ArtifactDetail> details(List<ArtifactLocation> locations) {
        return locations.stream().map(location -> ArtifactDetail.builder().name(location.name())
                .s3location(S3Location.builder().bucket(location.bucket()).key(location.key()).build())
                .build()).toList();
    }

    private static ActionExecutionResult result(ActionResult result) {
        return ActionExecutionResult.builder()
                .externalExecutionId(result.externalId().orElse(null))
                .externalExecutionSummary(result.summary().orElse(null))
                .externalExecutionUrl(result.url().orElse(null))
                .errorDetails(result.errorCode().map(code -> ErrorDetails.builder().code(code).build()).orElse(null))
                .build();
    }
}
