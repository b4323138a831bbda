/**
 * The catalogue of action types: what each provider's configuration, artifacts and time limit may be, and where its
 * console pages are. AWS's own types are data ({@code action-types.json}, as ListActionTypes answers them); custom types
 * come from outside through {@link io.pipewright.statemachine.actiontypes.ActionTypeLookup}.
 */
package io.pipewright.statemachine.actiontypes;
