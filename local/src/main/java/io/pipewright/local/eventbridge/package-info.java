/**
 * Amazon EventBridge's default bus: rules matched by the service's own matcher, targets' input transformation, and
 * deliveries that survive the death of the process.
 */
package io.pipewright.local.eventbridge;
