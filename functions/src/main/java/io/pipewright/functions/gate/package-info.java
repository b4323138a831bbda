/** The gates between stages. */
package io.pipewright.functions.gate;
