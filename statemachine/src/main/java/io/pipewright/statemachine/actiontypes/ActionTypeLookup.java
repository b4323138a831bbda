package io.pipewright.statemachine.actiontypes;

import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;

/** Finds the action type that an action names, in whatever place the type's owner keeps it. */
@FunctionalInterface
public interface ActionTypeLookup {

    /** The type with exactly this category, owner, provider and version; empty when it isn't available. */
    Optional<ActionTypeEntry> find(ActionTypeId id);
}
