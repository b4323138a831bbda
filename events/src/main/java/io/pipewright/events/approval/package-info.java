/** What people are sent when an approval waits for them. */
package io.pipewright.events.approval;
