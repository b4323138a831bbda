package io.pipewright.local.cli;

import java.util.List;
import java.util.Optional;

/** How a run is shown while it goes on. */
interface Report {
    /**
     * @param run as it is now
     * @param log lines that builds wrote since the last call
     * @param asked the approval that is to be answered at the keyboard
     */
    void show(RunView run, List<BuildLogs.LogLine> log, Optional<Approval> asked);

    /** One line that stays, with something that the run itself doesn't tell. */
    void say(String line);

    /** The person has entered a line. */
    void entered();

    /** Nothing more comes; the output is left in order. */
    void end();
}
