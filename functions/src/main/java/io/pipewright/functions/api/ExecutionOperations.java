package io.pipewright.functions.api;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.RunSession;
import io.pipewright.functions.execution.Starts;
import io.pipewright.functions.store.Page;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.Revision;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.NextToken;
import io.pipewright.statemachine.execution.PipelineDecision;
import io.pipewright.statemachine.execution.PipelineMessage;
import io.pipewright.statemachine.execution.RunDecider;
import io.pipewright.statemachine.execution.RunMessage;
import io.pipewright.statemachine.execution.RunReply;
import io.pipewright.statemachine.execution.RunState;
import io.pipewright.statemachine.execution.RunStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.codepipeline.model.ArtifactRevision;
import software.amazon.awssdk.services.codepipeline.model.ExecutionTrigger;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineExecutionResponse;
import software.amazon.awssdk.services.codepipeline.model.ListPipelineExecutionsRequest;
import software.amazon.awssdk.services.codepipeline.model.ListPipelineExecutionsResponse;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecution;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.ResolvedPipelineVariable;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.RetryStageExecutionResponse;
import software.amazon.awssdk.services.codepipeline.model.SourceRevision;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.codepipeline.model.StartPipelineExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.StartPipelineExecutionResponse;
import software.amazon.awssdk.services.codepipeline.model.StopExecutionTrigger;
import software.amazon.awssdk.services.codepipeline.model.StopPipelineExecutionRequest;
import software.amazon.awssdk.services.codepipeline.model.StopPipelineExecutionResponse;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;

/** Executions: started, stopped, retried, shown. */
final class ExecutionOperations {
    private static final int MOST_EXECUTIONS = 100;

    private final Engine engine;
    private final Store store;
    private final Starts starts;

    ExecutionOperations(Engine engine) {
        this.engine = engine;
        this.store = engine.store();
        this.starts = new Starts(engine);
    }

    void register(Api api) {
        api.operation("StartPipelineExecution", StartPipelineExecutionRequest::builder, this::start);
        api.operation("StopPipelineExecution", StopPipelineExecutionRequest::builder, this::stop);
        api.operation("RetryStageExecution", RetryStageExecutionRequest::builder, this::retry);
        api.operation("GetPipelineExecution", GetPipelineExecutionRequest::builder, this::get);
        api.operation("ListPipelineExecutions", ListPipelineExecutionsRequest::builder, this::list);
    }

    private SdkPojo start(StartPipelineExecutionRequest request, Caller caller) {
        String run = starts.start(entry(request.name()), new Starts.Cause(
                TriggerType.START_PIPELINE_EXECUTION, caller.arn(), request.variables(), request.sourceRevisions(),
                Optional.ofNullable(request.clientRequestToken()), Optional.empty()));
        return StartPipelineExecutionResponse.builder().pipelineExecutionId(run).build();
    }

    private SdkPojo stop(StopPipelineExecutionRequest request, Caller caller) {
        PipelineEntry entry = entry(request.pipelineName());
        String run = request.pipelineExecutionId();
        RunRecord record = begun(entry, run)
                .orElseThrow(() -> ApiError.pipelineExecutionNotStoppable(run, entry.name()));
        try (RunSession session = engine.open(record)) {
            RunReply reply = session.tell(new RunMessage.Stop(
                    Boolean.TRUE.equals(request.abandon()), Optional.ofNullable(request.reason())));
            if (reply instanceof RunReply.Refused refused) {
                throw refused.refusal() == RunReply.Refusal.STOP_REPEATED
                        ? ApiError.duplicatedStopRequest(run, entry.name())
                        : ApiError.pipelineExecutionNotStoppable(run, entry.name());
            }
        }
        return StopPipelineExecutionResponse.builder().pipelineExecutionId(run).build();
    }

