package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Each folder of {@code import} holds an {@code input}, the {@code arguments} beside it, one a line, and what the command then says.
 * Another folder is another test; {@code -Dpipewright.golden=write} writes what is said, to be read before it is kept.
 */
class ImportGoldenTest {
    private static final Path CASES = Path.of("src/test/resources/io/pipewright/local/cli/import");

    @TestFactory
    Stream<DynamicTest> importsAreAsExpected() throws IOException {
        return children(CASES).map(folder -> DynamicTest.dynamicTest(folder.getFileName().toString(), () -> {
            Path expected = folder.resolve("expected.txt");
            String said = said(folder);
            if (System.getProperty("pipewright.golden", "").equals("write")) {
                Files.writeString(expected, said);
            }
            assertThat(said).isEqualTo(Files.readString(expected));
        }));
    }

    private static Stream<Path> children(Path folder) {
        try {
            return Files.list(folder).sorted();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String said(Path folder) throws IOException {
        List<String> words = new ArrayList<>(List.of("import"));
        children(folder).filter(file -> file.getFileName().toString().startsWith("input.")).map(Path::toString).forEach(words::add);
        for (String argument : Files.readAllLines(folder.resolve("arguments.txt"))) {
            Path file = folder.resolve(argument.replaceAll("[{}:]", "-"));
            words.add(Files.exists(file) ? file.toString() : argument);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Main.run(words, new Console(Terminal.NONE, InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8)));
        return out.toString(StandardCharsets.UTF_8) + "--- and to standard error, with status " + status + ":\n"
                + err.toString(StandardCharsets.UTF_8);
    }
}
