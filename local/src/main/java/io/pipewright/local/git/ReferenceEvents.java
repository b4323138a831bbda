package io.pipewright.local.git;

import java.util.List;

/** Takes the events of the repositories ("Monitoring CodeCommit events"). */
@FunctionalInterface
public interface ReferenceEvents {
    /** The {@code source} of every event. */
    String SOURCE = "aws.codecommit";
    /** Their {@code detail-type}. */
    String DETAIL_TYPE = "CodeCommit Repository State Change";

    /**
     * Takes an event for good: once this returns, it isn't offered again. It may be offered again after a crash.
     *
     * @param resources the repository's ARN
     * @param detail a JSON object
     */
    void publish(List<String> resources, String detail);
}
