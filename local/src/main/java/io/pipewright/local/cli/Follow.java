package io.pipewright.local.cli;

import io.pipewright.local.cli.BuildLogs.LogLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ApprovalAlreadyCompletedException;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.CodePipelineException;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecution;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionNotStoppableException;

/** Follows one execution to its end: shows it, answers its approvals, and stops it when told to. */
final class Follow {
    private static final int LOOK_MILLIS = 150;
    private static final int LOOKS_TO_WONDER = 10;
    /** How long an approval's announcement may take until the question is asked without its link. */
    private static final Duration ANNOUNCEMENT = Duration.ofSeconds(2);

    private final Connection connection;
    private final CodePipelineClient codePipeline;
    private final PipelineDeclaration pipeline;
    private final String execution;
    private final Report report;
    private final Optional<Keyboard> keyboard;
    private final ReviewPages pages;
    private final BuildLogs logs;
    private List<String> obstacle = List.of();
    private int idleLooks;
    private boolean stopped;
    private boolean nobodyThere;

    /** @param keyboard where approvals are answered; without one they are approved */
    Follow(Connection connection, PipelineDeclaration pipeline, String execution, Report report, Optional<Keyboard> keyboard) {
        this.connection = connection;
        this.codePipeline = connection.codePipeline();
        this.pipeline = pipeline;
        this.execution = execution;
        this.report = report;
        this.keyboard = keyboard;
        this.pages = new ReviewPages(connection.data());
        this.logs = new BuildLogs(connection.data());
    }

    /** The end of a run: how it looked then, and the actions that took part. */
    record Outcome(RunView run, List<ActionExecutionDetail> actions) {
    }

    /** @param stop once true, the execution is stopped, and followed until it is */
    Outcome toTheEnd(BooleanSupplier stop) {
        while (true) {
            if (stop.getAsBoolean() && !stopped) {
                stop();
            }
            // In this order: of an execution that is over all actions are known.
            PipelineExecution now = codePipeline.getPipelineExecution(request -> request
                    .pipelineName(pipeline.name()).pipelineExecutionId(execution)).pipelineExecution();
            List<ActionExecutionDetail> actions = actions();
            RunView view = RunView.of(pipeline, now, actions);
            Optional<Approval> asked = stopped || view.isOver() ? Optional.empty() : approvals(actions).findFirst();
            report.show(view, newLines(actions), keyboard.isPresent() ? asked : Optional.empty());
            if (view.isOver()) {
                return new Outcome(view, actions);
            }
            asked.ifPresent(this::answer);
            sayWhatKeeps(view);
            Pause.millis(LOOK_MILLIS);
        }
    }

    private List<ActionExecutionDetail> actions() {
        return codePipeline.listActionExecutionsPaginator(request -> request.pipelineName(pipeline.name())
                        .filter(filter -> filter.pipelineExecutionId(execution)))
                .actionExecutionDetails().stream().toList();
    }

    private void stop() {
        stopped = true;
        try {
            codePipeline.stopPipelineExecution(request -> request.pipelineName(pipeline.name())
                    .pipelineExecutionId(execution).abandon(true).reason("Stopped by pipewright run"));
        } catch (PipelineExecutionNotStoppableException over) {
            // It has just ended by itself.
        }
    }

    private Stream<Approval> approvals(List<ActionExecutionDetail> actions) {
        return actions.stream()
                .filter(action -> action.status() == ActionExecutionStatus.IN_PROGRESS
                        && action.input().actionTypeId().category() == ActionCategory.APPROVAL)
                .map(action -> Approval.of(
                        pipeline.name(), action, pages.page(action.actionExecutionId(), action.startTime())))
                .filter(approval -> approval.page().isPresent() || !approval.isAnnounced()
                        || Instant.now().isAfter(approval.since().plus(ANNOUNCEMENT)));
    }

