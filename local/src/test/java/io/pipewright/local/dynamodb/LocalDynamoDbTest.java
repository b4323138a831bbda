package io.pipewright.local.dynamodb;

import static io.pipewright.local.dynamodb.DynamoDbContract.definition;
import static io.pipewright.local.dynamodb.DynamoDbContract.item;
import static io.pipewright.local.dynamodb.DynamoDbContract.key;
import static io.pipewright.local.dynamodb.DynamoDbContract.n;
import static io.pipewright.local.dynamodb.DynamoDbContract.s;
import static io.pipewright.local.dynamodb.DynamoDbContract.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pipewright.local.database.Database;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/** What the twin promises beyond DynamoDB's contract: durability, sweeping, and refusing what it leaves out. */
class LocalDynamoDbTest {
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final String TABLE = "table";

    @TempDir
    Path directory;
    private Database database;
    private LocalDynamoDb client;

    @BeforeEach
    void open() {
        open(Clock.fixed(NOW, ZoneOffset.UTC));
        createTable(client);
    }

    private void open(Clock clock) {
        database = Database.open(directory.resolve("local.db"), Database.Durability.NORMAL);
        client = new LocalDynamoDb(database, clock);
    }

    @AfterEach
    void close() {
        database.close();
    }

    private static void createTable(DynamoDbClient client) {
        List<AttributeDefinition> keys =
                List.of(definition("id", ScalarAttributeType.S), definition("sort", ScalarAttributeType.S));
        client.createTable(request -> request.tableName(TABLE).billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(keys).keySchema(schema(keys)));
    }

    private void put(Map<String, AttributeValue> item) {
        client.putItem(request -> request.tableName(TABLE).item(item));
    }

    private Map<String, AttributeValue> get(String id, String sort) {
        return client.getItem(request -> request.tableName(TABLE).key(key(id, sort))).item();
    }

