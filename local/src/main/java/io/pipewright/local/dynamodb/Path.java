package io.pipewright.local.dynamodb;

import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue.Type;

/** A document path of an expression, such as {@code a.#b[2]}; its first step is a field. */
record Path(List<Step> steps) implements Operand {
    sealed interface Step permits Field, Element {
    }

    /** @param name an attribute name, or a placeholder for one ({@code #n}) */
    record Field(String name) implements Step {
    }

    record Element(int index) implements Step {
    }

    /** The attribute's name if the path is a top-level attribute; refuses nested paths as {@code use}. */
    String topLevelName(Scope scope, String use) {
        Errors.refuse(steps.size() > 1, "nested paths in " + use);
        return attribute(scope);
    }

    /** The name of the top-level attribute in which the path begins. */
    String attribute(Scope scope) {
        return scope.name(((Field) steps.get(0)).name());
    }

    @Override
    public AttributeValue in(Map<String, AttributeValue> item, Scope scope) {
        AttributeValue value = item.get(attribute(scope));
        for (int i = 1; i < steps.size() && value != null; i++) {
            value = steps.get(i) instanceof Element element
                    ? element(value, element.index())
                    : field(value, scope.name(((Field) steps.get(i)).name()));
        }
        return value;
    }

    private static AttributeValue field(AttributeValue value, String name) {
        return value.type() == Type.M ? value.m().get(name) : null;
    }

    private static AttributeValue element(AttributeValue value, int index) {
        return value.type() == Type.L && index < value.l().size() ? value.l().get(index) : null;
    }

    /** The path as DynamoDB's messages print it: {@code [a, b, [2]]}. */
    String describe(Scope scope) {
        return steps.stream()
                .map(step -> step instanceof Element element
                        ? "[" + element.index() + "]"
                        : scope.name(((Field) step).name()))
                .toList().toString();
    }
}
