package io.pipewright.local.codebuild;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A phase's {@code on-failure}.
 *
 * @param action what happens when the phase has failed for good
 * @param retries how often the phase is run again first, 0 to 100
 * @param retriedErrors which error texts are worth a retry
 */
record OnFailure(Action action, int retries, Pattern retriedErrors) {
    /** {@code DEFAULT} is the order of the phases without any {@code on-failure}. */
    enum Action { DEFAULT, ABORT, CONTINUE }

    static final OnFailure DEFAULT = new OnFailure(Action.DEFAULT, 0, Pattern.compile(""));

    private static final Pattern RETRY = Pattern.compile("RETRY(?:-(\\d{1,3}))?(?:-(.+))?");
    private static final int DEFAULT_RETRIES = 3;
    private static final int MAX_RETRIES = 100;
    /** A pattern may backtrack without end; so many looks at the text are enough for any honest one. */
    private static final int MAX_CHARACTER_READS = 1_000_000;

    /** Reads {@code ABORT}, {@code CONTINUE}, {@code RETRY}, {@code RETRY-<count>}, {@code RETRY-<regex>} or {@code RETRY-<count>-<regex>}. */
    static OnFailure parse(String text) {
        if (text.equals("ABORT") || text.equals("CONTINUE")) {
            return new OnFailure(Action.valueOf(text), 0, DEFAULT.retriedErrors);
        }
        Matcher matcher = RETRY.matcher(text);
        if (!matcher.matches()) {
            throw PhaseFailure.buildspec("Invalid on-failure: " + text + ". Expected ABORT, CONTINUE or RETRY[-<count>][-<regex>]");
        }
        int retries = matcher.group(1) == null ? DEFAULT_RETRIES : Integer.parseInt(matcher.group(1));
        if (retries > MAX_RETRIES) {
            throw PhaseFailure.buildspec("Invalid on-failure: " + text + ". The count must be between 0 and " + MAX_RETRIES);
        }
        try {
            return new OnFailure(Action.DEFAULT, retries, Pattern.compile(matcher.group(2) == null ? ".*" : matcher.group(2)));
        } catch (PatternSyntaxException e) {
            throw PhaseFailure.buildspec("Invalid on-failure: " + text + ". " + e.getDescription());
        }
    }

    /** Whether a phase that failed with {@code error} on its {@code attempt}th try (from 1) runs again. */
    boolean retries(int attempt, String error) {
        if (attempt > retries) {
            return false;
        }
        try {
            return retriedErrors.matcher(new CountedText(error, new int[] {MAX_CHARACTER_READS})).find();
        } catch (TooManyReads e) {
            return false;
        }
    }

    private static final class TooManyReads extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private record CountedText(CharSequence text, int[] left) implements CharSequence {
        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            if (--left[0] < 0) {
                throw new TooManyReads();
            }
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new CountedText(text.subSequence(start, end), left);
        }
    }
}
