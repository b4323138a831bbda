package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecution;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

class RunViewTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final PipelineDeclaration PIPELINE = PipelineDeclaration.builder().name("shop").stages(
            StageDeclaration.builder().name("Build").actions(
                    action("Compile", ActionCategory.BUILD, "CodeBuild"), action("Ask", ActionCategory.APPROVAL, "Manual")).build())
            .build();

    @Test
    void whatHasNotBegunIsToCome() {
        RunView view = view();
        assertThat(view.stages().get(0).phase()).isEqualTo(Phase.TO_COME);
        assertThat(view.stages().get(0).took(START)).isEmpty();
    }

    @Test
    void anApprovalInProgressAsks() {
        assertThat(view(detail("Ask", "a", 0, ActionExecutionStatus.IN_PROGRESS)).stages().get(0).phase()).isEqualTo(Phase.ASKING);
    }

    @Test
    void aStageBetweenTwoActionsIsAtWork() {
        RunView view = view(detail("Compile", "a", 0, ActionExecutionStatus.SUCCEEDED));
        assertThat(view.stages().get(0).phase()).isEqualTo(Phase.RUNNING);
        assertThat(view.stages().get(0).took(START.plusSeconds(9))).contains(Duration.ofSeconds(9));
    }

    @Test
    void ofARetriedActionTheNewestExecutionShows() {
        RunView view = view(
                detail("Compile", "new", 10, ActionExecutionStatus.IN_PROGRESS), detail("Compile", "old", 0, ActionExecutionStatus.FAILED));
        assertThat(view.stages().get(0).actions().get(0).id()).contains("new");
        assertThat(view.stages().get(0).phase()).isEqualTo(Phase.RUNNING);
    }

    @Test
    void aBuildShowsItsVariablesAndAFailureItsSummary() {
        ActionExecutionDetail built = detail("Compile", "a", 0, ActionExecutionStatus.SUCCEEDED).toBuilder()
                .output(output -> output.outputVariables(Map.of("VERSION", "1", "COMMIT", "c"))).build();
        assertThat(view(built).stages().get(0).actions().get(0).note()).isEqualTo("COMMIT=c VERSION=1");
        ActionExecutionDetail failed = detail("Compile", "a", 0, ActionExecutionStatus.FAILED).toBuilder()
                .output(output -> output.executionResult(result -> result.externalExecutionSummary("No\u001b[2J luck\nat all"))).build();
        assertThat(view(failed).stages().get(0).actions().get(0).note()).isEqualTo("No luck");
    }

    private static RunView view(ActionExecutionDetail... actions) {
        return RunView.of(PIPELINE, PipelineExecution.builder().pipelineExecutionId("id")
                .status(PipelineExecutionStatus.IN_PROGRESS).build(), List.of(actions));
    }

    private static ActionDeclaration action(String name, ActionCategory category, String provider) {
        return ActionDeclaration.builder().name(name)
                .actionTypeId(ActionTypeId.builder().category(category).owner("AWS").provider(provider).version("1").build()).build();
    }

    private static ActionExecutionDetail detail(String name, String id, int seconds, ActionExecutionStatus status) {
        return ActionExecutionDetail.builder().stageName("Build").actionName(name).actionExecutionId(id).status(status)
                .startTime(START.plusSeconds(seconds)).lastUpdateTime(START.plusSeconds(seconds + 1)).output(output -> { }).build();
    }
}
