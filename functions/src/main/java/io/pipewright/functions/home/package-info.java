/** Wiring for Lambda: what the handlers' no-argument constructors need, made once per cold start. */
package io.pipewright.functions.home;
