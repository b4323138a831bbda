package io.pipewright.local.codebuild;

import java.util.List;

/**
 * A part of a build's log.
 *
 * @param lines without their line ends, oldest first; possibly none
 * @param nextOffset where to read on, in bytes from the log's beginning
 * @param complete the build has ended and these lines are the last ones
 */
public record LogLines(List<String> lines, long nextOffset, boolean complete) {
    /** Copies the lines. */
    public LogLines {
        lines = List.copyOf(lines);
    }
}
