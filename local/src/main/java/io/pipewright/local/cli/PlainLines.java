package io.pipewright.local.cli;

import io.pipewright.local.cli.BuildLogs.LogLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run as lines that are written once: one for each thing that changed. */
final class PlainLines {
    private PlainLines() {
    }

    /**
     * What happened from one look to the next: builds that began to speak, what they said, then all other changes in declaration
     * order. What began and ended in between shows as ended only.
     */
    static List<String> between(Optional<RunView> before, RunView after, List<LogLine> log) {
        List<String> lines = new ArrayList<>();
        if (before.isEmpty()) {
            lines.add(after.pipeline() + ": execution " + after.execution());
        }
        lines.addAll(changes(before, after, true, log));
        log.forEach(line -> lines.add("  " + line.source() + " | " + line.text()));
        lines.addAll(changes(before, after, false, log));
        return lines;
    }

    private static List<String> changes(
            Optional<RunView> before, RunView after, boolean wantsSpeaking, List<LogLine> log) {
        List<String> lines = new ArrayList<>();
        for (int s = 0; s < after.stages().size(); s++) {
            RunView.Stage stage = after.stages().get(s);
            for (int a = 0; a < stage.actions().size(); a++) {
                RunView.Action now = stage.actions().get(a);
                boolean speaking = now.phase() == Phase.RUNNING
                        && log.stream().anyMatch(line -> line.source().equals(now.name()));
                if (now.phase() != earlier(before, s, a, now) && speaking == wantsSpeaking) {
                    lines.add(line(stage.name(), now));
                }
            }
        }
        return lines;
    }

    /** Another execution of the action, after a retry, begins anew. */
    private static Phase earlier(Optional<RunView> view, int stage, int action, RunView.Action now) {
        return view.map(known -> known.stages().get(stage).actions().get(action))
                .filter(then -> then.id().equals(now.id()))
                .map(RunView.Action::phase).orElse(Phase.TO_COME);
    }

    private static String line(String stage, RunView.Action action) {
        String time = action.end().isPresent() ? " after " + Elapsed.text(action.took(action.end().get()).orElseThrow()) : "";
        String note = action.note().isEmpty() ? "" : "  " + action.note();
        return action.phase().sign() + " " + stage + " / " + action.name() + " " + action.phase().word() + time + note;
    }
}
