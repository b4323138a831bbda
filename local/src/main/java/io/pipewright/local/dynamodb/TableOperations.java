package io.pipewright.local.dynamodb;

import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveResponse;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ListTablesRequest;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveSpecification;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveResponse;

/** Operations on tables. A created table is active, a deleted one gone, when the call returns. */
record TableOperations(Store store, Clock clock) {
    /** Region and account of a service that has neither, as DynamoDB Local writes them. */
    private static final String ARN_PREFIX = "arn:aws:dynamodb:ddblocal:000000000000:table/";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{3,255}");
    private static final int MAX_TABLES_PER_PAGE = 100;
    private static final Set<ScalarAttributeType> KEY_TYPES = ScalarAttributeType.knownValues();

    CreateTableResponse create(CreateTableRequest request) {
        refuseUnsupported(request);
        if (request.tableName() == null || !NAME.matcher(request.tableName()).matches()) {
            throw Errors.validation("Invalid table/index name. Table/index names must be between 3 and 255 characters "
                    + "long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'");
        }
        List<KeyAttribute> keys = keys(request.keySchema(), request.attributeDefinitions());
        Table table = store.tables().create(new Table(0, request.tableName(), keys.get(0),
                keys.stream().skip(1).findFirst(), clock.instant(), throughput(request), Optional.empty()));
        return CreateTableResponse.builder().tableDescription(describe(table, TableStatus.ACTIVE)).build();
    }

    private static void refuseUnsupported(CreateTableRequest request) {
        Errors.refuse(request.hasGlobalSecondaryIndexes(), "GlobalSecondaryIndexes");
        Errors.refuse(request.hasLocalSecondaryIndexes(), "LocalSecondaryIndexes");
        Errors.refuse(request.streamSpecification() != null
                && Boolean.TRUE.equals(request.streamSpecification().streamEnabled()), "StreamSpecification");
        Errors.refuse(Boolean.TRUE.equals(request.deletionProtectionEnabled()), "DeletionProtectionEnabled");
        Errors.refuse(request.sseSpecification() != null, "SSESpecification");
        Errors.refuse(request.hasTags(), "Tags");
        Errors.refuse(request.tableClass() != null, "TableClass");
        Errors.refuse(request.resourcePolicy() != null, "ResourcePolicy");
        Errors.refuse(request.onDemandThroughput() != null, "OnDemandThroughput");
        Errors.refuse(request.warmThroughput() != null, "WarmThroughput");
    }

    private static List<KeyAttribute> keys(List<KeySchemaElement> schema, List<AttributeDefinition> definitions) {
        Map<String, ScalarAttributeType> types = new HashMap<>();
        for (AttributeDefinition definition : definitions) {
            if (!KEY_TYPES.contains(definition.attributeType())) {
                throw Errors.validation("1 validation error detected: Value '" + definition.attributeTypeAsString()
                        + "' at 'attributeDefinitions' failed to satisfy constraint: Member must satisfy enum value "
                        + "set: [B, N, S]");
            }
            types.put(definition.attributeName(), definition.attributeType());
        }
        if (schema.isEmpty() || schema.size() > 2 || schema.get(0).keyType() != KeyType.HASH) {
            throw Errors.invalidParameter("Invalid KeySchema: The first KeySchemaElement is not a HASH key type");
        }
        if (schema.size() == 2 && schema.get(1).keyType() != KeyType.RANGE) {
            throw Errors.invalidParameter("Invalid KeySchema: The second KeySchemaElement is not a RANGE key type");
        }
        List<String> names = schema.stream().map(KeySchemaElement::attributeName).toList();
        if (names.stream().distinct().count() < names.size()) {
            throw Errors.invalidParameter("Invalid KeySchema: Both the Hash Key and the Range Key element in the "
                    + "KeySchema have the same name");
        }
        if (!types.keySet().containsAll(names)) {
            throw Errors.invalidParameter("Some index key attributes are not defined in AttributeDefinitions. Keys: "
                    + names + ", AttributeDefinitions: " + types.keySet());
        }
        if (types.size() != names.size()) {
            throw Errors.invalidParameter("Number of attributes in KeySchema does not exactly match number of "
                    + "attributes defined in AttributeDefinitions");
        }
        return Stream.of(KeyAttribute.Role.values()).limit(names.size()).map(role -> {
            String name = names.get(role.ordinal());
            return new KeyAttribute(name, types.get(name), role);
        }).toList();
    }

    private static Optional<Table.Throughput> throughput(CreateTableRequest request) {
        boolean onDemand = request.billingMode() == BillingMode.PAY_PER_REQUEST;
        if (onDemand && request.provisionedThroughput() != null) {
            throw Errors.invalidParameter("Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when "
                    + "BillingMode is PAY_PER_REQUEST");
        }
        ProvisionedThroughput given = request.provisionedThroughput();
        if (!onDemand && (given == null || given.readCapacityUnits() == null || given.writeCapacityUnits() == null)) {
            throw Errors.invalidParameter("ReadCapacityUnits and WriteCapacityUnits must both be specified when "
                    + "BillingMode is PROVISIONED");
        }
        return Optional.ofNullable(given)
                .map(units -> new Table.Throughput(units.readCapacityUnits(), units.writeCapacityUnits()));
    }

