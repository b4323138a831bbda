package io.pipewright.local.cli;

/** One line of a screen: as long as the screen is wide and not longer, because a line that wraps can't be overwritten. */
final class Line {
    private final int columns;
    private final boolean colours;
    private final StringBuilder text = new StringBuilder();
    private int length;

    Line(int columns, boolean colours) {
        this.columns = columns;
        this.colours = colours;
    }

    /** Adds text as far as there is room. */
    Line add(Style style, String added) {
        int room = columns - length;
        int end = added.codePointCount(0, added.length()) <= room
                ? added.length()
                : added.offsetByCodePoints(0, Math.max(0, room));
        String fitting = added.substring(0, end);
        text.append(style.apply(fitting, colours));
        length += fitting.codePointCount(0, fitting.length());
        return this;
    }

    Line add(String added) {
        return add(Style.PLAIN, added);
    }

    /** Adds blanks up to a column, counted from 0; at least one. */
    Line to(int column) {
        return add(" ".repeat(Math.max(1, column - length)));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
