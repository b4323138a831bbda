package io.pipewright.statemachine.definition;

import io.pipewright.statemachine.actiontypes.ActionTypeLookup;
import java.util.Objects;

/**
 * What the rules need to know besides the declaration.
 *
 * @param region the pipeline's region, {@code eu-west-1}
 * @param actionTypes every type that the pipeline's account may use
 */
public record Context(String region, Limits limits, ActionTypeLookup actionTypes) {

    public Context {
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(actionTypes, "actionTypes");
    }
}
