package io.pipewright.functions.git;

import java.util.regex.Pattern;

/** How CodeCommit names repositories (CodeCommit API Reference, {@code repositoryName}; "Quotas in AWS CodeCommit"). */
public final class RepositoryName {
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_.-]{1,100}");

    private RepositoryName() { }

    /** Whether a repository may have this name: neither a path nor ending in {@code .git}. */
    public static boolean isValid(String name) {
        return VALID.matcher(name).matches() && !name.endsWith(".git") && !name.matches("\\.+");
    }
}