    private SdkPojo retry(RetryStageExecutionRequest request, Caller caller) {
        PipelineEntry entry = entry(request.pipelineName());
        String run = request.pipelineExecutionId();
        String stage = request.stageName();
        if (store.version(entry.generation(), entry.version()).orElseThrow().declaration().stages().stream()
                .noneMatch(declared -> declared.name().equals(stage))) {
            throw ApiError.stageNotFound(entry.name(), stage);
        }
        RunRecord record = begun(entry, run).orElseThrow(() -> notRetryable(entry, run, stage));
        try (RunSession session = engine.open(record)) {
            if (!retry(session, stage, request.retryMode())) {
                session.refresh();
                if (!retry(session, stage, request.retryMode())) {
                    throw notRetryable(entry, run, stage);
                }
            }
        }
        return RetryStageExecutionResponse.builder().pipelineExecutionId(run).build();
    }

    /** False when the execution was in another state than it seemed; worth one more look. */
    private boolean retry(RunSession session, String stage, StageRetryMode mode) {
        RunState state = session.state();
        boolean here = state.inside() && session.version().stage(state.stage()).name().equals(stage);
        if (!here) {
            throw movedOn(session, stage);
        }
        if (!state.status().isEnded()) {
            return mode == StageRetryMode.FAILED_ACTIONS
                    && session.tell(new RunMessage.RetryBesideSiblings(stage)) instanceof RunReply.Done;
        }
        boolean ended = state.status() == RunStatus.FAILED || state.status() == RunStatus.STOPPED;
        boolean unfinished = mode == StageRetryMode.ALL_ACTIONS || state.status() == RunStatus.FAILED
                || RunDecider.hasUnfinished(state, session.version().plan());
        if (!ended || !unfinished) {
            return false;
        }
        session.carryOutAll();
        PipelineDecision decision = session.tellPipeline(new PipelineMessage.Retry(
                session.run(), state.number(), state.attempt() + 1, state.version(), state.mode(), stage, mode,
                engine.settings().limits().concurrentExecutions()));
        if (decision instanceof PipelineDecision.Refused refused) {
            throw refused(session, stage, refused.refusal());
        }
        return true;
    }

    private ApiError movedOn(RunSession session, String stage) {
        return notRetryable(session.record().pipeline(), session.run(), stage);
    }

    private ApiError refused(RunSession session, String stage, PipelineDecision.Refusal refusal) {
        String pipeline = session.record().pipeline();
        return switch (refusal) {
            case NOT_LATEST -> ApiError.notLatestPipelineExecution(session.run(), stage, pipeline);
            case TOO_MANY_EXECUTIONS -> ApiError.concurrentPipelineExecutionsLimitExceeded(
                    pipeline, engine.settings().limits().concurrentExecutions());
            case RETRY_RUNNING, DECLARATION_CHANGED, OTHER_VERSION, PIPELINE_DELETED, STAGE_NOT_FOUND ->
                    notRetryable(pipeline, session.run(), stage);
        };
    }

    private static ApiError notRetryable(PipelineEntry entry, String run, String stage) {
        return notRetryable(entry.name(), run, stage);
    }

    private static ApiError notRetryable(String pipeline, String run, String stage) {
        return ApiError.stageNotRetryable(stage, pipeline, run);
    }

    private SdkPojo get(GetPipelineExecutionRequest request, Caller caller) {
        PipelineEntry entry = entry(request.pipelineName());
        RunRecord record = begun(entry, request.pipelineExecutionId()).orElseThrow(
                () -> ApiError.pipelineExecutionNotFound(request.pipelineExecutionId(), entry.name()));
        RunState state = record.state();
        PipelineExecution.Builder execution = PipelineExecution.builder()
                .pipelineName(entry.name()).pipelineVersion(state.version())
                .pipelineExecutionId(state.run()).status(state.status().shown())
                .statusSummary(state.summary().orElse(null))
                .artifactRevisions(record.revisions().stream().map(ExecutionOperations::artifactRevision).toList())
                .trigger(trigger(record)).executionMode(state.mode());
        if (!record.variables().isEmpty()) {
            execution.variables(record.variables().entrySet().stream()
                    .map(one -> ResolvedPipelineVariable.builder().name(one.getKey()).resolvedValue(one.getValue())
                            .build())
                    .toList());
        }
        return GetPipelineExecutionResponse.builder().pipelineExecution(execution.build()).build();
    }

