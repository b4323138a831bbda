package io.pipewright.functions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ApiErrorTest {
    @Test
    void theBodyHoldsTypeAndMessage() {
        assertThat(ApiError.pipelineNotFound("210987654321", "shop").body()).hasToString("{\"__type\":\"PipelineNotFoundException\","
                + "\"message\":\"The account with AWS account ID '210987654321' does not include a pipeline named 'shop'\"}");
    }

    @Test
    void someErrorsHaveNoMessageOnTheWire() {
        assertThat(ApiError.requestTooLarge().body()).hasToString("{\"__type\":\"RequestEntityTooLargeException\"}");
        assertThat(ApiError.internalFailure(new IllegalStateException("secret")).body()).hasToString("{\"__type\":\"InternalFailure\"}");
        assertThat(ApiError.internalFailure(new IllegalStateException()).httpStatus()).isEqualTo(500);
    }

    @Test
    void anUnknownNestedRunIsNamedNullAsTheServiceDoes() {
        assertThat(ApiError.pipelineExecutionNotFound(null, "shop"))
                .hasMessage("Pipeline Execution with id 'null' does not exist in pipeline with name 'shop'");
    }

    /** Clients map {@code __type} to exception classes: a name that the model lacks would reach them as an unknown error. */
    @Test
    void everyModelledErrorHasANameThatClientsKnow() {
        Set<String> modelled = ServiceModel.codePipeline().operations().values().stream()
                .flatMap(operation -> operation.errors().stream()).collect(Collectors.toSet());
        assertThat(modelled).contains(Stream.of(
                ApiError.validation(""), ApiError.invalidNextToken(""), ApiError.pipelineNotFound("", ""),
                ApiError.pipelineNotFoundByGet("", ""), ApiError.pipelineVersionNotFound("", 1), ApiError.pipelineNameInUse("", ""),
                ApiError.invalidStructure(""), ApiError.invalidStageDeclaration(""), ApiError.invalidActionDeclaration(""),
                ApiError.limitExceeded(""), ApiError.concurrentModification(""),
                ApiError.pipelineExecutionNotFound("", ""), ApiError.concurrentPipelineExecutionsLimitExceeded("", 50),
                ApiError.pipelineExecutionNotStoppable("", ""), ApiError.duplicatedStopRequest("", ""),
                ApiError.stageNotFound("", ""), ApiError.stageNotRetryable("", "", ""), ApiError.notLatestPipelineExecution("", "", ""),
                ApiError.unknownSourceAction(), ApiError.actionNotFound("", ""),
                ApiError.approvalOutdated(""), ApiError.approvalSummaryRequired("", ""),
                ApiError.approvalAlreadyCompleted(), ApiError.jobNotFound(""), ApiError.jobAlreadyHasResult(""),
                ApiError.jobAlreadyTerminated(""), ApiError.continuationWithOutputVariables(), ApiError.outputVariablesSizeExceeded(1),
                ApiError.tooManyTags(""), ApiError.systemTag(),
                ApiError.unsuitableRevisionType("", "", Set.of()))
                .map(ApiError::code).toArray(String[]::new));
    }
}
