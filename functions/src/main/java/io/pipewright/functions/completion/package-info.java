/** Word from providers that their work has ended, and from Step Functions that a machine execution has. */
package io.pipewright.functions.completion;
