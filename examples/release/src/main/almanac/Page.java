package almanac;

import java.time.Month;
import java.time.format.TextStyle;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The almanac of a year as a web page that needs nothing else. */
final class Page {
    private static final String FRAME = """
            <!doctype html>
            <html lang="en">
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>The moon in %1$d</title>
            <style>
              body { background: #10131f; color: #e8e6df; font: 1.1rem/1.6 Georgia, serif; max-width: 60rem; margin: 3rem auto; padding: 0 1rem }
              main { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: 2rem }
              h2 { font-size: 1.1rem; border-bottom: 1px solid #3a4060 }
              ul { list-style: none; padding: 0 }
              footer { color: #8a8fa8; margin-top: 3rem }
            </style>
            <h1>The moon in %1$d</h1>
            <main>
            %2$s
            </main>
            <footer>Almanac %3$s</footer>
            </html>
            """;

    private Page() {
    }

    static String of(int year, List<Moon.Night> nights, String version) {
        String months = Arrays.stream(Month.values())
                .map(month -> month(month, nights))
                .collect(Collectors.joining("\n"));
        return FRAME.formatted(year, months, version);
    }

    private static String month(Month month, List<Moon.Night> nights) {
        String items = nights.stream()
                .filter(night -> night.date().getMonth() == month)
                .map(night -> "<li>%s %d · %s</li>".formatted(
                        night.phase().sign, night.date().getDayOfMonth(), night.phase().title))
                .collect(Collectors.joining("\n"));
        return "<section><h2>" + month.getDisplayName(TextStyle.FULL, Locale.ENGLISH) + "</h2><ul>\n" + items + "\n</ul></section>";
    }
}