    DescribeTableResponse describe(DescribeTableRequest request) {
        Table table = store.tables().describe(request.tableName());
        return DescribeTableResponse.builder().table(describe(table, TableStatus.ACTIVE)).build();
    }

    private static TableDescription describe(Table table, TableStatus status) {
        TableDescription.Builder description = TableDescription.builder()
                .tableName(table.name())
                .tableArn(ARN_PREFIX + table.name())
                .tableStatus(status)
                .creationDateTime(table.createdAt())
                .keySchema(table.keyAttributes().stream().map(key -> KeySchemaElement.builder()
                        .attributeName(key.name()).keyType(key.role().name()).build()).toList())
                .attributeDefinitions(table.keyAttributes().stream().map(key -> AttributeDefinition.builder()
                        .attributeName(key.name()).attributeType(key.type()).build()).toList())
                .provisionedThroughput(units -> units.numberOfDecreasesToday(0L)
                        .readCapacityUnits(table.throughput().map(Table.Throughput::readUnits).orElse(0L))
                        .writeCapacityUnits(table.throughput().map(Table.Throughput::writeUnits).orElse(0L)));
        if (table.throughput().isEmpty()) {
            description.billingModeSummary(billing -> billing.billingMode(BillingMode.PAY_PER_REQUEST)
                    .lastUpdateToPayPerRequestDateTime(table.createdAt()));
        }
        return description.build();
    }

    DeleteTableResponse delete(DeleteTableRequest request) {
        Table table = store.tables().delete(request.tableName(), store.items());
        return DeleteTableResponse.builder().tableDescription(describe(table, TableStatus.DELETING)).build();
    }

    ListTablesResponse list(ListTablesRequest request) {
        int limit = request.limit() == null ? MAX_TABLES_PER_PAGE : request.limit();
        if (limit < 1 || limit > MAX_TABLES_PER_PAGE) {
            throw Errors.validation("1 validation error detected: Value '" + limit + "' at 'limit' failed to satisfy "
                    + "constraint: Member must have value " + (limit < 1 ? "greater than or equal to 1"
                    : "less than or equal to " + MAX_TABLES_PER_PAGE));
        }
        String after = request.exclusiveStartTableName() == null ? "" : request.exclusiveStartTableName();
        List<String> names = store.tables().all().tailMap(after, false).keySet().stream().limit(limit + 1L).toList();
        return names.size() <= limit
                ? ListTablesResponse.builder().tableNames(names).build()
                : ListTablesResponse.builder().tableNames(names.subList(0, limit))
                        .lastEvaluatedTableName(names.get(limit - 1)).build();
    }

    UpdateTimeToLiveResponse updateTimeToLive(UpdateTimeToLiveRequest request) {
        Table table = store.tables().describe(request.tableName());
        TimeToLiveSpecification wanted = request.timeToLiveSpecification();
        Errors.require(wanted, "TimeToLiveSpecification");
        Errors.require(wanted.enabled(), "TimeToLiveSpecification.Enabled");
        Errors.require(wanted.attributeName(), "TimeToLiveSpecification.AttributeName");
        if (!wanted.enabled() && table.expiryAttribute().isEmpty()) {
            throw Errors.validation("TimeToLive is already disabled");
        }
        if (table.expiryAttribute().isPresent() && !table.expiryAttribute().get().equals(wanted.attributeName())) {
            throw Errors.validation("TimeToLive is active on a different AttributeName: current AttributeName is "
                    + table.expiryAttribute().get());
        }
        if (wanted.enabled() && table.expiryAttribute().isPresent()) {
            throw Errors.validation("TimeToLive is already enabled");
        }
        store.tables().setExpiryAttribute(table,
                wanted.enabled() ? Optional.of(wanted.attributeName()) : Optional.empty(), store.items());
        return UpdateTimeToLiveResponse.builder().timeToLiveSpecification(wanted).build();
    }

    DescribeTimeToLiveResponse describeTimeToLive(DescribeTimeToLiveRequest request) {
        TimeToLiveDescription.Builder description = TimeToLiveDescription.builder();
        store.tables().describe(request.tableName()).expiryAttribute().ifPresentOrElse(
                attribute -> description.timeToLiveStatus(TimeToLiveStatus.ENABLED).attributeName(attribute),
                () -> description.timeToLiveStatus(TimeToLiveStatus.DISABLED));
        return DescribeTimeToLiveResponse.builder().timeToLiveDescription(description.build()).build();
    }
}
