package io.pipewright.local.dynamodb;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The top-level attributes that a request asks for; nested paths are refused by name. */
final class Projection {
    private Projection() {
    }

    /** @param text the projection expression, null for all attributes */
    static UnaryOperator<Map<String, AttributeValue>> of(Store store, String text, Scope scope) {
        return Optional.ofNullable(text).map(given -> {
            Set<String> wanted = new HashSet<>();
            for (Path path : scope.use(store.expressions().projection(given))) {
                if (!wanted.add(path.topLevelName(scope, Expression.Kind.PROJECTION.parameter()))) {
                    throw Expression.Kind.PROJECTION.invalid("Two document paths overlap with each other; must remove "
                            + "or rewrite one of these paths; path one: " + path.describe(scope) + ", path two: "
                            + path.describe(scope));
                }
            }
            return keeping(wanted);
        }).orElse(UnaryOperator.identity());
    }

    private static UnaryOperator<Map<String, AttributeValue>> keeping(Set<String> wanted) {
        return item -> {
            Map<String, AttributeValue> kept = new LinkedHashMap<>(item);
            kept.keySet().retainAll(wanted);
            return kept;
        };
    }
}
