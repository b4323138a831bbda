package io.pipewright.local.eventbridge;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.EventBridgeException;
import software.amazon.awssdk.services.eventbridge.model.InvalidEventPatternException;
import software.amazon.awssdk.services.eventbridge.model.LimitExceededException;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;

/** The service's exceptions, filled as the client fills them from an answer. */
final class Errors {
    private Errors() {
    }

    static EventBridgeException validation(String message) {
        return fill(EventBridgeException.builder(), "ValidationException", message);
    }

    /** A parameter of the service that this twin doesn't have. */
    static EventBridgeException unsupported(String parameter) {
        return validation(parameter + " is not supported by the local EventBridge.");
    }

    static EventBridgeException constraint(Object value, String path, String constraint) {
        return validation("1 validation error detected: Value '" + value + "' at '" + path + "' failed to satisfy constraint: " + constraint);
    }

    static EventBridgeException notFound(String message) {
        return fill(ResourceNotFoundException.builder(), "ResourceNotFoundException", message);
    }

    static EventBridgeException invalidPattern(String message) {
        return fill(InvalidEventPatternException.builder(), "InvalidEventPatternException", message);
    }

    static EventBridgeException limit(String message) {
        return fill(LimitExceededException.builder(), "LimitExceededException", message);
    }

    private static EventBridgeException fill(EventBridgeException.Builder builder, String code, String message) {
        AwsErrorDetails details = AwsErrorDetails.builder()
            .errorCode(code).errorMessage(message).serviceName(EventBridgeClient.SERVICE_NAME).build();
        return (EventBridgeException) builder.awsErrorDetails(details).message(message).statusCode(400).build();
    }
}
