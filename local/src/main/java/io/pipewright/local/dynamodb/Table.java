package io.pipewright.local.dynamodb;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue.Type;

/**
 * A table's definition.
 *
 * @param id never given to another table, even one of the same name
 * @param throughput empty for on-demand billing
 * @param expiryAttribute the attribute of the time to live, empty if it is off
 */
record Table(long id, String name, KeyAttribute hash, Optional<KeyAttribute> range, Instant createdAt,
             Optional<Throughput> throughput, Optional<String> expiryAttribute) {
    private static final byte[] NO_RANGE = {};
    /** Every number of so many digits fits in a long. */
    private static final int MAX_EXPIRY_DIGITS = 18;

    /** Units of provisioned capacity: described, not enforced. */
    record Throughput(long readUnits, long writeUnits) {
    }

    List<KeyAttribute> keyAttributes() {
        List<KeyAttribute> attributes = new ArrayList<>(List.of(hash));
        range.ifPresent(attributes::add);
        return attributes;
    }

    boolean isKey(String attribute) {
        return keyAttributes().stream().anyMatch(key -> key.name().equals(attribute));
    }

    /** The key of a whole item, which has to hold its key attributes. */
    PrimaryKey keyOfItem(Map<String, AttributeValue> item) {
        for (KeyAttribute key : keyAttributes()) {
            AttributeValue value = item.get(key.name());
            if (value == null) {
                throw Errors.invalidParameter("Missing the key " + key.name() + " in the item");
            }
            if (!key.accepts(value)) {
                throw Errors.invalidParameter("Type mismatch for key " + key.name() + " expected: " + key.type()
                        + " actual: " + AttributeValues.typeName(value));
            }
        }
        return key(item);
    }

    /** The key that a request names, which has to be the key attributes and nothing else. */
    PrimaryKey keyOfRequest(Map<String, AttributeValue> named) {
        Map<String, AttributeValue> attributes = AttributeValues.normalise(named);
        List<KeyAttribute> keys = keyAttributes();
        boolean matches = attributes.size() == keys.size() && keys.stream().allMatch(
                key -> attributes.containsKey(key.name()) && key.accepts(attributes.get(key.name())));
        if (!matches) {
            throw Errors.validation("The provided key element does not match the schema");
        }
        return key(attributes);
    }

    private PrimaryKey key(Map<String, AttributeValue> item) {
        byte[] hashBytes = hash.encode(item.get(hash.name()));
        return new PrimaryKey(hashBytes,
                range.map(attribute -> attribute.encode(item.get(attribute.name()))).orElse(NO_RANGE));
    }

    /** The key attributes of an item. */
    Map<String, AttributeValue> keyAttributes(Map<String, AttributeValue> item) {
        Map<String, AttributeValue> key = new LinkedHashMap<>();
        keyAttributes().forEach(attribute -> key.put(attribute.name(), item.get(attribute.name())));
        return key;
    }

    /** When the item expires, in epoch seconds; null if the time to live's attribute is not a number that fits. */
    Long expiry(Map<String, AttributeValue> item) {
        return expiryAttribute.map(item::get)
                .filter(value -> value.type() == Type.N)
                .map(value -> new BigDecimal(value.n()))
                .filter(seconds -> Numbers.power(seconds) < MAX_EXPIRY_DIGITS)
                .map(BigDecimal::longValue).orElse(null);
    }
}
