package io.pipewright.local.watch;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;

/**
 * Counts by function what AWS bills for. DynamoDB's units are those of "Provisioned capacity mode" and "DynamoDB Item sizes and
 * formats" in its Developer Guide: a write takes one for each begun KB of the larger of the item before and after, whether its
 * condition holds or not; a strongly consistent read one for each begun 4 KB of what it finds.
 */
public final class Meter implements Watch {
    private static final int WRITTEN = 1024;
    private static final int READ = 4096;

    /** What is counted. */
    public enum Count {
        /** Of the function, by machines and events. */
        INVOCATIONS,
        /** To any service. */
        CALLS,
        /** Items written or deleted: the write units, were no item larger than 1 KB. */
        WRITES,
        WRITE_UNITS,
        READ_UNITS,
        /** Published. */
        EVENTS
    }

    private final Map<String, Map<Count, Long>> counts = new HashMap<>();
    private final Map<List<AttributeValue>, Integer> sizes = new HashMap<>();

    /** What a function has used since it was last asked. */
    public synchronized Map<Count, Long> take(String function) {
        Map<Count, Long> taken = counts.remove(function);
        return taken == null ? new EnumMap<>(Count.class) : taken;
    }

    private void add(String function, Count count, long amount) {
        counts.computeIfAbsent(function, name -> new EnumMap<>(Count.class)).merge(count, amount, Long::sum);
    }

    @Override
    public synchronized void invoked(String function) {
        add(function, Count.INVOCATIONS, 1);
    }

    @Override
    public synchronized void pulled(String function, String repository) {
        add(function, Count.CALLS, 1);
    }

    @Override
    public synchronized void called(String function, SdkRequest request, Object answer) {
        add(function, Count.CALLS, 1);
        if (request instanceof PutItemRequest put) {
            written(function, key(put.item()), size(put.item()), !(answer instanceof RuntimeException));
        } else if (request instanceof DeleteItemRequest delete) {
            written(function, key(delete.key()), 0, !(answer instanceof RuntimeException));
        } else if (request instanceof PutEventsRequest events) {
            add(function, Count.EVENTS, events.entries().size());
        } else if (answer instanceof GetItemResponse got) {
            add(function, Count.READ_UNITS, units(size(got.item()), READ));
        } else if (answer instanceof QueryResponse found) {
            add(function, Count.READ_UNITS, units(found.items().stream().mapToInt(Meter::size).sum(), READ));
        } else if (answer instanceof BatchGetItemResponse found) {
            found.responses().values().stream().flatMap(Collection::stream)
                    .forEach(item -> add(function, Count.READ_UNITS, units(size(item), READ)));
        }
    }

    private void written(String function, List<AttributeValue> key, int size, boolean done) {
        add(function, Count.WRITES, 1);
        add(function, Count.WRITE_UNITS, units(Math.max(size, sizes.getOrDefault(key, 0)), WRITTEN));
        if (done) {
            sizes.put(key, size);
        }
    }

    private static List<AttributeValue> key(Map<String, AttributeValue> item) {
        return List.of(item.get("pk"), item.get("sk"));
    }

    private static int units(int bytes, int unit) {
        return Math.max(1, (bytes + unit - 1) / unit);
    }

    /** Of the three kinds of attributes that the store writes. */
    private static int size(Map<String, AttributeValue> item) {
        return item.entrySet().stream().mapToInt(entry -> bytes(entry.getKey()) + size(entry.getValue())).sum();
    }

    private static int size(AttributeValue value) {
        if (value.b() != null) {
            return value.b().asByteArrayUnsafe().length;
        }
        return value.n() != null ? value.n().length() / 2 + 2 : bytes(value.s());
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
