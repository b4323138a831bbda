package io.pipewright.local.dynamodb;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The names and values that one request gives to its expressions. Every expression of the request is taken through
 * here, and each name and value has to be used by one of them ({@link #requireAllUsed}).
 */
final class Scope {
    private static final Pattern NAME = Pattern.compile("#[0-9a-zA-Z_]+");
    private static final Pattern VALUE = Pattern.compile(":[0-9a-zA-Z_]+");

    private final Map<String, String> names;
    private final Map<String, AttributeValue> values;
    private final Set<String> unusedNames;
    private final Set<String> unusedValues;

    private Scope(Map<String, String> names, Map<String, AttributeValue> values) {
        this.names = names;
        this.values = values;
        this.unusedNames = new HashSet<>(names.keySet());
        this.unusedValues = new HashSet<>(values.keySet());
    }

    /** @param expressions whether the request has any expression; without one it may have neither names nor values */
    static Scope of(Map<String, String> names, Map<String, AttributeValue> values, boolean expressions) {
        if (!expressions && !names.isEmpty()) {
            throw Errors.validation("ExpressionAttributeNames can only be specified when using expressions");
        }
        if (!expressions && !values.isEmpty()) {
            throw Errors.validation("ExpressionAttributeValues can only be specified when using expressions: "
                    + "ConditionExpression is null");
        }
        requireKeys("ExpressionAttributeNames", NAME, names.keySet());
        requireKeys("ExpressionAttributeValues", VALUE, values.keySet());
        Map<String, AttributeValue> normalised = new HashMap<>(values.size() * 2);
        values.forEach((name, value) -> normalised.put(name, normalise(name, value)));
        return new Scope(names, normalised);
    }

    private static void requireKeys(String parameter, Pattern pattern, Set<String> keys) {
        for (String key : keys) {
            if (!pattern.matcher(key).matches()) {
                throw Errors.validation(parameter + " contains invalid key: Syntax error; key: \"" + key + "\"");
            }
        }
    }

    private static AttributeValue normalise(String name, AttributeValue value) {
        try {
            return AttributeValues.normalise(value);
        } catch (AwsServiceException e) {
            throw Errors.validation("ExpressionAttributeValues contains invalid value: "
                    + e.awsErrorDetails().errorMessage() + " for key " + name);
        }
    }

    /** The attribute name behind a field of a path: itself, or what its placeholder stands for. */
    String name(String field) {
        return field.startsWith("#") ? names.get(field) : field;
    }

    AttributeValue value(String placeholder) {
        return values.get(placeholder);
    }

    /** The expression's content once its names and values are known to be there. */
    <T> T use(Expression<T> expression) {
        for (String name : expression.names()) {
            if (!names.containsKey(name)) {
                throw expression.kind().invalid(
                        "An expression attribute name used in the document path is not defined; attribute name: "
                                + name);
            }
        }
        for (String value : expression.values()) {
            if (!values.containsKey(value)) {
                throw expression.kind().invalid(
                        "An expression attribute value used in expression is not defined; attribute value: " + value);
            }
        }
        unusedNames.removeAll(expression.names());
        unusedValues.removeAll(expression.values());
        return expression.content();
    }

    /** As {@link #use}, for a condition, whose operands are checked too. */
    Condition check(Expression<Condition> expression) {
        Condition condition = use(expression);
        try {
            condition.check(this);
        } catch (AwsServiceException e) {
            throw expression.kind().invalid(e.awsErrorDetails().errorMessage());
        }
        return condition;
    }

    void requireAllUsed() {
        requireUsed("ExpressionAttributeNames", unusedNames);
        requireUsed("ExpressionAttributeValues", unusedValues);
    }

    private static void requireUsed(String parameter, Set<String> unused) {
        if (!unused.isEmpty()) {
            throw Errors.validation("Value provided in " + parameter + " unused in expressions: keys: {"
                    + String.join(", ", new TreeSet<>(unused)) + "}");
        }
    }
}
