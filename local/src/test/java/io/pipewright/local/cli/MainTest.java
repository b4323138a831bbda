package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
    private static final Path EXAMPLE = Path.of("../examples/release/pipeline.json");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    @TempDir
    private Path directory;

    @Test
    void helpIsWhereItIsLookedFor() {
        assertThat(run("help")).isZero();
        assertThat(out()).contains("run DIR", "serve", "validate FILE", "compile FILE");
        assertThat(run("run", "--help")).isZero();
        assertThat(out()).contains("--yes");
    }

    @Test
    void aWrongCommandLineEndsWithStatus2AndTheUsage() {
        assertThat(run("frobnicate")).isEqualTo(2);
        assertThat(err()).contains("There is no command frobnicate", "Usage:");
        assertThat(run("serve", "--port", "70000")).isEqualTo(2);
        assertThat(err()).contains("--port must be a number", "Usage: pipewright serve");
        assertThat(run("serve", "--limit", "stages=0")).isEqualTo(2);
        assertThat(err()).contains("stages");
        assertThat(run("serve", "--sync", "half")).isEqualTo(2);
        assertThat(err()).contains("--sync must be full or normal");
        assertThat(run("run")).isEqualTo(2);
        assertThat(err()).contains("DIR is missing");
    }

    @Test
    void theExampleIsValidBothAsTheCommandLineTakesItAndAlone() throws IOException {
        assertThat(run("validate", EXAMPLE.toString())).isZero();
        assertThat(out()).contains("is fine: pipeline release, 4 stages, 5 actions.");
        Path alone = directory.resolve("alone.json");
        Files.writeString(alone, new ObjectMapper().readTree(Files.readString(EXAMPLE)).get("pipeline").toString());
        assertThat(run("validate", alone.toString())).isZero();
    }

    @Test
    void aBrokenPipelineEndsWithStatus1AndItsFindings() throws IOException {
        Path broken = directory.resolve("broken.json");
        Files.writeString(broken, Files.readString(EXAMPLE).replace("\"ProjectName\"", "\"Project\""));
        assertThat(run("validate", broken.toString())).isEqualTo(1);
        assertThat(out()).contains("stages[1].actions[0].configuration.ProjectName", "→ Add ProjectName");
        assertThat(run("compile", broken.toString())).isEqualTo(1);
        assertThat(out()).isEmpty();
    }

    @Test
    void whatIsNoJsonIsNamedWithLineAndColumn() throws IOException {
        Path file = directory.resolve("broken.json");
        Files.writeString(file, "{\n  \"pipeline\": }\n");
        assertThat(run("validate", file.toString())).isEqualTo(1);
        assertThat(err()).contains("is not JSON: line 2, column 15");
        Files.writeString(file, "{\n  \"pipeline\": {");
        assertThat(run("validate", file.toString())).isEqualTo(1);
        assertThat(err()).endsWith("is not JSON: line 2, column 16: Unexpected end-of-input: expected close marker for Object\n");
        assertThat(run("validate", directory.resolve("none.json").toString())).isEqualTo(1);
        assertThat(err()).contains("There is no file");
    }

    @Test
    void compilePrintsTheMachine() throws IOException {
        assertThat(run("compile", EXAMPLE.toString())).isZero();
        assertThat(new ObjectMapper().readTree(out()).get("States").properties()).hasSizeGreaterThan(5);
    }

    @Test
    void runNamesWhatIsMissing() {
        assertThat(run("run", directory.resolve("nowhere").toString(), "--data", data())).isEqualTo(1);
        assertThat(err()).contains("There is no directory");
        assertThat(run("run", directory.toString(), "--data", data())).isEqualTo(1);
        assertThat(err()).contains("has no pipeline.json");
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private int run(String... words) {
        out.reset();
        err.reset();
        return Main.run(List.of(words), new Console(
                Terminal.NONE, InputStream.nullInputStream(), new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }
}
