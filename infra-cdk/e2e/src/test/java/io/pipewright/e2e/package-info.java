/** The deployed form end to end: the synthesized stack, deployed to whatever serves AWS's APIs on port 4566. */
package io.pipewright.e2e;
