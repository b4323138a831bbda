/** Invoke actions, and the jobs by which users' functions report what became of them. */
package io.pipewright.functions.invoke;
