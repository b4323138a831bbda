package io.pipewright.statemachine.definition;

import io.pipewright.statemachine.actiontypes.ActionTypeEntry;
import io.pipewright.statemachine.actiontypes.ActionTypeLookup;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;

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

    /** The same context, which asks for each action type once: a lookup of custom types reads from a table. */
    Context remembering() {
        Map<ActionTypeId, Optional<ActionTypeEntry>> known = new HashMap<>();
        return new Context(region, limits, id -> known.computeIfAbsent(id, actionTypes::find));
    }
}
