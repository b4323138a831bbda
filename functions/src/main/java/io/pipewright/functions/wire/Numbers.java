package io.pipewright.functions.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;

/** JSON numbers that a stranger wrote: an exponent of a thousand million must cost nothing. */
final class Numbers {
    private static final BigDecimal LARGEST_LONG = BigDecimal.valueOf(Long.MAX_VALUE);
    /** More digits before the point than any bound in the model, so a number of that size can stand for every larger one. */
    private static final int DIGITS = 30;
    private static final BigDecimal HUGE = BigDecimal.ONE.scaleByPowerOfTen(DIGITS);

    private Numbers() {
    }

    /** The number, or one of 30 digits with its sign if it is larger than that, or zero if it is smaller than 10^-30. */
    static BigDecimal toDecimal(JsonNode number) {
        if (number.isFloat() || number.isDouble()) {
            double value = number.doubleValue();
            if (Double.isNaN(value)) {
                return BigDecimal.ZERO;
            } else if (Double.isInfinite(value)) {
                return value > 0 ? HUGE : HUGE.negate();
            }
        }
        BigDecimal value = number.decimalValue();
        long digitsBeforePoint = (long) value.precision() - value.scale();
        if (value.signum() == 0 || digitsBeforePoint < -DIGITS) {
            return BigDecimal.ZERO;
        } else if (digitsBeforePoint > DIGITS) {
            return value.signum() > 0 ? HUGE : HUGE.negate();
        }
        return value;
    }

    /** The number without its fraction, or the nearest of 64 bits. */
    static long toLong(JsonNode number) {
        if (number.isInt() || number.isLong()) {
            return number.longValue();
        }
        BigDecimal value = toDecimal(number);
        if (value.abs().compareTo(LARGEST_LONG) > 0) {
            return value.signum() > 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
        return value.longValue();
    }

    /** The number without its fraction, or the nearest of 32 bits. */
    static int toInt(JsonNode number) {
        return (int) Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, toLong(number)));
    }
}
