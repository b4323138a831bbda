package io.pipewright.functions.store;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** The table's few kinds of access. Reads are strongly consistent: decisions are taken on them. */
final class Table {
    private static final String PK = "pk";
    private static final String SK = "sk";
    private static final int BATCH = 100;

    private final DynamoDbClient dynamo;
    private final String name;

    Table(DynamoDbClient dynamo, String name) {
        this.dynamo = dynamo;
        this.name = name;
    }

    /** A page of a query: items, and the sort key to go on behind, if there is more. */
    record Page(List<Item> items, Optional<String> next) { }

    /** The request that makes the table; infra-cdk provisions the same. */
    static CreateTableRequest definition(String name) {
        return CreateTableRequest.builder()
                .tableName(name)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attribute(PK), attribute(SK))
                .keySchema(key(PK, KeyType.HASH), key(SK, KeyType.RANGE))
                .build();
    }

    private static AttributeDefinition attribute(String name) {
        return AttributeDefinition.builder().attributeName(name).attributeType(ScalarAttributeType.S).build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    void createIfMissing() {
        try {
            dynamo.createTable(definition(name));
            dynamo.updateTimeToLive(request -> request.tableName(name)
                    .timeToLiveSpecification(ttl -> ttl.attributeName("ttl").enabled(true)));
        } catch (ResourceInUseException e) {
            // It is there: what was asked for.
            return;
        }
    }

    Optional<Item> get(Key key) {
        Map<String, AttributeValue> found = dynamo.getItem(request -> request
                .tableName(name).key(attributes(key)).consistentRead(true)).item();
        return found == null || found.isEmpty() ? Optional.empty() : Optional.of(item(found));
    }

    void put(Item item) {
        dynamo.putItem(request -> request.tableName(name).item(attributes(item)));
    }

    /** Writes the item unless its key is taken; says whether it was written. */
    boolean putIfAbsent(Item item) {
        return written(() -> dynamo.putItem(request -> request
                .tableName(name).item(attributes(item)).conditionExpression("attribute_not_exists(pk)")));
    }

    /** Replaces the item if {@code attribute} still has the value {@code expected}; says whether it was written. */
    boolean putIf(Item item, String attribute, AttributeValue expected) {
        return written(() -> dynamo.putItem(request -> request
                .tableName(name).item(attributes(item))
                .conditionExpression("#a = :e")
                .expressionAttributeNames(Map.of("#a", attribute))
                .expressionAttributeValues(Map.of(":e", expected))));
    }

    /** The same, if what is stored as {@code rising}, should there be such, isn't above what the item says of it. */
    boolean putIfNotBehind(Item item, String attribute, AttributeValue expected, String rising) {
        return written(() -> dynamo.putItem(request -> request
                .tableName(name).item(attributes(item))
                .conditionExpression("#a = :e AND (attribute_not_exists(#r) OR #r <= :r)")
                .expressionAttributeNames(Map.of("#a", attribute, "#r", rising))
                .expressionAttributeValues(Map.of(":e", expected, ":r", item.attributes().get(rising)))));
    }

    void delete(Key key) {
        dynamo.deleteItem(request -> request.tableName(name).key(attributes(key)));
    }

    /** Deletes the item if {@code attribute} still has the value {@code expected}; says whether it did. */
    boolean deleteIf(Key key, String attribute, AttributeValue expected) {
        return written(() -> dynamo.deleteItem(request -> request
                .tableName(name).key(attributes(key))
                .conditionExpression("#a = :e")
                .expressionAttributeNames(Map.of("#a", attribute))
                .expressionAttributeValues(Map.of(":e", expected))));
    }

    private static boolean written(Runnable write) {
        try {
            write.run();
            return true;
        } catch (ConditionalCheckFailedException e) {
            return false;
        }
    }

    /**
     * Items of a partition whose sort key begins with {@code prefix}, ordered by it; all of them for an empty prefix.
     *
     * @param after sort key to go on behind, in the order asked for
     * @param limit how many at the most; a page may hold fewer although there are more (it ends at 1 MB)
     */
    Page query(String pk, String prefix, boolean ascending, Optional<String> after, int limit) {
        boolean all = prefix.isEmpty();
        // One more than asked for shows whether there is more: DynamoDB says so of every full page, also of the last one.
        Page page = page(QueryRequest.builder()
                .tableName(name)
                .keyConditionExpression(all ? "pk = :pk" : "pk = :pk AND begins_with(sk, :prefix)")
                .expressionAttributeValues(all
                        ? Map.of(":pk", string(pk)) : Map.of(":pk", string(pk), ":prefix", string(prefix)))
                .scanIndexForward(ascending)
                .consistentRead(true)
                .limit(limit + 1)
                .exclusiveStartKey(after.map(sk -> attributes(new Key(pk, sk))).orElse(null))
                .build());
        return page.items().size() <= limit ? page
                : new Page(page.items().subList(0, limit), Optional.of(page.items().get(limit - 1).key().sk()));
    }

    /** Items of a partition whose sort key is below {@code bound}, lowest first. */
    Page queryBelow(String pk, String bound, int limit) {
        return page(QueryRequest.builder()
                .tableName(name)
                .keyConditionExpression("pk = :pk AND sk < :bound")
                .expressionAttributeValues(Map.of(":pk", string(pk), ":bound", string(bound)))
                .consistentRead(true)
                .limit(limit)
                .build());
    }

    private Page page(QueryRequest request) {
        QueryResponse answer = dynamo.query(request);
        return new Page(
                answer.items().stream().map(Table::item).toList(),
                answer.hasLastEvaluatedKey()
                        ? Optional.of(answer.lastEvaluatedKey().get(SK).s()) : Optional.empty());
    }

    /** All items of a partition whose sort key begins with {@code prefix}. */
    List<Item> all(String pk, String prefix, boolean ascending) {
        List<Item> items = new ArrayList<>();
        Optional<String> after = Optional.empty();
        do {
            Page page = query(pk, prefix, ascending, after, 1000);
            items.addAll(page.items());
            after = page.next();
        } while (after.isPresent());
        return items;
    }

    /** The items with these keys, in no order; missing ones are left out. */
    List<Item> getAll(List<Key> keys) {
        List<Item> items = new ArrayList<>();
        for (int from = 0; from < keys.size(); from += BATCH) {
            List<Map<String, AttributeValue>> batch = keys.subList(from, Math.min(keys.size(), from + BATCH))
                    .stream().distinct().map(Table::attributes).toList();
            Map<String, KeysAndAttributes> left = Map.of(
                    name, KeysAndAttributes.builder().keys(batch).consistentRead(true).build());
            while (!left.isEmpty()) {
                Map<String, KeysAndAttributes> asked = left;
                BatchGetItemResponse answer = dynamo.batchGetItem(request -> request.requestItems(asked));
                answer.responses().getOrDefault(name, List.of()).forEach(found -> items.add(item(found)));
                left = answer.unprocessedKeys();
            }
        }
        return items;
    }

    private static Map<String, AttributeValue> attributes(Key key) {
        return Map.of(PK, string(key.pk()), SK, string(key.sk()));
    }

    private static Map<String, AttributeValue> attributes(Item item) {
        Map<String, AttributeValue> all = new HashMap<>(item.attributes());
        all.put(PK, string(item.key().pk()));
        all.put(SK, string(item.key().sk()));
        return all;
    }

    private static Item item(Map<String, AttributeValue> found) {
        Map<String, AttributeValue> rest = new HashMap<>(found);
        Key key = new Key(rest.remove(PK).s(), rest.remove(SK).s());
        return new Item(key, rest);
    }

    static AttributeValue string(String value) {
        return AttributeValue.fromS(value);
    }

    static AttributeValue number(long value) {
        return AttributeValue.fromN(Long.toString(value));
    }
}
