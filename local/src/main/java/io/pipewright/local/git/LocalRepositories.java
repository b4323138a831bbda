package io.pipewright.local.git;

import io.pipewright.functions.git.GitRefusal;
import io.pipewright.functions.git.GitRepositories;
import io.pipewright.functions.git.GitSnapshot;
import io.pipewright.functions.git.Jgit;
import io.pipewright.functions.git.RepositoryName;
import io.pipewright.local.database.Database.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;

/** Bare repositories in a directory, {@code <name>.git} each. */
public final class LocalRepositories implements GitRepositories {
    /** What is larger is streamed rather than held in memory. */
    private static final int STREAMED_BYTES = 8 << 20;

    private final Path directory;
    private final String endpoint;
    private final Durability durability;

    /**
     * @param directory made with the first repository
     * @param endpoint where {@link GitRoute} serves them, without a trailing slash
     */
    public LocalRepositories(Path directory, String endpoint, Durability durability) {
        this.directory = directory;
        this.endpoint = endpoint;
        this.durability = durability;
    }

    @Override
    public String cloneUrl(String repository) {
        return endpoint + GitRoute.PATH + repository;
    }

    @Override
    public String head(String repository, String branch) throws GitRefusal {
        try (Repository opened = open(repository)) {
            return head(opened, repository, branch);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String head(Repository opened, String repository, String branch) throws GitRefusal, IOException {
        Ref ref = opened.exactRef("refs/heads/" + branch);
        if (ref == null || ref.getObjectId() == null) {
            throw GitRefusal.noBranch(repository, branch);
        }
        return ref.getObjectId().name();
    }

    @Override
    public GitSnapshot open(String repository, String branch, Optional<String> commit) throws GitRefusal {
        try {
            Repository opened = open(repository);
            try {
                String id = commit.isPresent() ? commit.get() : head(opened, repository, branch);
                return GitSnapshot.of(opened, repository, id, () -> { });
            } catch (IOException | GitRefusal | RuntimeException e) {
                opened.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Repository open(String repository) throws GitRefusal, IOException {
        return find(repository).orElseThrow(() -> GitRefusal.noRepository(repository));
    }

    /** A repository, to be closed by the caller; empty when there is none of the name. */
    Optional<Repository> find(String name) throws IOException {
        return RepositoryName.isValid(name) && Files.isDirectory(path(name))
                ? Optional.of(Jgit.bare(path(name))) : Optional.empty();
    }

    private Path path(String name) {
        return directory.resolve(name + ".git");
    }

    /** The repository of a valid name, made when it isn't there: whole or not at all. */
    synchronized Repository findOrCreate(String name) throws IOException {
        if (!Files.isDirectory(path(name))) {
            Path fresh = directory.resolve("new " + UUID.randomUUID());
            Files.createDirectories(directory);
            try (Repository created = Jgit.bare(fresh)) {
                created.create(true);
                configure(created.getConfig());
            }
            Files.move(fresh, path(name), StandardCopyOption.ATOMIC_MOVE);
        }
        return Jgit.bare(path(name));
    }

    private void configure(StoredConfig config) throws IOException {
        config.setInt("core", null, "streamFileThreshold", STREAMED_BYTES);
        config.setInt("core", null, "bigFileThreshold", STREAMED_BYTES);
        // What clients send is compressed well enough; doing it again takes more memory than the home has.
        config.setBoolean("pack", null, "deltaCompression", false);
        // Every so many pushes one waits until the repository is tidied up; nothing goes on behind the home's back.
        config.setBoolean("gc", null, "autoDetach", false);
        boolean sync = durability == Durability.FULL;
        config.setBoolean("core", null, "fsyncObjectFiles", sync);
        config.setBoolean("core", null, "fsyncRefFiles", sync);
        config.save();
    }

    /** What a reference points to; the zero id when it isn't there. */
    String target(String repository, String reference) throws IOException {
        Optional<Repository> found = find(repository);
        if (found.isEmpty()) {
            return ObjectId.zeroId().name();
        }
        try (Repository opened = found.get()) {
            Ref ref = opened.exactRef(reference);
            return ref == null || ref.getObjectId() == null ? ObjectId.zeroId().name() : ref.getObjectId().name();
        }
    }
}
