package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/** When a Wait state ends. */
sealed interface Until {
    /** Above it AWS refuses: 24,855 days are accepted, 24,856 are not. */
    long LONGEST_SECONDS = Integer.MAX_VALUE;

    /** The end of a wait that begins now; possibly in the past. */
    Instant instant(Instant now, JsonNode input, JsonNode context) throws PathFailure;

    /** {@code Seconds}. */
    record Seconds(int seconds) implements Until {
        @Override
        public Instant instant(Instant now, JsonNode input, JsonNode context) {
            return now.plusSeconds(seconds);
        }
    }

    /** {@code SecondsPath}: a whole number that is not negative. */
    record SecondsPath(ReferencePath path) implements Until {
        @Override
        public Instant instant(Instant now, JsonNode input, JsonNode context) throws PathFailure {
            JsonNode value = referenced("SecondsPath", path, input, context);
            if (!value.isIntegralNumber()) {
                throw new PathFailure("The SecondsPath parameter cannot be parsed as a long value: " + path.text() + " == " + value);
            }
            if (value.bigIntegerValue().signum() < 0) {
                throw new PathFailure("The SecondsPath parameter references a negative value: " + path.text() + " == " + value);
            }
            if (!value.canConvertToInt()) {
                throw tooLong();
            }
            return now.plusSeconds(value.intValue());
        }
    }

    /** {@code Timestamp}. */
    record Timestamp(Instant time) implements Until {
        @Override
        public Instant instant(Instant now, JsonNode input, JsonNode context) throws PathFailure {
            return bounded(now, time);
        }
    }

    /** {@code TimestampPath}. */
    record TimestampPath(ReferencePath path) implements Until {
        @Override
        public Instant instant(Instant now, JsonNode input, JsonNode context) throws PathFailure {
            String value = referenced("TimestampPath", path, input, context).asText();
            return bounded(now, Timestamps.parse(value).orElseThrow(() -> new PathFailure("The TimestampPath parameter does not "
                    + "reference a valid ISO-8601 extended offset date-time format string: " + path.text() + " == " + value)));
        }
    }

    private static JsonNode referenced(String field, ReferencePath path, JsonNode input, JsonNode context) throws PathFailure {
        return path.find(input, context).orElseThrow(
                () -> new PathFailure("The " + field + " parameter does not reference an input value: " + path.text()));
    }

    private static Instant bounded(Instant now, Instant time) throws PathFailure {
        if (time.isAfter(now.plusSeconds(LONGEST_SECONDS))) {
            throw tooLong();
        }
        return time;
    }

    private static PathFailure tooLong() {
        return new PathFailure("Wait state delay is too long.");
    }
}
