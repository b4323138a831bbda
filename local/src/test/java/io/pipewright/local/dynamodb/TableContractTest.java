package io.pipewright.local.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

class TableContractTest extends DynamoDbContract {

    @Test
    void aTableIsDescribedAsItWasCreated() {
        TableDescription description = client.describeTable(request -> request.tableName(table)).table();
        assertThat(description.tableName()).isEqualTo(table);
        assertThat(description.tableArn()).startsWith("arn:aws:dynamodb:").endsWith(":table/" + table);
        assertThat(description.tableStatus()).isEqualTo(TableStatus.ACTIVE);
        assertThat(description.creationDateTime()).isNotNull();
        assertThat(description.billingModeSummary().billingMode()).isEqualTo(BillingMode.PAY_PER_REQUEST);
        assertThat(description.attributeDefinitions()).containsExactlyInAnyOrder(
                definition("id", ScalarAttributeType.S), definition("sort", ScalarAttributeType.S));
        assertThat(description.keySchema()).isEqualTo(schema(List.of(
                definition("id", ScalarAttributeType.S), definition("sort", ScalarAttributeType.S))));
    }

    @Test
    void aTableIsCreatedOnce() {
        assertThatExceptionOfType(ResourceInUseException.class)
                .isThrownBy(() -> client.createTable(request -> request.tableName(table)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(definition("id", ScalarAttributeType.S))
                        .keySchema(schema(List.of(definition("id", ScalarAttributeType.S))))))
                .satisfies(e -> {
                    assertThat(e.awsErrorDetails().errorCode()).isEqualTo("ResourceInUseException");
                    assertThat(e.awsErrorDetails().errorMessage()).isEqualTo("Table already exists: " + table);
                    assertThat(e.statusCode()).isEqualTo(400);
                });
    }

    @Test
    void aDeletedTableIsGoneWithItsItems() {
        String name = createTable("id", ScalarAttributeType.S, "sort", ScalarAttributeType.S);
        client.putItem(request -> request.tableName(name).item(item("a", "1")));
        assertThat(client.deleteTable(request -> request.tableName(name)).tableDescription().tableStatus())
                .isEqualTo(TableStatus.DELETING);
        client.waiter().waitUntilTableNotExists(request -> request.tableName(name));
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.describeTable(request -> request.tableName(name)))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorMessage())
                        .isEqualTo("Requested resource not found: Table: " + name + " not found"));
        client.createTable(request -> request.tableName(name).billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(definition("id", ScalarAttributeType.S),
                        definition("sort", ScalarAttributeType.S))
                .keySchema(schema(List.of(definition("id", ScalarAttributeType.S),
                        definition("sort", ScalarAttributeType.S)))));
        client.waiter().waitUntilTableExists(request -> request.tableName(name));
        assertThat(client.getItem(request -> request.tableName(name).key(key("a", "1"))).hasItem()).isFalse();
        client.deleteTable(request -> request.tableName(name));
    }

    @Test
    void aMissingTableIsNotDeleted() {
        assertThatExceptionOfType(ResourceNotFoundException.class)
                .isThrownBy(() -> client.deleteTable(request -> request.tableName("no-such-table")))
                .satisfies(e -> assertThat(e.awsErrorDetails().errorMessage())
                        .isEqualTo("Requested resource not found: Table: no-such-table not found"));
    }

    @Test
    void tablesAreListedByPages() {
        List<String> mine = List.of(table, createTable("a", ScalarAttributeType.S),
                createTable("b", ScalarAttributeType.S));
        List<String> listed = new ArrayList<>();
        String after = null;
        do {
            String start = after;
            ListTablesResponse page = client.listTables(request -> request.limit(2).exclusiveStartTableName(start));
            assertThat(page.tableNames()).hasSizeLessThanOrEqualTo(2);
            listed.addAll(page.tableNames());
            after = page.lastEvaluatedTableName();
        } while (after != null);
        assertThat(listed).containsAll(mine).doesNotHaveDuplicates();
        client.deleteTable(request -> request.tableName(mine.get(1)));
        client.deleteTable(request -> request.tableName(mine.get(2)));
    }

    @Test
    void provisionedCapacityIsDescribed() {
        String name = table + "-provisioned";
        client.createTable(request -> request.tableName(name)
                .provisionedThroughput(units -> units.readCapacityUnits(3L).writeCapacityUnits(4L))
                .attributeDefinitions(definition("id", ScalarAttributeType.S))
                .keySchema(schema(List.of(definition("id", ScalarAttributeType.S)))));
        client.waiter().waitUntilTableExists(request -> request.tableName(name));
        TableDescription description = client.describeTable(request -> request.tableName(name)).table();
        assertThat(description.provisionedThroughput().readCapacityUnits()).isEqualTo(3);
        assertThat(description.provisionedThroughput().writeCapacityUnits()).isEqualTo(4);
        client.deleteTable(request -> request.tableName(name));
    }

    @Test
    void aTableNeedsDefinedKeys() {
        assertInvalid("One or more parameter values were invalid: Number of attributes in KeySchema does not exactly "
                        + "match number of attributes defined in AttributeDefinitions",
                () -> client.createTable(request -> request.tableName(table + "-x")
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(definition("id", ScalarAttributeType.S),
                                definition("unused", ScalarAttributeType.S))
                        .keySchema(schema(List.of(definition("id", ScalarAttributeType.S))))));
    }

    @Test
    void theTimeToLiveIsSwitchedOnOnce() {
        assertThat(client.describeTimeToLive(request -> request.tableName(table)).timeToLiveDescription()
                .timeToLiveStatus()).isEqualTo(TimeToLiveStatus.DISABLED);
        assertInvalid("TimeToLive is already disabled", () -> updateTimeToLive(false, "expires"));
        updateTimeToLive(true, "expires");
        assertThat(client.describeTimeToLive(request -> request.tableName(table)).timeToLiveDescription())
                .satisfies(ttl -> {
                    assertThat(ttl.timeToLiveStatus()).isIn(TimeToLiveStatus.ENABLED, TimeToLiveStatus.ENABLING);
                    assertThat(ttl.attributeName()).isEqualTo("expires");
                });
        assertInvalid("TimeToLive is already enabled", () -> updateTimeToLive(true, "expires"));
        assertInvalid("TimeToLive is active on a different AttributeName: current AttributeName is expires",
                () -> updateTimeToLive(true, "other"));
    }

    private void updateTimeToLive(boolean enabled, String attribute) {
        client.updateTimeToLive(request -> request.tableName(table)
                .timeToLiveSpecification(ttl -> ttl.enabled(enabled).attributeName(attribute)));
    }
}
