package io.pipewright.local.sns;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.AuthorizationErrorException;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.SnsException;

/** The service's exceptions, filled as the client fills them from an answer. */
final class Errors {
    private Errors() {
    }

    static SnsException invalid(String what) {
        return fill(InvalidParameterException.builder(), 400, "InvalidParameter", "Invalid parameter: " + what);
    }

    /** A parameter of the service that this twin doesn't have. */
    static SnsException unsupported(String what) {
        return invalid(what + " is not supported by the local SNS");
    }

    static SnsException topicNotFound() {
        return fill(NotFoundException.builder(), 404, "NotFound", "Topic does not exist");
    }

    static SnsException unauthorized(String message) {
        return fill(AuthorizationErrorException.builder(), 403, "AuthorizationError", message);
    }

    private static SnsException fill(SnsException.Builder builder, int status, String code, String message) {
        AwsErrorDetails details = AwsErrorDetails.builder()
            .errorCode(code).errorMessage(message).serviceName(SnsClient.SERVICE_NAME).build();
        return (SnsException) builder.awsErrorDetails(details).message(message).statusCode(status).build();
    }
}
