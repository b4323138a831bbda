package io.pipewright.statemachine.actiontypes;

/**
 * One key that an action's configuration may hold.
 *
 * @param required an action without it is refused
 * @param key what ListActionTypes answers; it decides nothing here
 * @param secret its value is never shown again after it was given
 * @param queryable job workers may poll for jobs with a given value of it
 */
public record ActionProperty(String name, boolean required, boolean key, boolean secret, boolean queryable) {
}
