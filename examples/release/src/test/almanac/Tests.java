package almanac;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code java almanac.Tests FILE} runs every test, writes their number to the file, and fails if one of them does. */
final class Tests {
    private static final Map<String, Runnable> TESTS = new LinkedHashMap<>();

    static {
        TESTS.put("the eclipse of 8 April 2024 was at new moon", () -> near("2024-04-08", Moon.Phase.NEW));
        TESTS.put("the eclipse of 28 September 2015 was at full moon", () -> near("2015-09-28", Moon.Phase.FULL));
        TESTS.put("Apollo 11 landed before the first quarter", () -> near("1969-07-22", Moon.Phase.FIRST_QUARTER));
        TESTS.put("phases follow each other in their order", Tests::inOrder);
        TESTS.put("a year has 49 or 50 phases", () -> {
            for (int year = 1900; year < 2100; year++) {
                int phases = Moon.nights(year).size();
                check(phases == 49 || phases == 50, year + " has " + phases);
            }
        });
        TESTS.put("the page names its version and every month", () -> {
            String page = Page.of(2024, Moon.nights(2024), "1.2.3");
            check(page.contains("Almanac 1.2.3"), "no version");
            check(page.contains("January") && page.contains("December"), "months are missing");
        });
    }

    private Tests() {
    }

    public static void main(String[] words) throws IOException {
        int failures = 0;
        for (Map.Entry<String, Runnable> test : TESTS.entrySet()) {
            try {
                test.getValue().run();
                System.out.println("✔ " + test.getKey());
            } catch (AssertionError e) {
                failures++;
                System.out.println("✖ " + test.getKey() + ": " + e.getMessage());
            }
        }
        Files.writeString(Path.of(words[0]), Integer.toString(TESTS.size()));
        System.out.println(TESTS.size() + " tests, " + failures + " failures");
        System.exit(failures == 0 ? 0 : 1);
    }

    /** The mean moon is less than a day away from the real one. */
    private static void near(String date, Moon.Phase phase) {
        LocalDate observed = LocalDate.parse(date);
        boolean found = Moon.nights(observed.getYear()).stream().anyMatch(night ->
                night.phase() == phase && Math.abs(ChronoUnit.DAYS.between(night.date(), observed)) <= 1);
        check(found, "no " + phase.title + " around " + date);
    }

    private static void inOrder() {
        List<Moon.Night> nights = Moon.nights(2026);
        for (int i = 1; i < nights.size(); i++) {
            int before = nights.get(i - 1).phase().ordinal();
            check(nights.get(i).phase().ordinal() == (before + 1) % 4, "after " + nights.get(i - 1));
        }
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }
}
