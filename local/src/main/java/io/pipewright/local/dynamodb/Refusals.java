package io.pipewright.local.dynamodb;

import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ReturnItemCollectionMetrics;

/** Parameters that several operations have and the local home refuses. */
final class Refusals {
    private Refusals() {
    }

    /** Nothing is metered; a value of NONE or null asks for nothing. */
    static void consumption(ReturnConsumedCapacity capacity, ReturnItemCollectionMetrics metrics) {
        Errors.refuse(capacity != null && capacity != ReturnConsumedCapacity.NONE, "ReturnConsumedCapacity");
        Errors.refuse(metrics != null && metrics != ReturnItemCollectionMetrics.NONE, "ReturnItemCollectionMetrics");
    }

    static void legacyConditions(boolean hasExpected, String conditionalOperator) {
        Errors.refuse(hasExpected, "Expected");
        Errors.refuse(conditionalOperator != null, "ConditionalOperator");
    }
}
