/** Structured logs. */
package io.pipewright.functions.log;
