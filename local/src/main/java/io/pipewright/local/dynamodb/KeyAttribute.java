package io.pipewright.local.dynamodb;

import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue.Type;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** A table's partition or sort key. Sizes are "Quotas in Amazon DynamoDB": 2048 and 1024 bytes. */
record KeyAttribute(String name, ScalarAttributeType type, Role role) {
    enum Role {
        HASH(2048, "Size of hashkey has exceeded the maximum size limit of2048 bytes"),
        RANGE(1024, "Aggregated size of all range keys has exceeded the size limit of 1024 bytes");

        private final int maxBytes;
        private final String tooLong;

        Role(int maxBytes, String tooLong) {
            this.maxBytes = maxBytes;
            this.tooLong = tooLong;
        }
    }

    boolean accepts(AttributeValue value) {
        return value.type() == Type.valueOf(type.name());
    }

    /** The index bytes of a value of this attribute's type; refuses an empty or too long one. */
    byte[] encode(AttributeValue value) {
        byte[] bytes = KeyEncoding.encode(value);
        if (bytes.length == 0) {
            throw Errors.validation("One or more parameter values are not valid. The AttributeValue for a key "
                    + "attribute cannot contain an empty " + (type == ScalarAttributeType.B ? "binary" : "string")
                    + " value. Key: " + name);
        }
        if (bytes.length > role.maxBytes) {
            throw Errors.invalidParameter(role.tooLong);
        }
        return bytes;
    }
}
