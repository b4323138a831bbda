package io.pipewright.local.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** A run as lines that are written once: one for each thing that changed. */
final class PlainLines {
    private PlainLines() {
    }

    /** What began between two looks, in declaration order. What also ended in between shows as ended only. */
    static List<String> begun(Optional<RunView> before, RunView after) {
        List<String> lines = new ArrayList<>();
        if (before.isEmpty()) {
            lines.add(after.pipeline() + ": execution " + after.execution());
        }
        lines.addAll(changes(before, after, phase -> !phase.isOver()));
        return lines;
    }

    /** What ended between two looks, in declaration order. */
    static List<String> ended(Optional<RunView> before, RunView after) {
        return changes(before, after, Phase::isOver);
    }

    private static List<String> changes(Optional<RunView> before, RunView after, Predicate<Phase> wanted) {
        List<String> lines = new ArrayList<>();
        for (int s = 0; s < after.stages().size(); s++) {
            RunView.Stage stage = after.stages().get(s);
            for (int a = 0; a < stage.actions().size(); a++) {
                RunView.Action now = stage.actions().get(a);
                Phase earlier = action(before, s, a).filter(then -> then.id().equals(now.id()))
                        .map(RunView.Action::phase).orElse(Phase.TO_COME);
                if (now.phase() != earlier && wanted.test(now.phase())) {
                    lines.add(line(stage.name(), now));
                }
            }
        }
        return lines;
    }

    private static Optional<RunView.Action> action(Optional<RunView> view, int stage, int action) {
        return view.map(known -> known.stages().get(stage).actions().get(action));
    }

    private static String line(String stage, RunView.Action action) {
        String time = action.end().isPresent() ? " after " + Elapsed.text(action.took(action.end().get()).orElseThrow()) : "";
        String note = action.note().isEmpty() ? "" : "  " + action.note();
        return action.phase().sign() + " " + stage + " / " + action.name() + " " + action.phase().word() + time + note;
    }
}
