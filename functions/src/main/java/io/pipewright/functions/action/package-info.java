/** What is common to all actions: starting one for its machine, and ending one whoever reports it. */
package io.pipewright.functions.action;
