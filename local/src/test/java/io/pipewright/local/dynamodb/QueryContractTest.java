package io.pipewright.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.Select;

class QueryContractTest extends DynamoDbContract {

    private QueryResponse query(String condition, Map<String, AttributeValue> values,
                                Consumer<QueryRequest.Builder> more) {
        return client.query(request -> request.tableName(table).keyConditionExpression(condition)
                .expressionAttributeValues(values).applyMutation(more));
    }

    private List<String> sorts(String condition, Map<String, AttributeValue> values) {
        return sorts(query(condition, values, request -> { }));
    }

    private static List<String> sorts(QueryResponse response) {
        return response.items().stream().map(item -> item.get("sort").s()).toList();
    }

    /** Values under {@code :a}, {@code :b}, … */
    private static Map<String, AttributeValue> values(AttributeValue... values) {
        Map<String, AttributeValue> named = new HashMap<>();
        for (int i = 0; i < values.length; i++) {
            named.put(":" + (char) ('a' + i), values[i]);
        }
        return named;
    }

    private void putSorts(String... sorts) {
        for (String sort : sorts) {
            put(item("p", sort));
        }
    }

    @Test
    void onePartitionInOrderOfItsSortKeys() {
        put(item("o", "0"));
        putSorts("b", "a", "ab", "B", "é", "z", "\uFF5E", "😀");
        put(item("q", "9"));
        assertThat(sorts("id = :a", values(s("p")))).containsExactly("B", "a", "ab", "b", "z", "é", "\uFF5E", "😀");
    }

    @Test
    void everyRangeConditionCutsItsStretch() {
        putSorts("a", "b", "ba", "bb", "c", "d");
        assertThat(sorts("id = :a AND sort = :b", values(s("p"), s("b")))).containsExactly("b");
        assertThat(sorts("id = :a AND sort < :b", values(s("p"), s("b")))).containsExactly("a");
        assertThat(sorts("id = :a AND sort <= :b", values(s("p"), s("b")))).containsExactly("a", "b");
        assertThat(sorts("id = :a AND sort > :b", values(s("p"), s("bb")))).containsExactly("c", "d");
        assertThat(sorts("id = :a AND sort >= :b", values(s("p"), s("bb")))).containsExactly("bb", "c", "d");
        assertThat(sorts("id = :a AND sort BETWEEN :b AND :c", values(s("p"), s("b"), s("c"))))
                .containsExactly("b", "ba", "bb", "c");
        assertThat(sorts("id = :a and begins_with(sort, :b)", values(s("p"), s("b"))))
                .containsExactly("b", "ba", "bb");
        assertThat(sorts("(sort > :b) AND (id = :a)", values(s("p"), s("c")))).containsExactly("d");
        assertThat(sorts("id = :a", values(s("none")))).isEmpty();
    }

    @Test
    void numbersSortByValue() {
        String numbers = createTable("id", ScalarAttributeType.S, "at", ScalarAttributeType.N);
        List<String> ordered = List.of("-1000", "-10.5", "-10", "-9", "-0.01", "0", "0.001", "0.01", "1", "9", "10",
                "10.01", "100", "12345678901234567890123456789012345678");
        List<String> shuffled = new ArrayList<>(ordered);
        Collections.shuffle(shuffled, new Random(7));
        shuffled.forEach(number -> client.putItem(request -> request.tableName(numbers)
                .item(Map.of("id", s("p"), "at", n(number)))));
        assertThat(client.query(request -> request.tableName(numbers).keyConditionExpression("id = :p")
                        .expressionAttributeValues(Map.of(":p", s("p")))).items())
                .extracting(item -> item.get("at").n()).containsExactlyElementsOf(ordered);
        assertThat(client.query(request -> request.tableName(numbers)
                        .keyConditionExpression("id = :p AND #at BETWEEN :low AND :high")
                        .expressionAttributeNames(Map.of("#at", "at"))
                        .expressionAttributeValues(Map.of(":p", s("p"), ":low", n("-10"), ":high", n("1.0")))).items())
                .extracting(item -> item.get("at").n())
                .containsExactly("-10", "-9", "-0.01", "0", "0.001", "0.01", "1");
        client.deleteTable(request -> request.tableName(numbers));
    }

