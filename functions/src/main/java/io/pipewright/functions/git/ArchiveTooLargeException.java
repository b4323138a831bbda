package io.pipewright.functions.git;

import java.io.IOException;

/** A ZIP gets longer than it may. */
public final class ArchiveTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    ArchiveTooLargeException(long bytes) {
        super("The archive is larger than " + bytes + " bytes");
    }
}
