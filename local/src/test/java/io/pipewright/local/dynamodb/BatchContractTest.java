package io.pipewright.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

class BatchContractTest extends DynamoDbContract {

    private static WriteRequest putRequest(Map<String, AttributeValue> item) {
        return WriteRequest.builder().putRequest(put -> put.item(item)).build();
    }

    private static WriteRequest deleteRequest(Map<String, AttributeValue> key) {
        return WriteRequest.builder().deleteRequest(delete -> delete.key(key)).build();
    }

    private void write(List<WriteRequest> writes) {
        assertThat(client.batchWriteItem(request -> request.requestItems(Map.of(table, writes)))
                .unprocessedItems()).isEmpty();
    }

    private BatchGetItemResponse read(List<Map<String, AttributeValue>> keys) {
        return client.batchGetItem(request -> request.requestItems(
                Map.of(table, KeysAndAttributes.builder().keys(keys).consistentRead(true).build())));
    }

    private static List<Map<String, AttributeValue>> keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> key("p", "" + i)).toList();
    }

    @Test
    void aBatchPutsAndDeletes() {
        put(item("p", "old"));
        write(List.of(putRequest(item("p", "1", "v", n("1"))), putRequest(item("q", "2")),
                deleteRequest(key("p", "old")), deleteRequest(key("p", "never"))));
        assertThat(get("p", "1")).isEqualTo(item("p", "1", "v", n("1")));
        assertThat(get("q", "2")).isEqualTo(item("q", "2"));
        assertThat(get("p", "old")).isEmpty();
    }

    @Test
    void aBatchReadsWhatIsThere() {
        write(List.of(putRequest(item("p", "1", "v", n("1"))), putRequest(item("q", "2"))));
        BatchGetItemResponse response = read(List.of(key("p", "1"), key("p", "gone"), key("q", "2")));
        assertThat(response.responses().get(table))
                .containsExactlyInAnyOrder(item("p", "1", "v", n("1")), item("q", "2"));
        assertThat(response.unprocessedKeys()).isEmpty();
    }

    @Test
    void aBatchReachesSeveralTables() {
        String other = createTable("k", ScalarAttributeType.S);
        client.batchWriteItem(request -> request.requestItems(Map.of(
                table, List.of(putRequest(item("p", "1"))), other, List.of(putRequest(Map.of("k", s("a")))))));
        assertThat(client.batchGetItem(request -> request.requestItems(Map.of(
                table, KeysAndAttributes.builder().keys(List.of(key("p", "1"))).build(),
                other, KeysAndAttributes.builder().keys(List.of(Map.of("k", s("a")))).build())))
                .responses()).isEqualTo(Map.of(table, List.of(item("p", "1")), other, List.of(Map.of("k", s("a")))));
        client.deleteTable(request -> request.tableName(other));
    }

    @Test
    void aProjectionKeepsTheNamedAttributes() {
        put(item("p", "1", "v", n("1"), "w", n("2")));
        assertThat(client.batchGetItem(request -> request.requestItems(Map.of(table, KeysAndAttributes.builder()
                .keys(List.of(key("p", "1"))).projectionExpression("w").build()))).responses().get(table))
                .containsExactly(Map.of("w", n("2")));
    }

    @Test
    void sixteenMegabytesAreReadAtOnceAndTheRestIsLeft() {
        String text = "x".repeat(390 * 1024);
        for (int start = 0; start < 60; start += 20) {
            write(IntStream.range(start, start + 20).mapToObj(i -> putRequest(item("p", "" + i, "v", s(text))))
                    .toList());
        }
        BatchGetItemResponse response = read(keys(60));
        int left = response.unprocessedKeys().get(table).keys().size();
        assertThat(left).isBetween(10, 25);
        assertThat(response.responses().get(table)).hasSize(60 - left);
    }

    @Test
    void batchesHaveALimit() {
        assertThat(read(keys(100)).responses().get(table)).isEmpty();
        assertInvalid("Too many items requested for the BatchGetItem call", () -> read(keys(101)));
        write(keys(25).stream().map(BatchContractTest::putRequest).toList());
        assertInvalid("Too many items requested for the BatchWriteItem call",
                () -> write(keys(26).stream().map(BatchContractTest::putRequest).toList()));
    }

    @Test
    void aBatchTouchesEachItemOnce() {
        assertInvalid("Provided list of item keys contains duplicates",
                () -> read(List.of(key("p", "1"), key("p", "1"))));
        assertInvalid("Provided list of item keys contains duplicates",
                () -> write(List.of(putRequest(item("p", "1")), deleteRequest(key("p", "1")))));
    }

    @Test
    void oneInvalidWriteRefusesTheBatch() {
        assertInvalid("One or more parameter values were invalid: Missing the key sort in the item",
                () -> write(List.of(putRequest(item("p", "1")), putRequest(Map.of("id", s("p"))))));
        assertThat(get("p", "1")).isEmpty();
    }

    @Test
    void aMissingTableIsNotFound() {
        assertThatExceptionOfType(ResourceNotFoundException.class).isThrownBy(() -> client.batchWriteItem(
                request -> request.requestItems(Map.of("no-such-table", List.of(putRequest(item("p", "1")))))));
    }
}