    /** Between two stages nothing is at work for a moment; only who stays there has to wait. */
    private void sayWhatKeeps(RunView view) {
        boolean atWork = view.stages().stream().flatMap(stage -> stage.actions().stream())
                .anyMatch(action -> action.phase() == Phase.RUNNING || action.phase() == Phase.ASKING);
        idleLooks = atWork ? 0 : idleLooks + 1;
        if (idleLooks > 0 && idleLooks % LOOKS_TO_WONDER == 0) {
            List<String> lines = Obstacle.lines(pipeline.name(), execution,
                    codePipeline.getPipelineState(request -> request.name(pipeline.name())).stageStates(), connection.endpoint());
            if (!lines.equals(obstacle)) {
                obstacle = lines;
                lines.forEach(report::say);
            }
        }
    }

    private void answer(Approval approval) {
        if (keyboard.isEmpty()) {
            put(approval, new Approval.Answer(ApprovalStatus.APPROVED, "Approved by pipewright run --yes")).ifPresent(refusal -> {
                throw new CommandFailedException(approval.stage() + " / " + approval.action() + " can't be approved: " + refusal);
            });
            return;
        }
        keyboard.get().listen();
        keyboard.get().line().ifPresent(typed -> {
            report.entered();
            Approval.answer(typed).ifPresentOrElse(answer -> put(approval, answer).ifPresent(report::say), () -> {
                if (!typed.isBlank()) {
                    report.say("That is neither approve nor reject; begin with a or r.");
                }
            });
        });
        if (keyboard.get().hasEnded() && !nobodyThere) {
            nobodyThere = true;
            report.say("Nobody is at the keyboard. It goes on when the approval is answered elsewhere:");
            report.say("  " + approval.command(connection.endpoint()));
        }
    }

    /** Answers, and returns why that was refused, if it was. */
    private Optional<String> put(Approval approval, Approval.Answer answer) {
        try {
            codePipeline.putApprovalResult(request -> request.pipelineName(approval.pipeline()).stageName(approval.stage())
                    .actionName(approval.action()).token(approval.token())
                    .result(result -> result.status(answer.status()).summary(answer.comment())));
            return Optional.empty();
        } catch (ApprovalAlreadyCompletedException elsewhere) {
            // Somebody else was faster.
            return Optional.empty();
        } catch (CodePipelineException refused) {
            return Optional.of(refused.awsErrorDetails().errorMessage());
        }
    }

    private List<LogLine> newLines(List<ActionExecutionDetail> actions) {
        List<LogLine> lines = new ArrayList<>();
        List<ActionExecutionDetail> builds = actions.stream()
                .filter(action -> action.input().actionTypeId().provider().equals("CodeBuild")).toList();
        if (builds.stream().anyMatch(build -> build.status() == ActionExecutionStatus.IN_PROGRESS)) {
            followRunning();
        }
        lines.addAll(logs.next());
        builds.stream().filter(build -> build.status() != ActionExecutionStatus.IN_PROGRESS).forEach(build ->
                buildId(build).ifPresent(id -> lines.addAll(logs.rest(build.actionName(), id))));
        return lines;
    }

    /** The history names a build only when it has ended; the state does before. */
    private void followRunning() {
        codePipeline.getPipelineState(request -> request.name(pipeline.name())).stageStates().stream()
                .filter(stage -> stage.latestExecution() != null
                        && execution.equals(stage.latestExecution().pipelineExecutionId()))
                .flatMap(stage -> stage.actionStates().stream())
                .filter(action -> action.latestExecution() != null)
                .forEach(action -> {
                    String id = action.latestExecution().externalExecutionId();
                    if (id != null && id.indexOf(':') > 0) {
                        logs.follow(action.actionName(), id);
                    }
                });
    }

    /** The id of the build that an action ran, if it came so far. */
    static Optional<String> buildId(ActionExecutionDetail action) {
        return Optional.ofNullable(action.output().executionResult())
                .map(result -> result.externalExecutionId())
                .filter(id -> id.indexOf(':') > 0);
    }
}
