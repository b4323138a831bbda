package io.pipewright.functions.git;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.IncorrectObjectTypeException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;

/** A commit and its files, as long as it is open. */
public final class GitSnapshot implements Closeable {
    private static final Pattern FULL_ID = Pattern.compile("[0-9a-f]{40}");
    private static final int DIRECTORY = 0040755;
    private static final int LINK = 0120777;

    private final Repository repository;
    private final RevCommit commit;
    private final Closeable after;

    private GitSnapshot(Repository repository, RevCommit commit, Closeable after) {
        this.repository = repository;
        this.commit = commit;
        this.after = after;
    }

    /**
     * A commit of an open repository.
     *
     * @param name the repository's name, for messages
     * @param id full id of the commit
     * @param after closed with the snapshot, which closes the repository too
     * @throws GitRefusal if there is no such commit; nothing is closed then
     */
    public static GitSnapshot of(Repository repository, String name, String id, Closeable after)
            throws GitRefusal, IOException {
        if (!FULL_ID.matcher(id).matches()) {
            throw GitRefusal.noCommit(name, id);
        }
        try (RevWalk walk = new RevWalk(repository)) {
            return new GitSnapshot(repository, walk.parseCommit(ObjectId.fromString(id)), after);
        } catch (MissingObjectException | IncorrectObjectTypeException e) {
            throw GitRefusal.noCommit(name, id);
        }
    }

    public GitCommit commit() {
        return new GitCommit(commit.name(), commit.getFullMessage().stripTrailing(),
                commit.getAuthorIdent().getWhenAsInstant(), commit.getCommitterIdent().getWhenAsInstant());
    }

    /**
     * Writes the commit's files as a ZIP, one at a time: modes and symbolic links kept, nothing of git itself. Submodules are
     * empty directories. {@code out} stays open.
     *
     * @throws ArchiveTooLargeException if the ZIP gets longer than {@code bytes}
     */
    public void writeZip(OutputStream out, long bytes) throws IOException {
        ZipWriter zip = new ZipWriter(out, bytes);
        try (ObjectReader objects = repository.newObjectReader(); TreeWalk tree = new TreeWalk(objects)) {
            tree.addTree(commit.getTree());
            tree.setRecursive(true);
            while (tree.next()) {
                if (tree.getFileMode(0) == FileMode.GITLINK) {
                    zip.entry(tree.getPathString() + "/", DIRECTORY, content -> { });
                } else {
                    ObjectId file = tree.getObjectId(0);
                    zip.entry(tree.getPathString(), mode(tree.getFileMode(0)),
                            content -> objects.open(file).copyTo(content));
                }
            }
        }
        zip.finish();
    }

    private static int mode(FileMode mode) {
        return mode == FileMode.SYMLINK ? LINK : mode.getBits();
    }

    @Override
    public void close() throws IOException {
        repository.close();
        after.close();
    }
}
