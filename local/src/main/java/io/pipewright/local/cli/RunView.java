package io.pipewright.local.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionResult;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecution;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/**
 * One execution as a person sees it at a moment.
 *
 * @param summary what CodePipeline says about the status, mostly nothing
 */
record RunView(String pipeline, String execution, PipelineExecutionStatus status, Optional<String> summary, List<Stage> stages) {

    /** A stage, in declaration order. */
    record Stage(String name, List<Action> actions) {
        Phase phase() {
            return Phase.of(actions.stream().map(Action::phase).toList());
        }

        /** From the first action's start to the last one's end, or to now. */
        Optional<Duration> took(Instant now) {
            Optional<Instant> start = actions.stream().flatMap(action -> action.start().stream()).min(Comparator.naturalOrder());
            boolean running = !phase().isOver();
            Optional<Instant> end = running ? Optional.of(now)
                    : actions.stream().flatMap(action -> action.end().stream()).max(Comparator.naturalOrder());
            return start.flatMap(from -> end.map(to -> Duration.between(from, to)));
        }
    }

    /**
     * An action and its newest execution in this run.
     *
     * @param id of the action execution
     * @param end absent while it runs
     * @param note what is worth knowing about its outcome, may be empty
     */
    record Action(
            String name, String provider, Phase phase, Optional<String> id, Optional<Instant> start, Optional<Instant> end,
            String note) {

        Optional<Duration> took(Instant now) {
            return start.map(from -> Duration.between(from, end.orElse(now)));
        }
    }

    /** The status in CodePipeline's words. */
    String statusText() {
        return status.toString();
    }

    boolean isOver() {
        return switch (status) {
            case SUCCEEDED, FAILED, STOPPED, SUPERSEDED, CANCELLED -> true;
            case IN_PROGRESS, STOPPING, UNKNOWN_TO_SDK_VERSION -> false;
        };
    }

    /** @param actions of this execution, in any order; of one that ran again the newest counts */
    static RunView of(PipelineDeclaration declaration, PipelineExecution execution, List<ActionExecutionDetail> actions) {
        Map<List<String>, ActionExecutionDetail> newest = actions.stream().collect(Collectors.toMap(
                action -> List.of(action.stageName(), action.actionName()), action -> action,
                BinaryOperator.maxBy(Comparator.comparing(ActionExecutionDetail::startTime))));
        return new RunView(declaration.name(), execution.pipelineExecutionId(), execution.status(),
                Optional.ofNullable(execution.statusSummary()),
                declaration.stages().stream().map(stage -> stage(stage, newest)).toList());
    }

    private static Stage stage(StageDeclaration stage, Map<List<String>, ActionExecutionDetail> newest) {
        return new Stage(stage.name(), stage.actions().stream()
                .map(action -> action(action, Optional.ofNullable(newest.get(List.of(stage.name(), action.name())))))
                .toList());
    }

    private static Action action(ActionDeclaration declared, Optional<ActionExecutionDetail> found) {
        String provider = declared.actionTypeId().provider();
        if (found.isEmpty()) {
            return new Action(declared.name(), provider, Phase.TO_COME, Optional.empty(), Optional.empty(), Optional.empty(), "");
        }
        ActionExecutionDetail detail = found.get();
        Phase phase = phase(declared, detail.status());
        return new Action(declared.name(), provider, phase, Optional.of(detail.actionExecutionId()), Optional.of(detail.startTime()),
                phase.isOver() ? Optional.of(detail.lastUpdateTime()) : Optional.empty(), Printable.of(note(declared, detail, phase)));
    }

    private static Phase phase(ActionDeclaration declared, ActionExecutionStatus status) {
        return switch (status) {
            case IN_PROGRESS -> declared.actionTypeId().category() == ActionCategory.APPROVAL ? Phase.ASKING : Phase.RUNNING;
            case SUCCEEDED -> Phase.SUCCEEDED;
            case FAILED -> Phase.FAILED;
            case ABANDONED, UNKNOWN_TO_SDK_VERSION -> Phase.ENDED;
        };
    }

    private static String note(ActionDeclaration declared, ActionExecutionDetail detail, Phase phase) {
        String summary = Optional.ofNullable(detail.output().executionResult())
                .map(ActionExecutionResult::externalExecutionSummary).orElse("");
        if (phase == Phase.FAILED || declared.actionTypeId().category() == ActionCategory.APPROVAL) {
            return summary.lines().findFirst().orElse("");
        }
        return switch (declared.actionTypeId().category()) {
            case BUILD, TEST, INVOKE -> detail.output().outputVariables().entrySet().stream()
                    .map(variable -> variable.getKey() + "=" + variable.getValue()).sorted().collect(Collectors.joining(" "));
            default -> "";
        };
    }
}
