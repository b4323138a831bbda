package io.pipewright.functions.git;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;

/**
 * JGit without its surroundings: it reads no one's git configuration, runs no {@code git} to find one, and writes nothing into
 * the user's home.
 */
public final class Jgit {
    static {
        SystemReader.setInstance(new Alone(SystemReader.getInstance()));
    }

    private Jgit() { }

    /** From now on; what this class opens is alone anyway. */
    public static void alone() {
        // The class's initialisation has done it.
    }

    /** A bare repository in a directory, which need not exist. */
    public static Repository bare(Path directory) throws IOException {
        return new FileRepositoryBuilder().setBare().setGitDir(directory.toFile()).build();
    }

    private static final class Alone extends SystemReader.Delegate {
        private Alone(SystemReader system) {
            super(system);
        }

        @Override
        public FileBasedConfig openUserConfig(Config parent, FS fs) {
            return new Nothing(parent, fs);
        }

        @Override
        public FileBasedConfig openSystemConfig(Config parent, FS fs) {
            return new Nothing(parent, fs);
        }

        @Override
        public FileBasedConfig openJGitConfig(Config parent, FS fs) {
            return new Nothing(parent, fs);
        }
    }

    /**
     * A configuration file that stays empty, but for how finely file systems tell time. JGit would measure that, which takes seconds
     * and leaves files behind; the coarsest answer is right for every one and costs a second look at what has just changed.
     */
    private static final class Nothing extends FileBasedConfig {
        private static final long COARSEST_SECONDS = 2;

        private Nothing(Config parent, FS fs) {
            super(parent, new File("none"), fs);
        }

        @Override
        public long getTimeUnit(String section, String subsection, String name, long otherwise, TimeUnit unit) {
            return section.equals("filesystem") ? unit.convert(COARSEST_SECONDS, TimeUnit.SECONDS) : otherwise;
        }

        @Override
        public void load() { }

        @Override
        public void save() { }

        @Override
        public boolean isOutdated() {
            return false;
        }
    }
}
