package io.pipewright.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pipewright.local.database.Database;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/**
 * What DynamoDB promises, in suites that run against the twin, or against the endpoint in {@code
 * AWS_ENDPOINT_URL_DYNAMODB} if that is set, with the SDK's default region and credentials. Every test has a table of
 * its own with the keys {@code id} and {@code sort}, both texts.
 */
abstract class DynamoDbContract {
    private static Database database;
    static DynamoDbClient client;

    String table;

    @BeforeAll
    static void open(@TempDir Path directory) {
        if (System.getenv("AWS_ENDPOINT_URL_DYNAMODB") == null) {
            database = Database.open(directory.resolve("contract.db"), Database.Durability.NORMAL);
            client = new LocalDynamoDb(database, Clock.systemUTC());
        } else {
            client = DynamoDbClient.create();
        }
    }

    @AfterAll
    static void close() {
        client.close();
        if (database != null) {
            database.close();
        }
    }

    @BeforeEach
    void createTable() {
        table = createTable("id", ScalarAttributeType.S, "sort", ScalarAttributeType.S);
    }

    @AfterEach
    void deleteTable() {
        client.deleteTable(request -> request.tableName(table));
    }

    String createTable(String hash, ScalarAttributeType hashType) {
        return createTable(List.of(definition(hash, hashType)));
    }

    String createTable(String hash, ScalarAttributeType hashType, String range, ScalarAttributeType rangeType) {
        return createTable(List.of(definition(hash, hashType), definition(range, rangeType)));
    }

    private String createTable(List<AttributeDefinition> keys) {
        String name = "pipewright-contract-" + UUID.randomUUID();
        client.createTable(request -> request.tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(keys)
                .keySchema(schema(keys)));
        client.waiter().waitUntilTableExists(request -> request.tableName(name));
        return name;
    }

    static List<KeySchemaElement> schema(List<AttributeDefinition> keys) {
        List<KeySchemaElement> all = List.of(
                KeySchemaElement.builder().keyType(KeyType.HASH).attributeName(keys.get(0).attributeName()).build(),
                KeySchemaElement.builder().keyType(KeyType.RANGE)
                        .attributeName(keys.get(keys.size() - 1).attributeName()).build());
        return all.subList(0, keys.size());
    }

    static AttributeDefinition definition(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
    }

    static AttributeValue s(String text) {
        return AttributeValue.fromS(text);
    }

    static AttributeValue n(String number) {
        return AttributeValue.fromN(number);
    }

    static AttributeValue b(int... octets) {
        byte[] bytes = new byte[octets.length];
        for (int i = 0; i < octets.length; i++) {
            bytes[i] = (byte) octets[i];
        }
        return AttributeValue.fromB(SdkBytes.fromByteArray(bytes));
    }

    static Map<String, AttributeValue> key(String id, String sort) {
        return item(id, sort);
    }

    /** An item of the test's table with further attributes: a name, its value, and so on. */
    static Map<String, AttributeValue> item(String id, String sort, Object... attributes) {
        Map<String, AttributeValue> item = new LinkedHashMap<>();
        item.put("id", s(id));
        item.put("sort", s(sort));
        for (int i = 0; i < attributes.length; i += 2) {
            item.put((String) attributes[i], (AttributeValue) attributes[i + 1]);
        }
        return item;
    }

    void put(Map<String, AttributeValue> item) {
        client.putItem(request -> request.tableName(table).item(item));
    }

    /** The item, empty if there is none. */
    Map<String, AttributeValue> get(String id, String sort) {
        return client.getItem(request -> request.tableName(table).key(key(id, sort)).consistentRead(true)).item();
    }

    static void assertInvalid(String message, ThrowingCallable call) {
        assertThatExceptionOfType(DynamoDbException.class).isThrownBy(call).satisfies(e -> {
            assertThat(e.awsErrorDetails().errorCode())
                    .isEqualTo("ValidationException");
            assertThat(e.awsErrorDetails().errorMessage()).isEqualTo(message);
            assertThat(e.statusCode()).isEqualTo(400);
        });
    }
}
