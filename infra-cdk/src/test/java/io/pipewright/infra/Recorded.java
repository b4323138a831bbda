package io.pipewright.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The permissions that functions needed in the last run of the local home's tests, which that run has written down. */
record Recorded(List<Need> needs, List<String> missing) {
    private static final Path LOCAL = Path.of("..", "local");
    private static final Path CALLS = LOCAL.resolve("target/calls.json");
    private static final Path TESTS = LOCAL.resolve("src/test/java");
    private static final Path CODE = Path.of("..", "functions", "target", "classes");

    /** What one call needed. */
    record Need(String function, String action, String resource) { }

    static Recorded read() {
        try {
            if (Files.notExists(CALLS)) {
                return new Recorded(List.of(), List.of("no calls were recorded"));
            }
            JsonNode json = new ObjectMapper().readTree(CALLS.toFile());
            List<Need> needs = new ArrayList<>();
            json.path("calls").forEach(call -> needs.add(new Need(call.path("function").asText(),
                    call.path("action").asText(), call.path("resource").asText())));
            return new Recorded(needs, missing(json.path("classes")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Why this isn't the whole evidence; empty when it is. */
    private static List<String> missing(JsonNode ran) throws IOException {
        List<String> missing = new ArrayList<>();
        if (newest(CODE).compareTo(Files.getLastModifiedTime(CALLS)) > 0) {
            missing.add("the functions were compiled after the calls were recorded");
        }
        List<String> classes = new ArrayList<>();
        ran.forEach(one -> classes.add(one.asText()));
        tests().stream().filter(test -> !classes.contains(test)).map(test -> test + " has not run").forEach(missing::add);
        return missing;
    }

    private static FileTime newest(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<FileTime> times = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                times.add(Files.getLastModifiedTime(file));
            }
            return times.stream().max(FileTime::compareTo).orElseThrow();
        }
    }

    /** The tests of the whole home. */
    private static List<String> tests() throws IOException {
        try (Stream<Path> files = Files.list(TESTS.resolve("io/pipewright/local/home"))) {
            return files.map(file -> TESTS.relativize(file).toString()).filter(name -> name.endsWith("Test.java"))
                    .map(name -> name.substring(0, name.length() - ".java".length()).replace('/', '.')).sorted().toList();
        }
    }
}
