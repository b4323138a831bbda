/** Source actions: they take a revision and make it the execution's. */
package io.pipewright.functions.source;
