package io.pipewright.local.cli;

import java.nio.file.Path;

/** The option {@code --data DIR}: where everything is kept between runs. */
final class DataDirectory {
    static final String NAME = "--data";

    private DataDirectory() {
    }

    /** The directory that the arguments name, or the one in the user's home. */
    static Path of(Arguments arguments) {
        return arguments.value(NAME).map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".pipewright"))
                .toAbsolutePath().normalize();
    }
}
