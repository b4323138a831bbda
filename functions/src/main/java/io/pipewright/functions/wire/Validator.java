package io.pipewright.functions.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * Checks a request against the constraints of the service model: required members, lengths, ranges, patterns and value sets.
 *
 * <p>The wording is that of the real service: {@code <N> validation errors detected: Value at '<path>' failed to satisfy constraint:
 * <rule>; …}. The paths count list positions from 1 ({@code pipeline.stages.2.member.name}), violations come in the model's order of
 * members, a length before a pattern, and at most ten are named. What a list or map of scalars holds is reported once, at the list or
 * map, with all rules of its elements.
 *
 * <p>Lengths are in Unicode characters. A pattern must match the whole value, and its dot matches no line end.
 */
public final class Validator {
    /**
     * A value that breaks a constraint.
     *
     * @param path where it is, list positions from 1, {@code pipeline.stages.2.member.name}
     * @param rule AWS's words for the constraint
     */
    public record Violation(String path, String rule) {
    }

    private Validator() {
    }

    /**
     * @param operation the operation's name
     * @param input the request's body; members of another JSON type than the model's are passed over, as {@link Codec#read} refuses them
     * @throws ApiError ValidationException that names what is wrong; UnknownOperationException if there is no such operation
     */
    public static void validate(String operation, JsonNode input) {
        Violations violations = new Violations(Violations.REPORTED);
        check(operation, input, violations);
        violations.refuse();
    }

    /** Everything that {@link #validate} would refuse, beyond the ten that a service names. */
    public static List<Violation> violations(String operation, JsonNode input) {
        Violations violations = new Violations(Integer.MAX_VALUE);
        check(operation, input, violations);
        return violations.found();
    }

    private static void check(String operation, JsonNode input, Violations violations) {
        ServiceModel model = ServiceModel.codePipeline();
        model.shape(model.operation(operation).input()).check(input, Path.ROOT, violations);
    }
}
