package io.pipewright.statemachine.asl;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** States by name, in the order in which they are written, and the one to begin with. Also the content of a branch. */
record StateMachine(String startAt, Map<String, State> states) {

    StateMachine {
        states = Collections.unmodifiableMap(new LinkedHashMap<>(states));
        if (!states.containsKey(startAt)) {
            throw new IllegalArgumentException("No state " + startAt + " to begin with");
        }
    }
}
