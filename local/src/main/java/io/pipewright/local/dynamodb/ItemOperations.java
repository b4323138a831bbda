package io.pipewright.local.dynamodb;

import java.util.Map;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;

/** GetItem, PutItem and DeleteItem. */
record ItemOperations(Store store) {

    GetItemResponse get(GetItemRequest request) {
        Errors.refuse(request.hasAttributesToGet(), "AttributesToGet");
        Refusals.consumption(request.returnConsumedCapacity(), null);
        Table table = store.tables().get(request.tableName());
        Scope scope = Scope.of(request.expressionAttributeNames(), Map.of(), request.projectionExpression() != null);
        UnaryOperator<Map<String, AttributeValue>> projection =
                Projection.of(store, request.projectionExpression(), scope);
        scope.requireAllUsed();
        PrimaryKey key = table.keyOfRequest(request.key());
        Map<String, AttributeValue> item = store.database().read(session -> store.items().get(session, table, key));
        return item.isEmpty()
                ? GetItemResponse.builder().build()
                : GetItemResponse.builder().item(projection.apply(item)).build();
    }

    PutItemResponse put(PutItemRequest request) {
        Refusals.legacyConditions(request.hasExpected(), request.conditionalOperatorAsString());
        Refusals.consumption(request.returnConsumedCapacity(), request.returnItemCollectionMetrics());
        Table table = store.tables().get(request.tableName());
        Change.Guard guard = Change.Guard.of(store, request.conditionExpression(), request.expressionAttributeNames(),
                request.expressionAttributeValues(), request.returnValuesOnConditionCheckFailure());
        boolean returnsBefore = returnsBefore(request.returnValues());
        Map<String, AttributeValue> before = write(Change.put(table, request.item(), guard), returnsBefore);
        return returnsBefore && !before.isEmpty()
                ? PutItemResponse.builder().attributes(before).build()
                : PutItemResponse.builder().build();
    }

    DeleteItemResponse delete(DeleteItemRequest request) {
        Refusals.legacyConditions(request.hasExpected(), request.conditionalOperatorAsString());
        Refusals.consumption(request.returnConsumedCapacity(), request.returnItemCollectionMetrics());
        Table table = store.tables().get(request.tableName());
        Change.Guard guard = Change.Guard.of(store, request.conditionExpression(), request.expressionAttributeNames(),
                request.expressionAttributeValues(), request.returnValuesOnConditionCheckFailure());
        boolean returnsBefore = returnsBefore(request.returnValues());
        Map<String, AttributeValue> before = write(Change.delete(table, request.key(), guard), returnsBefore);
        return returnsBefore && !before.isEmpty()
                ? DeleteItemResponse.builder().attributes(before).build()
                : DeleteItemResponse.builder().build();
    }

    private Map<String, AttributeValue> write(Change change, boolean returnsBefore) {
        return store.database().write(session -> change.apply(session, store, returnsBefore));
    }

    private static boolean returnsBefore(ReturnValue returned) {
        if (returned != null && returned != ReturnValue.NONE && returned != ReturnValue.ALL_OLD) {
            throw Errors.validation("ReturnValues can only be ALL_OLD or NONE");
        }
        return returned == ReturnValue.ALL_OLD;
    }
}
