package io.pipewright.local.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A run as a tree of stages and actions with state and time, for a screen that shows it again and again. */
final class Tree {
    private static final int MOST_NAME = 30;
    private static final int TIME_WIDTH = 9;
    /** Rows that the tree leaves to what comes above and below it. */
    private static final int SPARED_ROWS = 6;

    private Tree() {
    }

    /** Lines that fit the terminal; of a pipeline too long for it, actions are shown only of stages at work or failed. */
    static List<String> lines(RunView run, Instant now, Terminal terminal) {
        int names = nameWidth(run);
        List<String> lines = new ArrayList<>();
        lines.add(new Line(terminal.columns() - 1, terminal.colours())
                .add(Style.BOLD, run.pipeline()).add("  ").add(Style.DIM, run.execution()).toString());
        boolean all = 1 + run.stages().stream().mapToInt(stage -> 1 + stage.actions().size()).sum()
                <= terminal.rows() - SPARED_ROWS;
        for (RunView.Stage stage : run.stages()) {
            Phase phase = stage.phase();
            lines.add(line(terminal, "", phase, stage.name(), names,
                    stage.took(now).map(Elapsed::text).orElse(""), Style.BOLD, ""));
            if (all || !phase.isOver() && phase != Phase.TO_COME || phase == Phase.FAILED) {
                stage.actions().forEach(action -> lines.add(action(action, now, terminal, names)));
            }
        }
        int most = Math.max(3, terminal.rows() - SPARED_ROWS);
        return lines.size() <= most ? lines : around(lines, run, most);
    }

    /** The part of the lines that ends a little after the work. */
    private static List<String> around(List<String> lines, RunView run, int most) {
        int toCome = (int) run.stages().stream().filter(stage -> stage.phase() == Phase.TO_COME).count();
        int end = Math.max(most, lines.size() - Math.max(0, toCome - 1));
        return lines.subList(end - most, end);
    }

    private static String action(RunView.Action action, Instant now, Terminal terminal, int names) {
        String note = action.note().isEmpty() ? action.phase() == Phase.ASKING ? action.phase().word() : "" : action.note();
        return line(terminal, "  ", action.phase(), action.name(), names,
                action.took(now).map(Elapsed::text).orElse(""), Style.PLAIN,
                note.isEmpty() ? action.provider() : action.provider() + "  " + note);
    }

    private static String line(
            Terminal terminal, String indent, Phase phase, String name, int names, String time, Style style, String note) {
        boolean quiet = phase == Phase.TO_COME;
        Line line = new Line(terminal.columns() - 1, terminal.colours())
                .add(indent).add(phase.style(), phase.sign()).add(" ").add(quiet ? Style.DIM : style, shortened(name));
        if (!time.isEmpty()) {
            line.to(names + 5 + Math.max(0, TIME_WIDTH - time.length())).add(Style.DIM, time);
        }
        return note.isEmpty() ? line.toString() : line.to(names + 5 + TIME_WIDTH + 2).add(Style.DIM, note).toString();
    }

    private static String shortened(String name) {
        return name.length() <= MOST_NAME ? name : name.substring(0, MOST_NAME - 1) + "…";
    }

    private static int nameWidth(RunView run) {
        return run.stages().stream()
                .flatMap(stage -> Stream.concat(
                        Stream.of(stage.name().length()),
                        stage.actions().stream().map(action -> 2 + action.name().length())))
                .mapToInt(length -> Math.min(length, MOST_NAME + 2)).max().orElse(0);
    }
}
