/** The compute action type, of which this release runs no provider. */
package io.pipewright.functions.compute;
