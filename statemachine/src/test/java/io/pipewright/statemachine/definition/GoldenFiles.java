package io.pipewright.statemachine.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Pairs of files beside each other: {@code <name>.pipeline.json} and what is expected of it. */
public final class GoldenFiles {

    private static final String PIPELINE = ".pipeline.json";

    private GoldenFiles() {
    }

    /** What a golden test asserts of one pair. */
    @FunctionalInterface
    public interface Check {
        void check(Path pipeline, Path expected) throws Exception;
    }

    /** One test per pipeline file in the folder {@code golden} beside {@code owner}. */
    public static List<DynamicTest> tests(Class<?> owner, String expectedEnding, Check check) {
        Path folder = Path.of("src/test/resources", owner.getPackageName().replace('.', '/'), "golden");
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(PIPELINE))
                    .sorted()
                    .map(file -> DynamicTest.dynamicTest(
                            name(file), () -> check.check(file, file.resolveSibling(name(file) + expectedEnding))))
                    .collect(Collectors.toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The JSON in the file; null when there is no such file, so that the assertion shows what should be in it. */
    public static JsonNode json(Path file) throws IOException {
        return Files.exists(file) ? new ObjectMapper().readTree(Files.readString(file)) : null;
    }

    private static String name(Path pipeline) {
        String file = pipeline.getFileName().toString();
        return file.substring(0, file.length() - PIPELINE.length());
    }
}
