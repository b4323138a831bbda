package io.pipewright.functions.approval;

import io.pipewright.functions.action.Actions;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ActionResult;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.statemachine.definition.Declarations;
import io.pipewright.statemachine.execution.ActionRun;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ApprovalResult;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;

/** Answers approvals, for PutApprovalResult and for the page. */
public final class Approvals {
    private static final String SUMMARY_REQUIRED = "IsSummaryRequired";

    private final Engine engine;
    private final Actions actions;

    public Approvals(Engine engine) {
        this.engine = engine;
        this.actions = new Actions(engine);
    }

    /**
     * Answers a pending approval.
     *
     * @param token the approval's token: its action execution id
     * @param by ARN of the caller
     * @return when it was answered, the API's {@code approvedAt}
     * @throws ApiError PipelineNotFound; for a wrong token StageNotFound or ActionNotFound if the pipeline's newest version lacks
     *     the names; InvalidApprovalToken for a token that is unknown, belongs to another action, died by an update or an abandon, or comes
     *     without a summary that the action requires; ApprovalAlreadyCompleted for an approval that was answered or has failed
     */
    public Instant decide(
            String pipelineName, String stageName, String actionName, String token, ApprovalResult result, String by) {
        PipelineEntry pipeline = engine.store().entry(pipelineName)
                .orElseThrow(() -> ApiError.pipelineNotFound(engine.settings().account(), pipelineName));
        Pending approval = pending(token)
                .filter(one -> one.run().generation().equals(pipeline.generation()))
                .filter(one -> one.record().stageName().equals(stageName))
                .filter(one -> one.record().actionName().equals(actionName))
                .orElseThrow(() -> unknown(pipeline, stageName, actionName));
        requireUndecided(approval, pipelineName);
        return decide(approval, result, by);
    }

    /** An approval that was asked for, and the execution that it is part of. */
    record Pending(ActionRecord record, RunRecord run) {

        /** Whether it still waits. The execution decides; the record may be written a moment later. */
        boolean isUndecided() {
            return record.isInProgress() && run.state().action(record.id()).map(ActionRun::isRunning).orElse(false);
        }

        boolean requiresSummary() {
            return record.resolved().getOrDefault(SUMMARY_REQUIRED, "false").equalsIgnoreCase("true");
        }
    }

    private Optional<Pending> pending(String token) {
        return engine.store().external(ManualApproval.TOKENS, token).flatMap(this::pending);
    }

    /** The approval that a token or link leads to. */
    Optional<Pending> pending(Store.ExternalWork work) {
        Optional<ActionRecord> record = engine.store().action(work.run(), work.startedAt(), work.actionId());
        return record.flatMap(found -> engine.store().run(work.run()).map(run -> new Pending(found, run)));
    }

    /** A PARALLEL execution may stand at an approval that the newest version lacks: names are doubted only if the token is wrong. */
    private ApiError unknown(PipelineEntry pipeline, String stageName, String actionName) {
        PipelineVersion version = engine.store().version(pipeline.generation(), pipeline.version()).orElseThrow();
        OptionalInt stage = Declarations.stageIndex(version.declaration(), stageName);
        if (stage.isEmpty()) {
            return ApiError.stageNotFound(pipeline.name(), stageName);
        }
        if (Declarations.actionIndex(version.stage(stage.getAsInt()), actionName).isEmpty()) {
            return ApiError.actionNotFound(stageName, actionName);
        }
        return ApiError.approvalOutdated(pipeline.name());
    }

    private static void requireUndecided(Pending approval, String pipelineName) {
        ActionRecord record = approval.record();
        if (approval.isUndecided()) {
            return;
        }
        boolean died = record.isInProgress() || record.canceled()
                || record.status() == ActionExecutionStatus.ABANDONED;
        throw died ? ApiError.approvalOutdated(pipelineName) : ApiError.approvalAlreadyCompleted();
    }

    private Instant decide(Pending approval, ApprovalResult result, String by) {
        ActionRecord record = approval.record();
        String given = Optional.ofNullable(result.summary()).orElse("");
        if (approval.requiresSummary() && given.isBlank()) {
            throw ApiError.approvalSummaryRequired(record.actionName(), record.stageName());
        }
        boolean approved = result.status() == ApprovalStatus.APPROVED;
        String summary = given.isEmpty() ? (approved ? "Approved by " : "Rejected by ") + by : given;
        ActionResult outcome = ActionResult.working(record.id(), Optional.empty()).succeeded(Optional.of(summary));
        Optional<ActionRecord> ended = approved
                ? actions.succeeded(record.run(), record.startedAt(), record.id(),
                        Progress.Succeeded.with(outcome), Optional.of(by))
                : actions.failed(record.run(), record.startedAt(), record.id(), outcome, Optional.of(by));
        if (ended.isEmpty()) {
            throw ApiError.approvalOutdated(approval.run().pipeline());
        }
        return ended.filter(end -> end.result().equals(outcome) && end.updatedBy().equals(Optional.of(by)))
                .map(end -> Instant.ofEpochMilli(end.updatedAt()))
                .orElseThrow(ApiError::approvalAlreadyCompleted);
    }
}
