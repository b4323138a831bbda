package io.pipewright.local.cli;

import java.time.Duration;
import java.util.Locale;

/** Durations as a person reads them: {@code 4.2 s}, {@code 1:05}, {@code 1:00:05}. */
final class Elapsed {
    private Elapsed() {
    }

    static String text(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(0, duration.toMillis()) / 100 / 10.0);
        }
        String minutes = String.format(Locale.ROOT, "%d:%02d", seconds / 60 % 60, seconds % 60);
        return seconds < 3600 ? minutes : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
