/** Everything that is wrong with a declaration that somebody wrote, where AWS's API would name the first fault only. */
package io.pipewright.functions.findings;
