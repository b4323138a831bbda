package io.pipewright.local.dynamodb;

import io.pipewright.local.database.Database;
import java.time.Clock;
import java.time.Duration;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.CreateTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DeleteTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeTimeToLiveResponse;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ListTablesRequest;
import software.amazon.awssdk.services.dynamodb.model.ListTablesResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsRequest;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItemsResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateTimeToLiveResponse;
import software.amazon.awssdk.services.dynamodb.waiters.DynamoDbWaiter;

/**
 * DynamoDB in the data directory's database. An answered write is as durable as the database's own writes; every read
 * sees every write that was answered before it. Safe for use by many threads.
 *
 * <p>What it implements it does with DynamoDB's rules, limits and error texts. Every other operation, and every other
 * parameter of an implemented one, throws {@link UnsupportedOperationException}. Writes happen one at a time, so
 * nothing is ever throttled and no transaction conflicts with another.
 */
public final class LocalDynamoDb implements DynamoDbClient {
    private static final int ITEMS_PER_SWEEP = 500;
    /** An item that expired longer ago stays: DynamoDB takes the number for a mistake ("Working with TTL"). */
    private static final Duration OLDEST_EXPIRY = Duration.ofDays(5 * 365L);

    private final Store store;
    private final Clock clock;
    private final TableOperations tableOperations;
    private final ItemOperations itemOperations;
    private final QueryOperation queryOperation;
    private final BatchOperations batchOperations;
    private final TransactionOperation transactionOperation;

    /**
     * Takes over the tables that the database holds.
     *
     * @param database stays open when this client is closed
     * @param clock tells when tables were created and which items have expired
     */
    public LocalDynamoDb(Database database, Clock clock) {
        this.store = Store.open(database);
        this.clock = clock;
        this.tableOperations = new TableOperations(store, clock);
        this.itemOperations = new ItemOperations(store);
        this.queryOperation = new QueryOperation(store);
        this.batchOperations = new BatchOperations(store);
        this.transactionOperation = new TransactionOperation(store);
    }

    /**
     * Deletes the items whose time to live has passed. Until then they are read and written like any other, as in
     * DynamoDB, which takes up to some days. Works in short writes, so that others go on meanwhile.
     *
     * @return how many items it deleted
     */
    public int sweep() {
        long now = clock.instant().getEpochSecond();
        return store.tables().all().values().stream()
                .filter(table -> table.expiryAttribute().isPresent())
                .mapToInt(table -> sweep(table, now)).sum();
    }

    private int sweep(Table table, long now) {
        int total = 0;
        int deleted;
        do {
            deleted = store.database().write(session -> store.items().deleteExpired(
                    session, table, now - OLDEST_EXPIRY.toSeconds(), now, ITEMS_PER_SWEEP));
            total += deleted;
        } while (deleted == ITEMS_PER_SWEEP);
        return total;
    }

    @Override
    public CreateTableResponse createTable(CreateTableRequest request) {
        return tableOperations.create(request);
    }

    @Override
    public DescribeTableResponse describeTable(DescribeTableRequest request) {
        return tableOperations.describe(request);
    }

    @Override
    public DeleteTableResponse deleteTable(DeleteTableRequest request) {
        return tableOperations.delete(request);
    }

    @Override
    public ListTablesResponse listTables(ListTablesRequest request) {
        return tableOperations.list(request);
    }

    @Override
    public UpdateTimeToLiveResponse updateTimeToLive(UpdateTimeToLiveRequest request) {
        return tableOperations.updateTimeToLive(request);
    }

    @Override
    public DescribeTimeToLiveResponse describeTimeToLive(DescribeTimeToLiveRequest request) {
        return tableOperations.describeTimeToLive(request);
    }

    @Override
    public GetItemResponse getItem(GetItemRequest request) {
        return itemOperations.get(request);
    }

    @Override
    public PutItemResponse putItem(PutItemRequest request) {
        return itemOperations.put(request);
    }

    @Override
    public DeleteItemResponse deleteItem(DeleteItemRequest request) {
        return itemOperations.delete(request);
    }

    @Override
    public QueryResponse query(QueryRequest request) {
        return queryOperation.query(request);
    }

    @Override
    public BatchGetItemResponse batchGetItem(BatchGetItemRequest request) {
        return batchOperations.get(request);
    }

    @Override
    public BatchWriteItemResponse batchWriteItem(BatchWriteItemRequest request) {
        return batchOperations.write(request);
    }

    @Override
    public TransactWriteItemsResponse transactWriteItems(TransactWriteItemsRequest request) {
        return transactionOperation.write(request);
    }

    /** Refused: items are written whole. */
    @Override
    public UpdateItemResponse updateItem(UpdateItemRequest request) {
        throw Errors.unsupported("UpdateItem; write the whole item with a condition");
    }

    /** Refused: every read names its key. */
    @Override
    public ScanResponse scan(ScanRequest request) {
        throw Errors.unsupported("Scan; query by key");
    }

    @Override
    public DynamoDbWaiter waiter() {
        return DynamoDbWaiter.builder().client(this).build();
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    /** Does nothing: the database belongs to whoever opened it. */
    @Override
    public void close() {
        // Nothing is held.
    }
}
