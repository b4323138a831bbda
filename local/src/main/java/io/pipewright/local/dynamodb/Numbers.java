package io.pipewright.local.dynamodb;

import java.math.BigDecimal;

/**
 * DynamoDB's number type: decimal, at most 38 significant digits, magnitude from 1E-130 to 9.9…9E+125, or zero
 * ("Naming rules and data types", DynamoDB Developer Guide).
 */
final class Numbers {
    /** The largest power of ten that a number's first digit may stand at. */
    static final int MAX_POWER = 125;
    /** The smallest power of ten that a number's first digit may stand at. */
    static final int MIN_POWER = -130;

    private static final int MAX_DIGITS = 38;
    /** Every integer of so few digits is in range, and its shortest text is the text itself. */
    private static final int PLAIN_DIGITS = 18;

    private Numbers() {
    }

    /** The number without trailing zeros; refuses what is no number, too large, too small or too precise. */
    static BigDecimal parse(String text) {
        BigDecimal number = decimal(text);
        if (number.signum() == 0) {
            return BigDecimal.ZERO;
        }
        long power = power(number);
        if (power > MAX_POWER) {
            throw Errors.validation(
                    "Number overflow. Attempting to store a number with magnitude larger than supported range");
        }
        if (power < MIN_POWER) {
            throw Errors.validation(
                    "Number underflow. Attempting to store a number with magnitude smaller than supported range");
        }
        if (number.precision() > MAX_DIGITS) {
            throw Errors.validation("Attempting to store more than 38 significant digits in a Number");
        }
        return number;
    }

    /** The power of ten at which the first significant digit stands: 2 for 100, -1 for 0.1. */
    static long power(BigDecimal number) {
        return (long) number.precision() - number.scale() - 1;
    }

    /** The text under which DynamoDB returns the number: no exponent, no leading or trailing zeros. */
    static String normalise(String text) {
        return isPlainInteger(text) ? text : parse(text).toPlainString();
    }

    private static BigDecimal decimal(String text) {
        if (text.isEmpty()) {
            throw Errors.validation("The parameter cannot be converted to a numeric value");
        }
        try {
            return new BigDecimal(text).stripTrailingZeros();
        } catch (NumberFormatException | ArithmeticException e) {
            throw Errors.validation("The parameter cannot be converted to a numeric value: " + text);
        }
    }

    private static boolean isPlainInteger(String text) {
        int length = text.length();
        if (length == 0 || length > PLAIN_DIGITS || text.charAt(0) == '0' && length > 1) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
