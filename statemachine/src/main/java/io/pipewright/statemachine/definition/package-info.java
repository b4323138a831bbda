/**
 * What a pipeline declaration means and whether it is right: the defaults that the service fills in, the facts that the
 * engine derives (groups, producers, namespaces), and the rules that a declaration must keep. AWS's model classes are the
 * vocabulary; everything here is a function of its arguments.
 *
 * <p>The shape constraints of single values (length, range, pattern, required) are the service model's and are checked
 * before; the rules here may rely on them.
 */
package io.pipewright.statemachine.definition;
