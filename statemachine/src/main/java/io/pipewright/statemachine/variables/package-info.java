/**
 * References to variables in configuration values, {@code #{namespace.key}}: finding them and putting values in their
 * place. Which variables exist and who may refer to them is decided elsewhere.
 */
package io.pipewright.statemachine.variables;
