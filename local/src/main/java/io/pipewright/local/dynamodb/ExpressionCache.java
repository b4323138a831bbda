package io.pipewright.local.dynamodb;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Parsed expressions by text: programs use a few texts over and over. */
final class ExpressionCache {
    /** Bounds the memory against callers that write values into the text; forgetting costs only time. */
    private static final int CAPACITY = 1000;

    private record Key(Expression.Kind kind, String text) {
    }

    private final Map<Key, Expression<Condition>> conditions = new ConcurrentHashMap<>();
    private final Map<String, Expression<List<Path>>> projections = new ConcurrentHashMap<>();

    Expression<Condition> condition(Expression.Kind kind, String text) {
        return cached(conditions, new Key(kind, text), () -> ExpressionParser.condition(kind, text));
    }

    Expression<List<Path>> projection(String text) {
        return cached(projections, text, () -> ExpressionParser.projection(text));
    }

    private static <K, V> V cached(Map<K, V> cache, K key, Supplier<V> parse) {
        V known = cache.get(key);
        if (known != null) {
            return known;
        }
        V parsed = parse.get();
        if (cache.size() >= CAPACITY) {
            cache.clear();
        }
        cache.put(key, parsed);
        return parsed;
    }
}