    @Test
    void tablesAndItemsAreThereAfterReopening() {
        put(item("a", "1", "v", s("x")));
        client.updateTimeToLive(request -> request.tableName(TABLE)
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("expires")));
        close();
        open(Clock.fixed(NOW.plusSeconds(60), ZoneOffset.UTC));
        assertThat(get("a", "1")).isEqualTo(item("a", "1", "v", s("x")));
        assertThat(client.describeTable(request -> request.tableName(TABLE)).table().creationDateTime())
                .isEqualTo(NOW);
        assertThat(client.describeTimeToLive(request -> request.tableName(TABLE)).timeToLiveDescription()
                .attributeName()).isEqualTo("expires");
    }

    @Test
    void aSweepDeletesWhatHasExpired() {
        long now = NOW.getEpochSecond();
        put(item("early", "1", "expires", n("" + (now - 1))));
        client.updateTimeToLive(request -> request.tableName(TABLE)
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("expires")));
        put(item("late", "1", "expires", n("" + (now - 1))));
        put(item("fraction", "1", "expires", n(now - 2 + ".5")));
        put(item("now", "1", "expires", n("" + now)));
        put(item("text", "1", "expires", s("" + (now - 1))));
        put(item("mistaken", "1", "expires", n("" + (now - Duration.ofDays(6 * 365).toSeconds()))));
        put(item("huge", "1", "expires", n("1E125")));
        put(item("never", "1"));
        put(item("renewed", "1", "expires", n("" + (now - 1))));
        put(item("renewed", "1", "expires", n("" + (now + 1))));
        assertThat(get("late", "1")).isNotEmpty();
        assertThat(client.sweep()).isEqualTo(3);
        for (String gone : List.of("early", "late", "fraction")) {
            assertThat(get(gone, "1")).isEmpty();
        }
        for (String kept : List.of("now", "text", "mistaken", "huge", "never", "renewed")) {
            assertThat(get(kept, "1")).isNotEmpty();
        }
        assertThat(client.sweep()).isZero();
    }

    @Test
    void aSweepTakesAsManyAsThereAre() {
        client.updateTimeToLive(request -> request.tableName(TABLE)
                .timeToLiveSpecification(ttl -> ttl.enabled(true).attributeName("expires")));
        IntStream.range(0, 1100).forEach(i -> put(item("p", "" + i, "expires", n("" + (NOW.getEpochSecond() - 1)))));
        assertThat(client.sweep()).isEqualTo(1100);
    }

    @Test
    void nothingExpiresOnceTheTimeToLiveIsOff() {
        for (boolean enabled : List.of(true, false)) {
            client.updateTimeToLive(request -> request.tableName(TABLE)
                    .timeToLiveSpecification(ttl -> ttl.enabled(enabled).attributeName("expires")));
            put(item("" + enabled, "1", "expires", n("" + (NOW.getEpochSecond() - 1))));
        }
        assertThat(client.sweep()).isZero();
    }

    @Test
    void whatIsLeftOutIsRefusedByName() {
        assertRefused("Scan", () -> client.scan(request -> request.tableName(TABLE)));
        assertRefused("UpdateItem", () -> client.updateItem(request -> request.tableName(TABLE).key(key("a", "1"))));
        assertRefused("IndexName", () -> client.query(request -> request.tableName(TABLE).indexName("i")));
        assertRefused("ReturnConsumedCapacity", () -> client.putItem(request -> request.tableName(TABLE)
                .item(item("a", "1")).returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)));
        assertRefused("nested paths", () -> client.getItem(request -> request.tableName(TABLE).key(key("a", "1"))
                .projectionExpression("a.b")));
        assertRefused("ClientRequestToken", () -> client.transactWriteItems(request -> request
                .clientRequestToken("t").transactItems(item -> item.delete(delete -> delete.tableName(TABLE)))));
        assertThatThrownBy(() -> client.createBackup(request -> request.tableName(TABLE)))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    private static void assertRefused(String what, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(UnsupportedOperationException.class).hasMessageContaining(what);
    }

    @Test
    void concurrentConditionalWritesLoseNoUpdate() throws Exception {
        int threads = 8;
        int updatesPerThread = 50;
        put(item("counter", "1", "version", n("0")));
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            running.add(executor.submit(() -> IntStream.range(0, updatesPerThread).forEach(each -> increment())));
        }
        for (Future<?> each : running) {
            each.get();
        }
        executor.shutdown();
        assertThat(get("counter", "1").get("version")).isEqualTo(n("" + threads * updatesPerThread));
    }

    /** Adds one to the counter's version, however often another thread comes first. */
    private void increment() {
        boolean done = false;
        while (!done) {
            int version = Integer.parseInt(get("counter", "1").get("version").n());
            try {
                client.putItem(request -> request.tableName(TABLE)
                        .item(item("counter", "1", "version", n("" + (version + 1))))
                        .conditionExpression("version = :seen")
                        .expressionAttributeValues(Map.of(":seen", n("" + version))));
                done = true;
            } catch (ConditionalCheckFailedException e) {
                // Another thread was first; read again.
            }
        }
    }

    @Test
    void concurrentTransactionsKeepTheSum() throws Exception {
        put(item("left", "1", "amount", n("100")));
        put(item("right", "1", "amount", n("0")));
        ExecutorService executor = Executors.newFixedThreadPool(4);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            running.add(executor.submit(() -> IntStream.range(0, 25).forEach(each -> moveOne())));
        }
        for (Future<?> each : running) {
            each.get();
        }
        executor.shutdown();
        assertThat(get("left", "1").get("amount")).isEqualTo(n("0"));
        assertThat(get("right", "1").get("amount")).isEqualTo(n("100"));
    }

    private void moveOne() {
        boolean done = false;
        while (!done) {
            int left = Integer.parseInt(get("left", "1").get("amount").n());
            int right = Integer.parseInt(get("right", "1").get("amount").n());
            try {
                client.transactWriteItems(request -> request.transactItems(
                        item -> item.put(put -> put.tableName(TABLE)
                                .item(item("left", "1", "amount", n("" + (left - 1))))
                                .conditionExpression("amount = :seen")
                                .expressionAttributeValues(Map.of(":seen", n("" + left)))),
                        item -> item.put(put -> put.tableName(TABLE)
                                .item(item("right", "1", "amount", n("" + (right + 1))))
                                .conditionExpression("amount = :seen")
                                .expressionAttributeValues(Map.of(":seen", n("" + right))))));
                done = true;
            } catch (TransactionCanceledException e) {
                // Another thread was first; read again.
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Database.Durability.class)
    @Timeout(60)
    void anAnsweredWriteSurvivesTheDeathOfTheProcess(Database.Durability durability) throws Exception {
        Path file = directory.resolve("killed.db");
        Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
                Writer.class.getName(), file.toString(), durability.name())
                .redirectError(ProcessBuilder.Redirect.INHERIT).start();
        List<String> answered = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
            for (int i = 0; i < 200; i++) {
                answered.add(lines.readLine());
            }
            // By its handle, which leaves the pipe open: what it printed before it died counts as answered too.
            process.toHandle().destroyForcibly();
            String line = lines.readLine();
            while (line != null && line.endsWith(".")) {
                answered.add(line);
                line = lines.readLine();
            }
        }
        assertThat(process.waitFor()).isNotZero();
        try (Database reopened = Database.open(file, durability)) {
            LocalDynamoDb survivor = new LocalDynamoDb(reopened, Clock.systemUTC());
            assertThat(answered).doesNotContainNull().allSatisfy(line -> {
                String[] written = line.split("[ .]");
                assertThat(survivor.getItem(request -> request.tableName(TABLE).key(key(written[0], written[1])))
                        .item()).isEqualTo(Writer.written(written[0], written[1]));
            });
        }
    }

    /** Puts items from four threads and prints each when it is answered, until it is killed. */
    static final class Writer {
        private Writer() {
        }

        static Map<String, AttributeValue> written(String thread, String number) {
            return item(thread, number, "v", s("x".repeat(700) + number));
        }

        public static void main(String[] arguments) {
            Database database = Database.open(Path.of(arguments[0]), Database.Durability.valueOf(arguments[1]));
            LocalDynamoDb client = new LocalDynamoDb(database, Clock.systemUTC());
            createTable(client);
            for (int i = 0; i < 4; i++) {
                String thread = "thread" + i;
                new Thread(() -> IntStream.iterate(0, number -> number + 1).forEach(number -> {
                    client.putItem(request -> request.tableName(TABLE).item(written(thread, "" + number))
                            .conditionExpression("attribute_not_exists(id)"));
                    System.out.println(thread + " " + number + ".");
                })).start();
            }
        }
    }
}
