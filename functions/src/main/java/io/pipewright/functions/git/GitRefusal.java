package io.pipewright.functions.git;

/**
 * A repository can't give what is asked of it. The message is for people, in CodePipeline's words where they are known.
 */
public final class GitRefusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean denied;

    private GitRefusal(String message, boolean denied, Throwable cause) {
        super(message, cause);
        this.denied = denied;
    }

    /** There is no such repository. */
    public static GitRefusal noRepository(String repository) {
        return new GitRefusal("The action failed because the AWS CodeCommit repository " + repository
                + " was not found. Make sure you are using the correct repository name, and then try again.", false, null);
    }

    /** The repository has no such branch. */
    public static GitRefusal noBranch(String repository, String branch) {
        return new GitRefusal("The action failed because no branch named " + branch
                + " was found in the selected AWS CodeCommit repository " + repository
                + ". Make sure you are using the correct branch name, and then try again.", false, null);
    }

    /** The repository has no such commit. */
    public static GitRefusal noCommit(String repository, String commit) {
        return new GitRefusal("The action failed because no commit " + commit
                + " was found in the selected AWS CodeCommit repository " + repository
                + ". Make sure you are using the full id of a commit, and then try again.", false, null);
    }

    /** The caller may not read the repository. */
    public static GitRefusal denied(String repository, Throwable cause) {
        return new GitRefusal("Could not access the CodeCommit repository `" + repository
                + "`. Make sure that the pipeline IAM role has sufficient permissions to access the repository.", true, cause);
    }

    /** Whether a permission is missing, rather than the thing itself. */
    public boolean isDenied() {
        return denied;
    }
}
