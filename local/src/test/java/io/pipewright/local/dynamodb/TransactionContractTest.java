package io.pipewright.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

class TransactionContractTest extends DynamoDbContract {

    private void transact(TransactWriteItem... items) {
        client.transactWriteItems(request -> request.transactItems(items));
    }

    private TransactWriteItem putNew(String id, String sort) {
        return TransactWriteItem.builder().put(put -> put.tableName(table).item(item(id, sort))
                .conditionExpression("attribute_not_exists(id)")).build();
    }

    private TransactWriteItem putAny(String id, String sort) {
        return TransactWriteItem.builder().put(put -> put.tableName(table).item(item(id, sort))).build();
    }

    private TransactWriteItem delete(String id, String sort) {
        return TransactWriteItem.builder().delete(delete -> delete.tableName(table).key(key(id, sort))).build();
    }

    private TransactWriteItem checkVersion(String id, String sort, String version) {
        return TransactWriteItem.builder().conditionCheck(check -> check.tableName(table).key(key(id, sort))
                .conditionExpression("version = :v").expressionAttributeValues(Map.of(":v", n(version)))
                .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)).build();
    }

    @Test
    void allChangesAreMadeTogether() {
        put(item("a", "1", "version", n("7")));
        put(item("a", "2"));
        transact(checkVersion("a", "1", "7"), delete("a", "2"), putNew("a", "3"), putAny("b", "1"));
        assertThat(get("a", "1")).isEqualTo(item("a", "1", "version", n("7")));
        assertThat(get("a", "2")).isEmpty();
        assertThat(get("a", "3")).isEqualTo(item("a", "3"));
        assertThat(get("b", "1")).isEqualTo(item("b", "1"));
    }

    @Test
    void oneConditionThatDoesNotHoldCancelsAll() {
        put(item("a", "1", "version", n("7")));
        put(item("a", "3"));
        assertThatExceptionOfType(TransactionCanceledException.class)
                .isThrownBy(() -> transact(putAny("a", "2"), checkVersion("a", "1", "8"), putNew("a", "3"),
                        delete("a", "4")))
                .satisfies(e -> {
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("TransactionCanceledException");
                    assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Transaction cancelled, please refer "
                            + "cancellation reasons for specific reasons "
                            + "[None, ConditionalCheckFailed, ConditionalCheckFailed, None]");
                    assertThat(e.statusCode()).isEqualTo(400);
                    assertThat(e.cancellationReasons()).extracting(CancellationReason::code)
                            .containsExactly("None", "ConditionalCheckFailed", "ConditionalCheckFailed", "None");
                    assertThat(e.cancellationReasons().get(1).message()).isEqualTo("The conditional request failed");
                    assertThat(e.cancellationReasons().get(1).item()).isEqualTo(item("a", "1", "version", n("7")));
                    assertThat(e.cancellationReasons().get(2).hasItem()).isFalse();
                });
        assertThat(get("a", "2")).isEmpty();
    }

    @Test
    void aTransactionTouchesEachItemOnce() {
        assertInvalid("Transaction request cannot include multiple operations on one item",
                () -> transact(putAny("a", "1"), checkVersion("a", "1", "1")));
    }

    @Test
    void aTransactionHasAtMostOneHundredItems() {
        transact(IntStream.range(0, 100).mapToObj(i -> putNew("a", "" + i)).toArray(TransactWriteItem[]::new));
        assertThat(get("a", "99")).isNotEmpty();
        assertThatExceptionOfType(DynamoDbException.class)
                .isThrownBy(() -> transact(IntStream.range(0, 101).mapToObj(i -> putAny("b", "" + i))
                        .toArray(TransactWriteItem[]::new)))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorMessage())
                        .contains("'transactItems'").contains("Member must have length less than or equal to 100"));
        assertThat(get("b", "0")).isEmpty();
    }

    @Test
    void aTransactionHasAtMostFourMegabytes() {
        String text = "x".repeat(390 * 1024);
        TransactWriteItem[] large = IntStream.range(0, 11).mapToObj(i -> TransactWriteItem.builder()
                .put(put -> put.tableName(table).item(item("a", "" + i, "v", s(text)))).build())
                .toArray(TransactWriteItem[]::new);
        assertThatExceptionOfType(DynamoDbException.class).isThrownBy(() -> transact(large));
        assertThat(get("a", "0")).isEmpty();
    }

    @Test
    void anInvalidExpressionIsRefusedBeforeAnythingHappens() {
        TransactWriteItem unread = TransactWriteItem.builder().put(put -> put.tableName(table).item(item("b", "1"))
                .conditionExpression("v = :v")).build();
        assertThatExceptionOfType(DynamoDbException.class)
                .isThrownBy(() -> transact(putAny("a", "1"), unread))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ValidationException"));
        assertThat(get("a", "1")).isEmpty();
    }
}
