/** AWS Lambda for the user's own functions: each is a command in a configuration file, run once per invocation. */
package io.pipewright.local.lambda;
