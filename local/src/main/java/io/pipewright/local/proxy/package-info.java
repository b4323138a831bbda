/**
 * The loopback endpoint through which CodePipeline's clients reach a deployed API: it takes their calls, signs them anew with the
 * user's own credentials and sends them to the path by which IAM judges them.
 */
package io.pipewright.local.proxy;
