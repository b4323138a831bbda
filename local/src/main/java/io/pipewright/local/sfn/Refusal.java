package io.pipewright.local.sfn;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.sfn.model.ConflictException;
import software.amazon.awssdk.services.sfn.model.ExecutionAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.ExecutionDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.InvalidArnException;
import software.amazon.awssdk.services.sfn.model.InvalidDefinitionException;
import software.amazon.awssdk.services.sfn.model.InvalidExecutionInputException;
import software.amazon.awssdk.services.sfn.model.InvalidNameException;
import software.amazon.awssdk.services.sfn.model.InvalidOutputException;
import software.amazon.awssdk.services.sfn.model.InvalidTokenException;
import software.amazon.awssdk.services.sfn.model.MissingRequiredParameterException;
import software.amazon.awssdk.services.sfn.model.SfnException;
import software.amazon.awssdk.services.sfn.model.StateMachineAlreadyExistsException;
import software.amazon.awssdk.services.sfn.model.StateMachineDeletingException;
import software.amazon.awssdk.services.sfn.model.StateMachineDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.TaskTimedOutException;
import software.amazon.awssdk.services.sfn.model.ValidationException;

/** The service's errors as the SDK's client throws them. */
final class Refusal {
    private Refusal() { }

    static SfnException stateMachineDoesNotExist(String arn) {
        return refusal(StateMachineDoesNotExistException.builder(), "StateMachineDoesNotExist",
                "State Machine Does Not Exist: '" + arn + "'");
    }

    static SfnException stateMachineAlreadyExists(String arn) {
        return refusal(StateMachineAlreadyExistsException.builder(), "StateMachineAlreadyExists",
                "State Machine Already Exists: '" + arn + "'");
    }

    static SfnException stateMachineDeleting(String arn) {
        return refusal(StateMachineDeletingException.builder(), "StateMachineDeleting", "State Machine is being deleted: '" + arn + "'");
    }

    static SfnException executionDoesNotExist(String arn) {
        return refusal(ExecutionDoesNotExistException.builder(), "ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'");
    }

    static SfnException executionAlreadyExists(String arn) {
        return refusal(ExecutionAlreadyExistsException.builder(), "ExecutionAlreadyExists", "Execution Already Exists: '" + arn + "'");
    }

    static SfnException invalidArn(String reason) {
        return refusal(InvalidArnException.builder(), "InvalidArn", "Invalid Arn: '" + reason + "'");
    }

    static SfnException invalidName(String name) {
        return refusal(InvalidNameException.builder(), "InvalidName", "Invalid Name: '" + name + "'");
    }

    static SfnException invalidDefinition(DefinitionRefused refused) {
        return refusal(InvalidDefinitionException.builder(), "InvalidDefinition", refused.getMessage());
    }

    static SfnException invalidExecutionInput(String reason) {
        return refusal(InvalidExecutionInputException.builder(), "InvalidExecutionInput",
                "Invalid State Machine Execution Input: '" + reason + "'");
    }

    static SfnException invalidOutput(String reason) {
        return refusal(InvalidOutputException.builder(), "InvalidOutput", "Invalid Output: '" + reason + "'");
    }

    static SfnException invalidToken(String reason) {
        return refusal(InvalidTokenException.builder(), "InvalidToken", "Invalid Token: '" + reason + "'");
    }

    static SfnException taskTimedOut() {
        return refusal(TaskTimedOutException.builder(), "TaskTimedOut",
                "Task Timed Out: 'Provided task does not exist anymore'");
    }

    static SfnException missingRequiredParameter(String message) {
        return refusal(MissingRequiredParameterException.builder(), "MissingRequiredParameter", message);
    }

    static SfnException conflict(String message) {
        return refusal(ConflictException.builder(), "ConflictException", message);
    }

    static SfnException validation(String message) {
        return refusal(ValidationException.builder(), "ValidationException", message);
    }

    static UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException("The local Step Functions don't support " + what);
    }

    private static SfnException refusal(SfnException.Builder builder, String code, String message) {
        AwsErrorDetails details =
                AwsErrorDetails.builder().errorCode(code).errorMessage(message).serviceName("Sfn").build();
        return (SfnException) builder.message(message).statusCode(400).awsErrorDetails(details).build();
    }
}
