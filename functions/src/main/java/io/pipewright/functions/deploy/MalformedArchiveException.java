package io.pipewright.functions.deploy;

import java.io.IOException;

/** The file is no ZIP archive, is cut off, or an entry isn't what the archive says of it. */
final class MalformedArchiveException extends IOException {
    private static final long serialVersionUID = 1L;

    MalformedArchiveException(String message) {
        super(message);
    }
}
