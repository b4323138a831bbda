/**
 * CodeCommit at home: bare git repositories below the data directory that {@code git} reaches over HTTP, and the events that a push
 * causes. What touches JGit is loaded with the first request for a repository.
 */
package io.pipewright.local.git;
