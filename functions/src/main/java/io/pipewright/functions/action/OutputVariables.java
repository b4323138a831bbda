package io.pipewright.functions.action;

import io.pipewright.statemachine.definition.Limit;
import io.pipewright.statemachine.definition.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The bound on what an action may hand on. */
public final class OutputVariables {
    private OutputVariables() { }

    /** Whether the variables of one action are within {@link Limit#OUTPUT_VARIABLES_BYTES}. */
    public static boolean fit(Map<String, String> variables, Limits limits) {
        long bytes = 0;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            bytes += bytes(variable.getKey()) + bytes(variable.getValue());
        }
        return bytes <= limits.get(Limit.OUTPUT_VARIABLES_BYTES);
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