    private static ArtifactRevision artifactRevision(Revision revision) {
        return ArtifactRevision.builder().name(revision.artifact()).revisionId(revision.id())
                .revisionSummary(revision.summary().orElse(null)).revisionUrl(revision.url().orElse(null)).build();
    }

    private static ExecutionTrigger trigger(RunRecord record) {
        return ExecutionTrigger.builder()
                .triggerType(record.triggerType()).triggerDetail(record.triggerDetail()).build();
    }

    private SdkPojo list(ListPipelineExecutionsRequest request, Caller caller) {
        PipelineEntry entry = entry(request.pipelineName());
        Optional<String> stage = Optional.ofNullable(request.filter())
                .map(filter -> filter.succeededInStage()).map(filter -> filter.stageName());
        String filter = entry.generation() + "/" + stage.orElse("");
        Optional<String> after = Optional.ofNullable(request.nextToken())
                .map(token -> NextToken.decode(token, "ListPipelineExecutions", filter));
        int limit = request.maxResults() == null ? MOST_EXECUTIONS : request.maxResults();
        Page<RunRecord> page = store.runs(entry.generation(), after, limit);
        List<PipelineExecutionSummary> summaries = page.elements().stream()
                .filter(record -> stage.isEmpty() || hasSucceededIn(entry, record, stage.get()))
                .map(ExecutionOperations::summary).toList();
        return ListPipelineExecutionsResponse.builder()
                .pipelineExecutionSummaries(summaries)
                .nextToken(page.next().map(at -> NextToken.encode("ListPipelineExecutions", filter, at)).orElse(null))
                .build();
    }

    /** In the current version of the declaration: these are what a rollback can go back to. */
    private boolean hasSucceededIn(PipelineEntry entry, RunRecord record, String stage) {
        RunState state = record.state();
        if (state.version() != entry.version()) {
            return false;
        }
        List<String> names = store.version(entry.generation(), state.version()).orElseThrow().declaration().stages()
                .stream().map(declared -> declared.name()).toList();
        int position = names.indexOf(stage);
        return position >= 0 && (state.stage() > position || state.status() == RunStatus.SUCCEEDED);
    }

    private static PipelineExecutionSummary summary(RunRecord record) {
        RunState state = record.state();
        long ended = state.times().ended();
        PipelineExecutionSummary.Builder summary = PipelineExecutionSummary.builder()
                .pipelineExecutionId(state.run()).status(state.status().shown())
                .statusSummary(state.summary().orElse(null))
                .startTime(Instant.ofEpochMilli(state.times().started()))
                .lastUpdateTime(Instant.ofEpochMilli(ended == 0 ? state.times().started() : ended))
                .sourceRevisions(record.revisions().stream().map(ExecutionOperations::sourceRevision).toList())
                .trigger(trigger(record)).executionMode(state.mode());
        state.stopReason().ifPresent(reason ->
                summary.stopTrigger(StopExecutionTrigger.builder().reason(reason).build()));
        return summary.build();
    }

    private static SourceRevision sourceRevision(Revision revision) {
        return SourceRevision.builder().actionName(revision.action()).revisionId(revision.id())
                .revisionSummary(revision.summary().orElse(null)).revisionUrl(revision.url().orElse(null)).build();
    }

    private Optional<RunRecord> begun(PipelineEntry entry, String run) {
        return Runs.of(store, entry, run);
    }

    private PipelineEntry entry(String name) {
        return store.entry(name).orElseThrow(() -> ApiError.pipelineNotFound(engine.settings().account(), name));
    }
}
