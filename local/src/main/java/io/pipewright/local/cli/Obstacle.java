package io.pipewright.local.cli;

import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.StageExecution;
import software.amazon.awssdk.services.codepipeline.model.StageState;

/** Why an execution does not enter a stage. */
final class Obstacle {
    private Obstacle() {
    }

    /**
     * What keeps the execution in front of a stage, and what can be done about it, as lines for a person; empty if it doesn't wait.
     *
     * @param stages from GetPipelineState
     * @param endpoint for the commands
     */
    static List<String> lines(String pipeline, String execution, List<StageState> stages, URI endpoint) {
        return stages.stream().filter(stage -> waits(stage, execution)).findFirst()
                .map(stage -> lines(pipeline, stage, "aws --endpoint-url " + endpoint + " codepipeline "))
                .orElse(List.of());
    }

    private static boolean waits(StageState stage, String execution) {
        return stage.inboundExecution() != null && execution.equals(stage.inboundExecution().pipelineExecutionId())
                || stage.inboundExecutions().stream().map(StageExecution::pipelineExecutionId).anyMatch(execution::equals);
    }

    private static List<String> lines(String pipeline, StageState stage, String aws) {
        boolean open = stage.inboundTransitionState() == null || !Boolean.FALSE.equals(stage.inboundTransitionState().enabled());
        if (!open) {
            String reason = Objects.toString(stage.inboundTransitionState().disabledReason(), "");
            return List.of(
                    "The transition into " + stage.stageName() + " is disabled" + (reason.isEmpty() ? "." : ": " + reason),
                    "To go on: " + aws + "enable-stage-transition --pipeline-name " + pipeline + " --stage-name " + stage.stageName()
                            + " --transition-type Inbound");
        }
        Optional<String> other = Optional.ofNullable(stage.latestExecution()).map(StageExecution::pipelineExecutionId);
        return other.map(id -> List.of(
                stage.stageName() + " is still taken by execution " + id + ".",
                "This one goes on when that has left. To stop that: " + aws + "stop-pipeline-execution --pipeline-name " + pipeline
                        + " --pipeline-execution-id " + id + " --abandon")).orElse(List.of());
    }
}
