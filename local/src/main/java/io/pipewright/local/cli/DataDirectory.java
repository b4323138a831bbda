package io.pipewright.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The option {@code --data DIR}: where everything is kept between runs. */
final class DataDirectory {
    static final String NAME = "--data";

    private DataDirectory() {
    }

    /**
     * The directory that the arguments name, or the one in the user's home. One that is created here is the user's alone.
     *
     * @throws CommandFailedException if it can't be created
     */
    static Path of(Arguments arguments) {
        Path directory = arguments.value(NAME).map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".pipewright"))
                .toAbsolutePath().normalize();
        try {
            if (!Files.isDirectory(directory)) {
                Files.createDirectories(directory.getParent());
                Files.createDirectory(directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            return directory;
        } catch (IOException e) {
            throw new CommandFailedException("The data directory " + directory + " can't be created: " + e.getMessage(), e);
        }
    }
}
