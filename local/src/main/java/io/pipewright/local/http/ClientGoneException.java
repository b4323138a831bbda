package io.pipewright.local.http;

import java.io.IOException;

/** The connection ended before the request was read or the answer written: nobody is left to be told. */
public final class ClientGoneException extends IOException {
    private static final long serialVersionUID = 1L;

    ClientGoneException(IOException cause) {
        super("The client closed the connection", cause);
    }
}
