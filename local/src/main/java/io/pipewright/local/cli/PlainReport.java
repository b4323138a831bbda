package io.pipewright.local.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/** A run as lines that are written once, for files, pipes and screens that can't do more. */
final class PlainReport implements Report {
    private final PrintStream out;
    private final boolean prompting;
    private Optional<RunView> shown = Optional.empty();
    private Optional<Approval> asked = Optional.empty();

    /** @param prompting whether a person can answer what is asked */
    PlainReport(PrintStream out, boolean prompting) {
        this.out = out;
        this.prompting = prompting;
    }

    @Override
    public void show(RunView run, List<BuildLogs.LogLine> log, Optional<Approval> approval) {
        PlainLines.between(shown, run, log).forEach(out::println);
        shown = Optional.of(run);
        if (approval.isPresent() && !approval.equals(asked)) {
            approval.get().question().forEach(out::println);
            if (prompting) {
                out.println(Prompt.TEXT);
            }
        }
        asked = approval;
    }

    @Override
    public void say(String line) {
        out.println(line);
    }

    @Override
    public void entered() {
        // The line stands where it was typed.
    }

    @Override
    public void end() {
        out.flush();
    }
}
