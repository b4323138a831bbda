package io.pipewright.local.http;

import java.io.IOException;

/** A request body is longer than its route accepts; the server answers 413 unless the route catches it. */
public final class BodyTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    BodyTooLargeException(int limit) {
        super("The request's body is longer than " + limit + " bytes");
    }
}
