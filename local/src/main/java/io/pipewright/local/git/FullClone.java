package io.pipewright.local.git;

import io.pipewright.functions.git.Jgit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.api.errors.JGitInternalException;

/** A working copy with its whole history. */
public final class FullClone {
    private FullClone() { }

    /**
     * Clones a repository into an empty directory and checks a commit out.
     *
     * @param url of a repository that {@link GitRoute} serves
     * @param version commit id, branch or tag; empty for the default branch
     * @return the id of the commit
     * @throws IOException if the repository has no such commit or can't be read; the message is for people
     */
    public static String into(Path directory, String url, Optional<String> version) throws IOException {
        Jgit.alone();
        try (Git git = Git.cloneRepository().setURI(url).setDirectory(directory.toFile())
                .setNoCheckout(version.isPresent()).call()) {
            if (version.isPresent()) {
                git.checkout().setName(version.get()).call();
            }
            return git.getRepository().resolve("HEAD").name();
        } catch (GitAPIException | JGitInternalException e) {
            throw new IOException(e.getMessage(), e);
        }
    }
}
