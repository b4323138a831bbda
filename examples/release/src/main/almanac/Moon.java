package almanac;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The mean moon: right to within fourteen hours, which is enough for a walk at night. */
final class Moon {
    enum Phase {
        NEW("🌑", "New moon"),
        FIRST_QUARTER("🌓", "First quarter"),
        FULL("🌕", "Full moon"),
        LAST_QUARTER("🌗", "Last quarter");

        final String sign;
        final String title;

        Phase(String sign, String title) {
            this.sign = sign;
            this.title = title;
        }
    }

    record Night(LocalDate date, Phase phase) {
    }

    /** From one new moon to the next, on average. */
    static final Duration MONTH = Duration.ofSeconds(2_551_443);

    private static final Instant NEW_MOON = Instant.parse("2000-01-06T18:14:00Z");

    private Moon() {
    }

    /** The phases whose moment lies in the year, in UTC. */
    static List<Night> nights(int year) {
        List<Night> nights = new ArrayList<>();
        Instant begin = LocalDate.of(year, 1, 1).atStartOfDay().toInstant(ZoneOffset.UTC);
        long quarter = Math.floorDiv(Duration.between(NEW_MOON, begin).toSeconds() * 4, MONTH.toSeconds());
        while (true) {
            LocalDate date = LocalDate.ofInstant(NEW_MOON.plusSeconds(quarter * MONTH.toSeconds() / 4), ZoneOffset.UTC);
            if (date.getYear() > year) {
                return nights;
            }
            if (date.getYear() == year) {
                nights.add(new Night(date, Phase.values()[(int) Math.floorMod(quarter, 4L)]));
            }
            quarter++;
        }
    }
}
