/** Changes at sources that start pipelines. */
package io.pipewright.functions.trigger;
