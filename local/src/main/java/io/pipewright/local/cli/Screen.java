package io.pipewright.local.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The bottom of a terminal, drawn again and again below lines that stay ("ECMA-48", cursor and erase functions). */
final class Screen {
    private static final String CLEAR_BELOW = "\u001b[J";
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";

    private static final Pattern STYLES = Pattern.compile("\u001b\\[[0-9;]*m");

    private final PrintStream out;
    private final int columns;
    /** How many lines the cursor is below the first line of the frame. */
    private int depth;

    Screen(PrintStream out, int columns) {
        this.out = out;
        this.columns = columns;
    }

    /**
     * Replaces the frame.
     *
     * @param above lines that go above the frame and stay
     * @param frame lines of the frame, together less than the screen
     * @param prompt text in front of the cursor, which is hidden without one
     */
    void draw(List<String> above, List<String> frame, Optional<String> prompt) {
        StringBuilder text = new StringBuilder(depth > 0 ? "\u001b[" + depth + "A" : "").append('\r').append(CLEAR_BELOW);
        above.forEach(line -> text.append(line).append('\n'));
        frame.forEach(line -> text.append(line).append('\n'));
        text.append(prompt.map(said -> SHOW_CURSOR + said).orElse(HIDE_CURSOR));
        out.print(text);
        out.flush();
        depth = frame.stream().mapToInt(this::rows).sum();
    }

    /** How many rows a line takes; one that is as long as the screen is wide ends there. */
    private int rows(String line) {
        int length = (int) STYLES.matcher(line).replaceAll("").codePoints().count();
        return Math.max(1, (length + columns - 1) / columns);
    }

    /** The person has pressed Enter, which took the cursor down a line. */
    void entered() {
        depth++;
    }

    /** The last frame stays, and what is printed next goes below it. */
    void leave() {
        out.print(SHOW_CURSOR);
        out.flush();
        depth = 0;
    }
}
