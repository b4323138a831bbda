package io.pipewright.local.http;

import java.io.IOException;

/** One party behind the server. The first route that matches a request answers it; routes are called concurrently. */
public interface Route {

    /** Whether this route answers the request. Reads the head only, never the body. */
    boolean matches(Request request);

    /**
     * Answers the request. A {@link RuntimeException} becomes a 500 with a request id if nothing was sent yet, and
     * ends the connection otherwise.
     */
    void handle(Request request, Response response) throws IOException;
}
