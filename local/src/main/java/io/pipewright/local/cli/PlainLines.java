package io.pipewright.local.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A run as lines that are written once: one for each thing that changed. */
final class PlainLines {
    private PlainLines() {
    }

    /** What happened from one look to the next, in declaration order. */
    static List<String> between(Optional<RunView> before, RunView after) {
        List<String> lines = new ArrayList<>();
        if (before.isEmpty()) {
            lines.add(after.pipeline() + ": execution " + after.execution());
        }
        for (int s = 0; s < after.stages().size(); s++) {
            RunView.Stage stage = after.stages().get(s);
            for (int a = 0; a < stage.actions().size(); a++) {
                RunView.Action now = stage.actions().get(a);
                Optional<RunView.Action> earlier = action(before, s, a).filter(then -> then.id().equals(now.id()));
                changed(stage.name(), earlier, now).ifPresent(lines::add);
            }
        }
        return lines;
    }

    private static Optional<RunView.Action> action(Optional<RunView> view, int stage, int action) {
        return view.map(known -> known.stages().get(stage).actions().get(action));
    }

    private static Optional<String> changed(String stage, Optional<RunView.Action> earlier, RunView.Action now) {
        Phase before = earlier.map(RunView.Action::phase).orElse(Phase.TO_COME);
        if (now.phase() == before) {
            return Optional.empty();
        }
        String time = now.phase().isOver() ? now.took(Instant.EPOCH).map(took -> " after " + Elapsed.text(took)).orElse("") : "";
        String note = now.note().isEmpty() ? "" : "  " + now.note();
        return Optional.of(now.phase().sign() + " " + stage + " / " + now.name() + " " + now.phase().word() + time + note);
    }
}
