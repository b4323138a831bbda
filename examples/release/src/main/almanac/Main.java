package almanac;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Year;

/** {@code java almanac.Main VERSION FILE} writes this year's almanac. */
final class Main {
    private Main() {
    }

    public static void main(String[] words) throws IOException {
        int year = Year.now().getValue();
        Path file = Path.of(words[1]);
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(file, Page.of(year, Moon.nights(year), words[0]));
        System.out.println(Moon.nights(year).size() + " nights of " + year + " are in " + file);
    }
}