    @Test
    void bytesSortUnsigned() {
        String binaries = createTable("id", ScalarAttributeType.B, "at", ScalarAttributeType.B);
        List<AttributeValue> ordered = List.of(b(0), b(0, 0), b(1), b(127), b(128), b(255), b(255, 0), b(255, 255));
        List.of(5, 1, 7, 0, 3, 2, 6, 4).forEach(i -> client.putItem(request -> request.tableName(binaries)
                .item(Map.of("id", b(200), "at", ordered.get(i)))));
        assertThat(client.query(request -> request.tableName(binaries).keyConditionExpression("id = :p")
                        .expressionAttributeValues(Map.of(":p", b(200)))).items())
                .extracting(item -> item.get("at")).containsExactlyElementsOf(ordered);
        assertThat(client.query(request -> request.tableName(binaries)
                        .keyConditionExpression("id = :p AND begins_with(#at, :ff)")
                        .expressionAttributeNames(Map.of("#at", "at"))
                        .expressionAttributeValues(Map.of(":p", b(200), ":ff", b(255)))).items())
                .extracting(item -> item.get("at")).containsExactly(b(255), b(255, 0), b(255, 255));
        client.deleteTable(request -> request.tableName(binaries));
    }

    @Test
    void backwardsIsTheSameStretchFromItsEnd() {
        putSorts("a", "b", "c", "d");
        assertThat(sorts(query("id = :a AND sort >= :b", values(s("p"), s("b")),
                request -> request.scanIndexForward(false)))).containsExactly("d", "c", "b");
    }

    @Test
    void pagesGoOnWhereTheLastOneEnded() {
        putSorts("a", "b", "c", "d", "e");
        for (boolean forward : List.of(true, false)) {
            List<String> seen = new ArrayList<>();
            Map<String, AttributeValue> start = Map.of();
            int pages = 0;
            do {
                Map<String, AttributeValue> from = start;
                QueryResponse page = query("id = :a AND sort > :b", values(s("p"), s("a")), request -> request
                        .limit(2).scanIndexForward(forward).exclusiveStartKey(from.isEmpty() ? null : from));
                seen.addAll(sorts(page));
                start = page.lastEvaluatedKey();
                pages++;
            } while (!start.isEmpty());
            assertThat(seen).containsExactlyElementsOf(forward ? List.of("b", "c", "d", "e")
                    : List.of("e", "d", "c", "b"));
            // The second page is full, so that only a third one can tell that nothing follows.
            assertThat(pages).isEqualTo(3);
        }
    }

    @Test
    void aPageContinuesAfterAnItemThatIsGone() {
        putSorts("a", "b", "c");
        assertThat(sorts(query("id = :a", values(s("p")),
                request -> request.exclusiveStartKey(key("p", "aa"))))).containsExactly("b", "c");
    }

    @Test
    void aPageEndsAtOneMegabyte() {
        String text = "x".repeat(300 * 1024);
        IntStream.range(0, 6).forEach(i -> put(item("p", "" + i, "v", s(text))));
        QueryResponse first = query("id = :a", values(s("p")), request -> { });
        assertThat(sorts(first)).containsExactly("0", "1", "2", "3");
        assertThat(first.lastEvaluatedKey()).isEqualTo(key("p", "3"));
        QueryResponse second = query("id = :a", values(s("p")),
                request -> request.exclusiveStartKey(first.lastEvaluatedKey()));
        assertThat(sorts(second)).containsExactly("4", "5");
        assertThat(second.hasLastEvaluatedKey()).isFalse();
    }

    @Test
    void theFilterAppliesAfterTheLimit() {
        IntStream.range(0, 6).forEach(i -> put(item("p", "" + i, "v", n("" + i % 2))));
        QueryResponse page = query("id = :a", values(s("p"), n("1")),
                request -> request.filterExpression("v = :b").limit(3));
        assertThat(sorts(page)).containsExactly("1");
        assertThat(page.count()).isEqualTo(1);
        assertThat(page.scannedCount()).isEqualTo(3);
        assertThat(page.lastEvaluatedKey()).isEqualTo(key("p", "2"));
    }

