package io.pipewright.local.sfn;

import java.util.Map;
import java.util.OptionalInt;

/**
 * A checked definition.
 *
 * @param states all states by name, those of branches included: names are unique over the whole machine
 * @param timeoutSeconds of the whole execution
 */
record Definition(String startAt, Map<String, State> states, OptionalInt timeoutSeconds) {
    State state(String name) {
        return states.get(name);
    }
}
