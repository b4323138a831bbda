package io.pipewright.functions.store;

/**
 * A reminder.
 *
 * @param at epoch milliseconds
 * @param id of the pipeline generation, execution or job
 */
public record Due(long at, DueKind kind, String id) { }
