package io.pipewright.local.dynamodb;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** DynamoDB's errors in its own words, as the SDK's client would throw them. All of them are answers of status 400. */
final class Errors {
    static final String CONDITION_FAILED = "The conditional request failed";

    private static final int BAD_REQUEST = 400;

    private Errors() {
    }

    /** The service's model has no class for this code; the SDK throws its base class. */
    static DynamoDbException validation(String message) {
        return (DynamoDbException) filled(DynamoDbException.builder(), "ValidationException", message).build();
    }

    /** Refuses a request without a parameter that it has to have. */
    static void require(Object value, String parameter) {
        if (value == null) {
            throw validation("The parameter '" + parameter + "' is required but was not present in the request");
        }
    }

    static DynamoDbException invalidParameter(String message) {
        return validation("One or more parameter values were invalid: " + message);
    }

    static ResourceNotFoundException tableNotFound() {
        return notFound("Requested resource not found");
    }

    static ResourceNotFoundException tableNotFound(String name) {
        return notFound("Requested resource not found: Table: " + name + " not found");
    }

    private static ResourceNotFoundException notFound(String message) {
        return filled(ResourceNotFoundException.builder(), "ResourceNotFoundException", message).build();
    }

    static ResourceInUseException tableExists(String name) {
        return filled(ResourceInUseException.builder(), "ResourceInUseException", "Table already exists: " + name)
                .build();
    }

    /** @param item the item to show to the caller, empty to show none */
    static ConditionalCheckFailedException conditionFailed(Map<String, AttributeValue> item) {
        ConditionalCheckFailedException.Builder builder =
                filled(ConditionalCheckFailedException.builder(), "ConditionalCheckFailedException", CONDITION_FAILED);
        return (item.isEmpty() ? builder : builder.item(item)).build();
    }

    static TransactionCanceledException transactionCancelled(List<CancellationReason> reasons) {
        List<String> codes = reasons.stream().map(CancellationReason::code).toList();
        String message = "Transaction cancelled, please refer cancellation reasons for specific reasons " + codes;
        return filled(TransactionCanceledException.builder(), "TransactionCanceledException", message)
                .cancellationReasons(reasons).build();
    }

    /** What DynamoDB has and the local home leaves out: a mistake of the caller's author, not of the request. */
    static UnsupportedOperationException unsupported(String what) {
        return new UnsupportedOperationException("The local DynamoDB does not support " + what);
    }

    /** Throws {@link #unsupported} if the request uses {@code what}. */
    static void refuse(boolean used, String what) {
        if (used) {
            throw unsupported(what);
        }
    }

    private static <B extends AwsServiceException.Builder> B filled(B builder, String code, String message) {
        builder.awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode(code).errorMessage(message).serviceName("DynamoDb").build())
                .statusCode(BAD_REQUEST)
                .requestId(UUID.randomUUID().toString());
        return builder;
    }
}
