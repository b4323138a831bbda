package io.pipewright.functions.git;

import java.util.Optional;

/**
 * The repositories of one account and region. Faults of the world are unchecked and worth another try; what trying again can't
 * help is a {@link GitRefusal}.
 */
public interface GitRepositories {

    /** The id of the commit that a branch points to. */
    String head(String repository, String branch) throws GitRefusal;

    /**
     * One commit of a repository, to be closed after use.
     *
     * @param commit full id of the commit; empty for the branch's head
     */
    GitSnapshot open(String repository, String branch, Optional<String> commit) throws GitRefusal;

    /** Where {@code git clone} finds a repository. */
    String cloneUrl(String repository);
}
