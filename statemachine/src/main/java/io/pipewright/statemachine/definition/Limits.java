package io.pipewright.statemachine.definition;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The quotas in force.
 *
 * @param changed those that differ from AWS's value, each at least 1
 */
public record Limits(Map<Limit, Long> changed) {

    /** AWS's own values. */
    public static final Limits AWS = new Limits(Map.of());

    public Limits {
        changed = Map.copyOf(changed);
        changed.forEach((limit, value) -> {
            if (value < 1) {
                throw new IllegalArgumentException("Limit " + limit.optionName() + " must be at least 1, not " + value);
            }
        });
    }

    /**
     * These limits with one changed, as a command line's {@code --limit NAME=VALUE} says it.
     *
     * @param name kebab case, such as {@code actions-per-stage}
     * @param value a whole number of at least 1 in the unit that the name ends with, else a count
     * @throws IllegalArgumentException with a message for the user, for an unknown name or a value out of range
     */
    public Limits with(String name, String value) {
        return with(limit(name), number(name, value));
    }

    /** These limits with one changed. */
    public Limits with(Limit limit, long value) {
        Map<Limit, Long> values = new EnumMap<>(Limit.class);
        values.putAll(changed);
        values.put(limit, value);
        return new Limits(values);
    }

    /** The value in force. */
    public long get(Limit limit) {
        return changed.getOrDefault(limit, limit.awsValue());
    }

    /** The most active runs of one QUEUED or PARALLEL pipeline. */
    public int concurrentExecutions() {
        return Math.toIntExact(get(Limit.CONCURRENT_EXECUTIONS));
    }

    /** The most actions in progress at a time in one run of a PARALLEL pipeline. */
    public int parallelActions() {
        return Math.toIntExact(get(Limit.PARALLEL_ACTIONS));
    }

    private static Limit limit(String name) {
        return Arrays.stream(Limit.values())
                .filter(limit -> limit.optionName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no limit named " + name + ". Limits are: "
                        + Arrays.stream(Limit.values()).map(Limit::optionName).collect(Collectors.joining(", "))));
    }

    private static long number(String name, String value) {
        try {
            return Long.parseLong(value.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("Limit " + name + " must be a whole number of at least 1, not " + value, e);
        }
    }
}
