/** Deploy actions. */
package io.pipewright.functions.deploy;
