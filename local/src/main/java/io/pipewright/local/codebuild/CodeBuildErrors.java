package io.pipewright.local.codebuild;

import java.util.UUID;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.codebuild.model.AccountLimitExceededException;
import software.amazon.awssdk.services.codebuild.model.CodeBuildException;
import software.amazon.awssdk.services.codebuild.model.InvalidInputException;
import software.amazon.awssdk.services.codebuild.model.ResourceAlreadyExistsException;
import software.amazon.awssdk.services.codebuild.model.ResourceNotFoundException;

/** The service's exceptions, filled as the real client fills them from an HTTP 400 answer. */
final class CodeBuildErrors {
    private CodeBuildErrors() {
    }

    static CodeBuildException invalidInput(String message) {
        return fill(InvalidInputException.builder(), "InvalidInputException", message);
    }

    /** A parameter that exists in the service but not here; the message names it. */
    static CodeBuildException notSupported(String what) {
        return invalidInput(what + " is not supported by the local CodeBuild");
    }

    static CodeBuildException notFound(String message) {
        return fill(ResourceNotFoundException.builder(), "ResourceNotFoundException", message);
    }

    static CodeBuildException alreadyExists(String message) {
        return fill(ResourceAlreadyExistsException.builder(), "ResourceAlreadyExistsException", message);
    }

    static CodeBuildException limitExceeded(String message) {
        return fill(AccountLimitExceededException.builder(), "AccountLimitExceededException", message);
    }

    private static CodeBuildException fill(CodeBuildException.Builder builder, String code, String message) {
        AwsErrorDetails details = AwsErrorDetails.builder()
                .errorCode(code).errorMessage(message).serviceName("CodeBuild").build();
        return (CodeBuildException) builder.message(message).awsErrorDetails(details).statusCode(400)
                .requestId(UUID.randomUUID().toString()).build();
    }
}
