/** Build actions. */
package io.pipewright.functions.build;
