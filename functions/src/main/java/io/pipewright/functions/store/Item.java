package io.pipewright.functions.store;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** An item without its key attributes. */
record Item(Key key, Map<String, AttributeValue> attributes) {

    static Item at(Key key) {
        return new Item(key, Map.of());
    }

    Item with(String name, AttributeValue value) {
        Map<String, AttributeValue> more = new HashMap<>(attributes);
        more.put(name, value);
        return new Item(key, more);
    }

    Item with(String name, String value) {
        return with(name, Table.string(value));
    }

    Item with(String name, long value) {
        return with(name, Table.number(value));
    }

    String text(String name) {
        return attributes.get(name).s();
    }

    Optional<String> optionalText(String name) {
        return Optional.ofNullable(attributes.get(name)).map(AttributeValue::s);
    }

    long number(String name) {
        AttributeValue value = attributes.get(name);
        return value == null ? 0 : Long.parseLong(value.n());
    }
}
