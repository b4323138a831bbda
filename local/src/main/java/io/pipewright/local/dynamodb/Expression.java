package io.pipewright.local.dynamodb;

import java.util.List;
import java.util.Set;

/**
 * A parsed expression, independent of any request's names and values.
 *
 * @param kind the request's parameter, which begins every message about the expression
 * @param paths the document paths that it mentions
 * @param names the name placeholders that it uses, with their {@code #}
 * @param values the value placeholders that it uses, with their {@code :}
 */
record Expression<T>(Kind kind, T content, List<Path> paths, Set<String> names, Set<String> values) {
    enum Kind {
        CONDITION("ConditionExpression"),
        FILTER("FilterExpression"),
        KEY_CONDITION("KeyConditionExpression"),
        PROJECTION("ProjectionExpression");

        private final String parameter;

        Kind(String parameter) {
            this.parameter = parameter;
        }

        /** The request's parameter of this kind. */
        String parameter() {
            return parameter;
        }

        /** DynamoDB's error for an expression of this kind. */
        RuntimeException invalid(String message) {
            return Errors.validation("Invalid " + parameter + ": " + message);
        }
    }
}
