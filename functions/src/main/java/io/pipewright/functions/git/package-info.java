/**
 * Git repositories as sources have them: what CodeCommit serves, by name. JGit stays behind {@link
 * io.pipewright.functions.git.GitRepositories}, so that functions without a git source never load it.
 */
package io.pipewright.functions.git;
