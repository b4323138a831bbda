/**
 * The events that a run waits for or starts by: EventBridge envelopes of S3, CodeBuild, Step Functions, CodeCommit and ECR, read into
 * {@link io.pipewright.events.in.IncomingEvent}. Events come at least once, in any order and from anyone who may put events on the
 * bus; reading trusts nothing and decides nothing.
 */
package io.pipewright.events.in;
