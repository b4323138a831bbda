package io.pipewright.local.dynamodb;

import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What a condition compares. */
sealed interface Operand permits Path, Operand.Value, Operand.Size {

    /** The operand's value for this item, null if the item has none. */
    AttributeValue in(Map<String, AttributeValue> item, Scope scope);

    /** A value of the request. @param placeholder its name with the colon */
    record Value(String placeholder) implements Operand {
        @Override
        public AttributeValue in(Map<String, AttributeValue> item, Scope scope) {
            return scope.value(placeholder);
        }
    }

    /** {@code size(path)}: characters, bytes or members. Numbers, booleans and nulls have none. */
    record Size(Path path) implements Operand {
        @Override
        public AttributeValue in(Map<String, AttributeValue> item, Scope scope) {
            AttributeValue value = path.in(item, scope);
            return value == null ? null : size(value);
        }

        private static AttributeValue size(AttributeValue value) {
            return switch (value.type()) {
                case S -> number(value.s().length());
                case B -> number(value.b().asByteArrayUnsafe().length);
                case SS -> number(value.ss().size());
                case NS -> number(value.ns().size());
                case BS -> number(value.bs().size());
                case L -> number(value.l().size());
                case M -> number(value.m().size());
                case N, BOOL, NUL, UNKNOWN_TO_SDK_VERSION -> null;
            };
        }

        private static AttributeValue number(int size) {
            return AttributeValue.fromN(Integer.toString(size));
        }
    }
}
