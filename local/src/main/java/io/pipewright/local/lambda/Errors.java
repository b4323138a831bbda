package io.pipewright.local.lambda;

import java.util.UUID;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.InvalidRequestContentException;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.RequestTooLargeException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/** The service's exceptions, filled as the client fills them from an answer. */
final class Errors {
    private Errors() {
    }

    static LambdaException notFound(String arn) {
        return fill(ResourceNotFoundException.builder(), 404, "ResourceNotFoundException", "Function not found: " + arn);
    }

    static LambdaException validation(String value, String path, String constraint) {
        return fill(LambdaException.builder(), 400, "ValidationException",
            "1 validation error detected: Value '" + value + "' at '" + path + "' failed to satisfy constraint: " + constraint);
    }

    /** A parameter of the service that this twin doesn't have. */
    static LambdaException unsupported(String parameter) {
        return fill(InvalidParameterValueException.builder(), 400, "InvalidParameterValueException",
            parameter + " is not supported by the local Lambda.");
    }

    /** The function's file can't be run; the service has no such state. */
    static LambdaException unusable(String problem) {
        return fill(InvalidParameterValueException.builder(), 400, "InvalidParameterValueException", problem);
    }

    static LambdaException notJson(String reason) {
        return fill(InvalidRequestContentException.builder(), 400, "InvalidRequestContentException",
            "Could not parse request body into json: " + reason);
    }

    static LambdaException tooLarge(int bytes, String invocationType, int limit) {
        return fill(RequestTooLargeException.builder(), 413, "RequestEntityTooLargeException",
            bytes + " byte payload is too large for the " + invocationType + " invocation type (limit " + limit + " bytes)");
    }

    private static LambdaException fill(LambdaException.Builder builder, int status, String code, String message) {
        AwsErrorDetails details = AwsErrorDetails.builder()
            .errorCode(code).errorMessage(message).serviceName(LambdaClient.SERVICE_NAME).build();
        return (LambdaException) builder.awsErrorDetails(details).message(message).statusCode(status)
            .requestId(UUID.randomUUID().toString()).build();
    }
}
