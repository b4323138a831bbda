package io.pipewright.local.watch;

import software.amazon.awssdk.core.SdkRequest;

/** Hears of functions' calls after each is over, in the thread that made it. Several threads may tell at a time. */
public interface Watch {

    /**
     * A function has called a service.
     *
     * @param function name of the function without the deployment's prefix: {@code gate}, {@code source}, …
     * @param answer what the client returned, or the exception that it threw
     */
    void called(String function, SdkRequest request, Object answer);

    /** A function has got something from a git repository. */
    void pulled(String function, String repository);

    /** A function has been invoked, by a state machine or by an event. */
    void invoked(String function);
}
