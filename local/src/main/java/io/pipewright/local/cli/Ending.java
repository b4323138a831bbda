package io.pipewright.local.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionResult;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;

/** What is said when an execution is over. */
final class Ending {
    private static final int LOG_LINES = 20;

    private Ending() {
    }

    /** The last words of every run: how it ended, and how long it all took. */
    static String verdict(RunView run, Duration took, boolean colours) {
        Phase phase = run.status() == PipelineExecutionStatus.SUCCEEDED ? Phase.SUCCEEDED
                : run.status() == PipelineExecutionStatus.FAILED ? Phase.FAILED : Phase.ENDED;
        return phase.style().apply(phase.sign() + " " + run.statusText(), colours) + " in " + Elapsed.text(took)
                + run.summary().map(summary -> ": " + summary).orElse("");
    }

    /** For each failed action what failed, the end of its build's log, and how to try again. */
    static List<String> failures(RunView run, List<ActionExecutionDetail> actions, Connection connection) {
        List<String> lines = new ArrayList<>();
        List<ActionExecutionDetail> failed = actions.stream()
                .filter(action -> action.status() == ActionExecutionStatus.FAILED && isNewest(run, action)).toList();
        for (ActionExecutionDetail action : failed) {
            lines.add("");
            lines.add(action.stageName() + " / " + action.actionName() + " failed" + summary(action));
            Follow.buildId(action).ifPresent(id -> lines.addAll(logEnd(BuildLogs.file(connection.data(), id))));
        }
        failed.stream().findFirst().ifPresent(action -> {
            lines.add("");
            lines.add("To try what failed again, as it is" + (connection.own().isPresent() ? ", while pipewright serve runs:" : ":"));
            lines.add("  aws --endpoint-url " + connection.lastingEndpoint() + " codepipeline retry-stage-execution \\");
            lines.add("    --pipeline-name " + run.pipeline() + " --stage-name " + action.stageName() + " --retry-mode FAILED_ACTIONS \\");
            lines.add("    --pipeline-execution-id " + run.execution());
        });
        return lines;
    }

    private static boolean isNewest(RunView run, ActionExecutionDetail action) {
        return run.stages().stream().flatMap(stage -> stage.actions().stream())
                .anyMatch(shown -> shown.id().equals(Optional.of(action.actionExecutionId())));
    }

    private static String summary(ActionExecutionDetail action) {
        return Optional.ofNullable(action.output().executionResult()).map(ActionExecutionResult::externalExecutionSummary)
                .map(summary -> ": " + summary).orElse(".");
    }

    private static List<String> logEnd(Path log) {
        List<String> all = Tail.end(log).stream().map(line -> BuildLogs.LogLine.of("", line))
                .filter(BuildLogs.LogLine::isTelling).map(line -> "  " + line.text()).toList();
        List<String> lines = new ArrayList<>();
        lines.add("The end of its log, " + log + ":");
        lines.addAll(all.subList(Math.max(0, all.size() - LOG_LINES), all.size()));
        return lines;
    }
}
