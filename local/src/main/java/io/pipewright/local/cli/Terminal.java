package io.pipewright.local.cli;

import java.util.List;
import java.util.Map;

/**
 * What the process is attached to. The launcher says so, because Java can't tell input from output.
 *
 * @param input whether a person types the input
 * @param live whether the output is a screen on which lines can be overwritten
 * @param colours whether colours are wanted
 * @param rows of the screen
 * @param columns of the screen
 */
record Terminal(boolean input, boolean live, boolean colours, int rows, int columns) {
    /** Neither person nor screen. */
    static final Terminal NONE = new Terminal(false, false, false, 24, 80);

    static Terminal fromLauncher() {
        return of(System.getProperty("pipewright.terminal", ""), System.getenv());
    }

    /**
     * @param said {@code in} if the input is a terminal; {@code out} if the output is one, then its rows and columns if known
     * @param environment a {@code TERM} of {@code dumb} can't overwrite; {@code NO_COLOR}, not empty, turns colours off
     */
    static Terminal of(String said, Map<String, String> environment) {
        List<String> words = List.of(said.strip().split("\\s+"));
        int out = words.indexOf("out");
        boolean screen = out >= 0 && !environment.getOrDefault("TERM", "dumb").equals("dumb");
        boolean colours = screen && environment.getOrDefault("NO_COLOR", "").isEmpty();
        boolean sized = out >= 0 && words.size() == out + 3;
        int rows = sized ? number(words.get(out + 1)) : 0;
        int columns = sized ? number(words.get(out + 2)) : 0;
        return new Terminal(words.contains("in"), screen, colours, rows > 0 ? rows : 24, columns > 0 ? columns : 80);
    }

    private static int number(String text) {
        return text.chars().allMatch(Character::isDigit) && text.length() < 6 ? Integer.parseInt(text) : 0;
    }
}
