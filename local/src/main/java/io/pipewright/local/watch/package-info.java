/** Hearing of what functions ask of AWS: for measurements, and for holding their permissions against their calls. */
package io.pipewright.local.watch;
