package io.pipewright.local.dynamodb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** Query: one partition's items in order of their sort keys, by pages. */
record QueryOperation(Store store) {
    /** A page ends with the item that reaches this size. */
    private static final int MAX_PAGE_BYTES = 1024 * 1024;

    QueryResponse query(QueryRequest request) {
        refuseUnsupported(request);
        if (request.keyConditionExpression() == null) {
            throw Errors.validation(
                    "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.");
        }
        if (request.limit() != null && request.limit() < 1) {
            throw Errors.validation("1 validation error detected: Value '" + request.limit() + "' at 'limit' failed to "
                    + "satisfy constraint: Member must have value greater than or equal to 1");
        }
        if (request.select() == Select.COUNT && request.projectionExpression() != null) {
            throw Errors.validation("1 validation error detected: Cannot specify the ProjectionExpression when "
                    + "choosing to get only the Count");
        }
        Table table = store.tables().get(request.tableName());
        Scope scope = Scope.of(request.expressionAttributeNames(), request.expressionAttributeValues(), true);
        KeyCondition keys = KeyCondition.of(table, scope.check(store.expressions()
                .condition(Expression.Kind.KEY_CONDITION, request.keyConditionExpression())), scope);
        Optional<Condition> filter = Optional.ofNullable(request.filterExpression())
                .map(text -> filter(table, text, scope));
        UnaryOperator<Map<String, AttributeValue>> projection =
                Projection.of(store, request.projectionExpression(), scope);
        scope.requireAllUsed();
        boolean ascending = !Boolean.FALSE.equals(request.scanIndexForward());
        KeyRange range = request.hasExclusiveStartKey()
                ? keys.range().beyond(startKey(table, keys, request.exclusiveStartKey()), ascending)
                : keys.range();

        Page page = new Page(request.limit() == null ? Integer.MAX_VALUE : request.limit(),
                item -> filter.isEmpty() || filter.get().holds(item, scope));
        store.database().read(session -> {
            store.items().each(session, table, keys.hash(), range, ascending, page::add);
            return null;
        });
        return page.response(table, request.select() == Select.COUNT ? Optional.empty() : Optional.of(projection));
    }

    private static void refuseUnsupported(QueryRequest request) {
        Refusals.consumption(request.returnConsumedCapacity(), null);
        Refusals.legacyConditions(false, request.conditionalOperatorAsString());
        Errors.refuse(request.indexName() != null, "IndexName");
        Errors.refuse(request.hasKeyConditions(), "KeyConditions");
        Errors.refuse(request.hasQueryFilter(), "QueryFilter");
        Errors.refuse(request.hasAttributesToGet(), "AttributesToGet");
        Errors.refuse(request.select() == Select.ALL_PROJECTED_ATTRIBUTES, "Select ALL_PROJECTED_ATTRIBUTES");
        Errors.refuse(request.select() == Select.SPECIFIC_ATTRIBUTES && request.projectionExpression() == null,
                "Select SPECIFIC_ATTRIBUTES without a ProjectionExpression");
    }

    private Condition filter(Table table, String text, Scope scope) {
        Expression<Condition> expression = store.expressions().condition(Expression.Kind.FILTER, text);
        Condition filter = scope.check(expression);
        expression.paths().stream().map(path -> path.attribute(scope)).filter(table::isKey).findFirst()
                .ifPresent(attribute -> {
                    throw Errors.validation("Filter Expression can only contain non-primary key attributes: "
                            + "Primary key attribute: " + attribute);
                });
        return filter;
    }

    private static byte[] startKey(Table table, KeyCondition keys, Map<String, AttributeValue> named) {
        PrimaryKey start = table.keyOfRequest(named);
        if (!start.equals(new PrimaryKey(keys.hash(), start.range()))) {
            throw Errors.validation(
                    "The provided starting key is outside query boundaries based on provided conditions");
        }
        if (table.range().isPresent() && !keys.range().contains(start.range())) {
            throw Errors.validation("The provided starting key does not match the range key predicate");
        }
        return start.range();
    }

    /** A page while it is read. Limit and size count every item that was looked at, whatever the filter says. */
    private static final class Page {
        private final int limit;
        private final Predicate<Map<String, AttributeValue>> filter;
        private final List<Map<String, AttributeValue>> items = new ArrayList<>();
        private Map<String, AttributeValue> last = Map.of();
        private int scanned;
        private int bytes;

        private Page(int limit, Predicate<Map<String, AttributeValue>> filter) {
            this.limit = limit;
            this.filter = filter;
        }

        /** Takes the item; false if the page is full then. */
        private boolean add(Map<String, AttributeValue> item) {
            scanned++;
            bytes += AttributeValues.size(item);
            last = item;
            if (filter.test(item)) {
                items.add(item);
            }
            return !isFull();
        }

        private boolean isFull() {
            return scanned >= limit || bytes >= MAX_PAGE_BYTES;
        }

        /** @param projection empty if the caller wants the count only */
        private QueryResponse response(Table table, Optional<UnaryOperator<Map<String, AttributeValue>>> projection) {
            QueryResponse.Builder response = QueryResponse.builder().count(items.size()).scannedCount(scanned);
            projection.ifPresent(kept -> response.items(items.stream().map(kept).toList()));
            if (isFull()) {
                response.lastEvaluatedKey(table.keyAttributes(last));
            }
            return response.build();
        }
    }
}
