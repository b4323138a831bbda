package io.pipewright.local.dynamodb;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.Arrays;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue.Type;

/**
 * Key values as bytes whose unsigned order is DynamoDB's order of the values, so that the database's index sorts and
 * cuts ranges by itself. Texts are their UTF-8, binaries themselves. A number is
 *
 * <ul>
 *   <li>its sign: 1 negative, 2 zero, 3 positive,
 *   <li>the power of ten of its first digit, from 0 for 1E-130,
 *   <li>its digits, two to a byte, each pair plus one, so that no digit byte is zero.
 * </ul>
 *
 * <p>A negative number has the power and the digits complemented and ends with 0xFF, above every complemented pair, so
 * that -1.1 comes before -1. The type is not part of the bytes: a key attribute has one type.
 */
final class KeyEncoding {
    private static final int NEGATIVE = 1;
    private static final int ZERO = 2;
    private static final int POSITIVE = 3;
    private static final int END_OF_NEGATIVE = 0xFF;

    private KeyEncoding() {
    }

    /** The bytes of a normalised text, number or binary. */
    static byte[] encode(AttributeValue value) {
        return value.type() == Type.N ? encode(Numbers.parse(value.n())) : AttributeValues.bytes(value);
    }

    private static byte[] encode(BigDecimal number) {
        if (number.signum() == 0) {
            return new byte[] {ZERO};
        }
        boolean negative = number.signum() < 0;
        int complement = negative ? 0xFF : 0;
        String digits = number.unscaledValue().abs().toString();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(2 + digits.length());
        bytes.write(negative ? NEGATIVE : POSITIVE);
        bytes.write((int) (Numbers.power(number) - Numbers.MIN_POWER) ^ complement);
        for (int i = 0; i < digits.length(); i += 2) {
            int tens = digits.charAt(i) - '0';
            int ones = i + 1 < digits.length() ? digits.charAt(i + 1) - '0' : 0;
            bytes.write(tens * 10 + ones + 1 ^ complement);
        }
        if (negative) {
            bytes.write(END_OF_NEGATIVE);
        }
        return bytes.toByteArray();
    }

    /** The first byte string after {@code key}: nothing lies between the two. */
    static byte[] after(byte[] key) {
        return Arrays.copyOf(key, key.length + 1);
    }

    /** The first byte string after all that begin with {@code prefix}; null if there is none. */
    static byte[] afterPrefix(byte[] prefix) {
        int length = prefix.length;
        while (length > 0 && prefix[length - 1] == (byte) 0xFF) {
            length--;
        }
        if (length == 0) {
            return null;
        }
        byte[] next = Arrays.copyOf(prefix, length);
        next[length - 1]++;
        return next;
    }
}
