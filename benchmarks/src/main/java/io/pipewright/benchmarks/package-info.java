/**
 * How fast and how large the local home is, measured from outside: the server runs in a process of its own, as its users start it,
 * and is spoken to with the AWS SDK's clients over HTTP.
 */
package io.pipewright.benchmarks;
