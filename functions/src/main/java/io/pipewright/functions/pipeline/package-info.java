/** Pipelines themselves: created, updated and deleted, and the sources that they listen to. */
package io.pipewright.functions.pipeline;
