package io.pipewright.functions.api;

import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ActionResult;
import io.pipewright.functions.store.ArtifactLocation;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.statemachine.definition.Declarations;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecution;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionInput;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionOutput;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionResult;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ArtifactDetail;
import software.amazon.awssdk.services.codepipeline.model.ErrorDetails;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.S3Location;

/** Action executions in the two forms of the API; which members each shows is as recorded. */
final class ActionViews {
    private static final String CANCELED = "The approval action has been canceled.";

    private ActionViews() { }

    /** The form of ListActionExecutions. */
    static ActionExecutionDetail detail(PipelineVersion version, ActionRecord action, String region) {
        ActionDeclaration declared = version.action(action.stage(), action.action());
        return ActionExecutionDetail.builder()
                .pipelineExecutionId(action.run()).actionExecutionId(action.id())
                .pipelineVersion(action.version()).stageName(action.stageName()).actionName(action.actionName())
                .startTime(Instant.ofEpochMilli(action.startedAt()))
                .lastUpdateTime(Instant.ofEpochMilli(action.updatedAt()))
                .updatedBy(action.updatedBy().orElse(null))
                .status(action.status())
                .input(ActionExecutionInput.builder()
                        .actionTypeId(declared.actionTypeId()).configuration(declared.configuration())
                        .resolvedConfiguration(new TreeMap<>(action.resolved())).roleArn(declared.roleArn())
                        .region(Declarations.region(declared, region))
                        .inputArtifacts(details(action.inputs())).namespace(declared.namespace()).build())
                .output(ActionExecutionOutput.builder()
                        .outputArtifacts(action.status() == ActionExecutionStatus.SUCCEEDED
                                ? details(action.outputs()) : List.of())
                        .executionResult(result(version, declared, action))
                        .outputVariables(new TreeMap<>(action.variables())).build())
                .build();
    }

    private static List<ArtifactDetail> details(List<ArtifactLocation> locations) {
        return locations.stream().map(location -> ArtifactDetail.builder().name(location.name())
                .s3location(S3Location.builder().bucket(location.bucket()).key(location.key()).build()).build())
                .toList();
    }

    /** Nothing while it runs, except the id of a PARALLEL execution's approval: that is the token to decide it with. */
    private static ActionExecutionResult result(
            PipelineVersion version, ActionDeclaration declared, ActionRecord action) {
        ActionResult result = action.result();
        if (action.isInProgress()) {
            boolean token = isApproval(declared) && isVisible(declared, action)
                    && version.declaration().executionMode() == ExecutionMode.PARALLEL;
            return token ? ActionExecutionResult.builder().externalExecutionId(action.id()).build() : null;
        }
        if (action.status() == ActionExecutionStatus.ABANDONED || result.equals(ActionResult.NONE)) {
            return null;
        }
        return ActionExecutionResult.builder()
                .externalExecutionId(result.externalId().orElse(null))
                .externalExecutionSummary(result.summary().orElse(null))
                .externalExecutionUrl(result.url().orElse(null))
                .errorDetails(result.errorCode().map(code -> ErrorDetails.builder().code(code).build()).orElse(null))
                .build();
    }

    private static boolean isApproval(ActionDeclaration declared) {
        return declared.actionTypeId().category() == ActionCategory.APPROVAL;
    }

    /** Whether GetPipelineState shows the action yet: an approval can't be answered before its request is out. */
    static boolean isVisible(ActionDeclaration declared, ActionRecord action) {
        return !isApproval(declared) || !action.isInProgress() || action.result().externalId().isPresent();
    }

    /** The form of GetPipelineState. */
    static ActionExecution state(ActionDeclaration declared, ActionRecord action) {
        return isApproval(declared) ? approval(action) : work(action);
    }

    private static ActionExecution work(ActionRecord action) {
        ActionResult result = action.result();
        return ActionExecution.builder()
                .actionExecutionId(action.id()).status(action.status())
                .lastStatusChange(Instant.ofEpochMilli(action.updatedAt()))
                .externalExecutionId(result.externalId().orElse(null))
                .externalExecutionUrl(result.url().orElse(null))
                .summary(result.errorCode().isPresent() ? null : result.summary().orElse(null))
                .errorDetails(error(result).orElse(null))
                .build();
    }

    private static Optional<ErrorDetails> error(ActionResult result) {
        return result.errorCode().map(code ->
                ErrorDetails.builder().code(code).message(result.errorMessage().orElse(null)).build());
    }

    private static ActionExecution approval(ActionRecord action) {
        ActionExecution.Builder state = ActionExecution.builder()
                .actionExecutionId(action.id()).status(action.status());
        if (action.isInProgress()) {
            return state.token(action.id()).build();
        }
        if (action.canceled()) {
            return state.summary(CANCELED).build();
        }
        if (action.result().errorCode().isPresent()) {
            return state.errorDetails(error(action.result()).orElseThrow()).build();
        }
        return state.summary(action.result().summary().orElse(null))
                .lastStatusChange(Instant.ofEpochMilli(action.updatedAt()))
                .lastUpdatedBy(action.updatedBy().orElse(null)).build();
    }
}
