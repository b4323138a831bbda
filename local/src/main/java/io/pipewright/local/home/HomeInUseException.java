package io.pipewright.local.home;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/** Another process has the data directory. */
public final class HomeInUseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long pid;
    private final transient Optional<URI> endpoint;

    HomeInUseException(Path data, long pid, Optional<URI> endpoint) {
        super("The data directory " + data + " is in use by process " + pid
                + endpoint.map(uri -> ", which serves " + uri).orElse("") + ".");
        this.pid = pid;
        this.endpoint = endpoint;
    }

    /** The process that has it; 0 when it hasn't said yet. */
    public long pid() {
        return pid;
    }

    /** Where that process serves; empty while it starts. */
    public Optional<URI> endpoint() {
        return endpoint;
    }
}
