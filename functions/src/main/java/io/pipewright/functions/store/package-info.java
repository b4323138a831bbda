/**
 * What Pipewright remembers: one DynamoDB table, two deciding aggregates, every access by key.
 *
 * <p>The access patterns are listed in {@code docs/store.md}. Writes are whole items with one condition; a lost condition is an
 * expected outcome and a return value.
 */
package io.pipewright.functions.store;
