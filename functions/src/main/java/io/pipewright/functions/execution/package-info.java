/**
 * Decisions put into force: read an aggregate, decide, write it with the effects it owes, carry them out, clear them.
 *
 * <p>Any step may be the last of a process. What is owed then stays written, and the reconciler, which is led to it by the due
 * item that was written before, carries it out.
 */
package io.pipewright.functions.execution;
