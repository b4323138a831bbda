package io.pipewright.local.cli;

import java.util.regex.Pattern;

/** Text of others, made fit to be printed among our own. */
final class Printable {
    /** Everything that would move the cursor; colours and tabs stay. */
    private static final Pattern CONTROL = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-ln-z]|\u001b[^\\[]|[\\p{Cntrl}&&[^\t\n\u001b]]");

    private Printable() {
    }

    static String of(String text) {
        return CONTROL.matcher(text).replaceAll("");
    }
}
