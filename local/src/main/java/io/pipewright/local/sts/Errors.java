package io.pipewright.local.sts;

import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.StsException;

/** The service's exceptions, filled as the client fills them from an answer. */
final class Errors {
    private Errors() {
    }

    static StsException validation(String message) {
        AwsErrorDetails details = AwsErrorDetails.builder()
            .errorCode("ValidationError").errorMessage(message).serviceName(StsClient.SERVICE_NAME).build();
        return (StsException) StsException.builder().awsErrorDetails(details).message(message).statusCode(400).build();
    }

    static StsException constraint(Object value, String path, String constraint) {
        return validation("1 validation error detected: Value '" + value + "' at '" + path + "' failed to satisfy constraint: " + constraint);
    }
}