    @Test
    void theCountComesWithoutItems() {
        putSorts("a", "b", "c");
        QueryResponse counted = query("id = :a", values(s("p")), request -> request.select(Select.COUNT));
        assertThat(counted.count()).isEqualTo(3);
        assertThat(counted.items()).isEmpty();
        assertInvalid("1 validation error detected: Cannot specify the ProjectionExpression when choosing to get only "
                        + "the Count",
                () -> query("id = :a", values(s("p")),
                        request -> request.select(Select.COUNT).projectionExpression("sort")));
    }

    @Test
    void aProjectionKeepsTheNamedAttributes() {
        put(item("p", "a", "v", n("1"), "w", n("2")));
        assertThat(query("id = :a", values(s("p")), request -> request.projectionExpression("sort, w")).items())
                .containsExactly(Map.of("sort", s("a"), "w", n("2")));
    }

    @Test
    void theSdkPagesByItself() {
        IntStream.range(10, 35).forEach(i -> putSorts("" + i));
        assertThat(client.queryPaginator(request -> request.tableName(table).keyConditionExpression("id = :a")
                        .expressionAttributeValues(values(s("p"))).limit(10)).items().stream().count())
                .isEqualTo(25);
    }

    @Test
    void aTableWithoutSortKeyAnswersQueriesToo() {
        String plain = createTable("k", ScalarAttributeType.S);
        client.putItem(request -> request.tableName(plain).item(Map.of("k", s("a"))));
        QueryResponse response = client.query(request -> request.tableName(plain).keyConditionExpression("k = :k")
                .expressionAttributeValues(Map.of(":k", s("a"))).limit(1));
        assertThat(response.items()).containsExactly(Map.of("k", s("a")));
        assertThat(client.query(request -> request.tableName(plain).keyConditionExpression("k = :k")
                .expressionAttributeValues(Map.of(":k", s("a")))
                .exclusiveStartKey(response.lastEvaluatedKey())).items()).isEmpty();
        client.deleteTable(request -> request.tableName(plain));
    }

    @Test
    void aKeyConditionNamesThePartitionAndAtMostOneStretch() {
        assertInvalid("Query condition missed key schema element: id",
                () -> sorts("sort = :a", values(s("p"))));
        assertInvalid("Query key condition not supported", () -> sorts("id > :a", values(s("p"))));
        assertInvalid("Query condition missed key schema element: sort",
                () -> sorts("id = :a AND another = :b", values(s("p"), s("x"))));
        assertInvalid("KeyConditionExpressions must only contain one condition per key",
                () -> sorts("id = :a AND id = :b", values(s("p"), s("x"))));
        assertInvalid("Invalid operator used in KeyConditionExpression: OR",
                () -> sorts("id = :a OR id = :b", values(s("p"), s("x"))));
        assertInvalid("One or more parameter values were invalid: Condition parameter type does not match schema type",
                () -> sorts("id = :a AND sort = :b", values(s("p"), n("1"))));
        assertInvalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
                () -> client.query(request -> request.tableName(table)));
    }

    @Test
    void theFilterCannotNameAKey() {
        assertInvalid("Filter Expression can only contain non-primary key attributes: Primary key attribute: sort",
                () -> query("id = :a", values(s("p")), request -> request.filterExpression("attribute_exists(sort)")));
    }

    @Test
    void theStartKeyLiesInTheStretch() {
        assertInvalid("The provided starting key is outside query boundaries based on provided conditions",
                () -> query("id = :a", values(s("p")), request -> request.exclusiveStartKey(key("q", "a"))));
        assertInvalid("The provided starting key does not match the range key predicate",
                () -> query("id = :a AND sort > :b", values(s("p"), s("m")),
                        request -> request.exclusiveStartKey(key("p", "a"))));
    }
}
