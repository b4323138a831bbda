package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example, from its directory to its deployed files. */
class RunCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    @TempDir
    private Path data;

    @Test
    void theExampleRunsToItsEndAndAgainAndEndsWhereItIsRejected() {
        assertThat(run("", "--yes")).as(this::out).isZero();
        assertThat(out()).contains("release: execution ", "  Test | 6 tests, 0 failures", "✔ Build / Build succeeded", "VERSION=1.0.1",
                "✔ Deploy / Site succeeded", "✔ Succeeded in ", "Site deployed to s3://release-site/1.0.1/");
        assertThat(data.resolve("deployed/release-site/1.0.1/index.html")).content().contains("Almanac 1.0.1");

        assertThat(run("hm\na looks fine\n")).as(this::out).isZero();
        assertThat(out()).contains("Almanac 1.0.2 passed 6 tests. Shall it be published?", "Or answer at http://127.0.0.1:",
                "That is neither approve nor reject", "✔ Approve / Publish succeeded", "looks fine");
        assertThat(data.resolve("deployed/release-site/1.0.2/index.html")).content().contains("Almanac 1.0.2");

        assertThat(run("r not today\n")).as(this::out).isEqualTo(1);
        assertThat(out()).contains("✖ Failed in ", "Approve / Publish failed: not today", "retry-stage-execution");
        assertThat(data.resolve("deployed/release-site/1.0.3")).doesNotExist();
    }

    private int run(String typed, String... options) {
        out.reset();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        List<String> words = new ArrayList<>(List.of("run", "../examples/release", "--data", data.toString()));
        words.addAll(List.of(options));
        return Main.run(words, new Console(
                Terminal.NONE, new ByteArrayInputStream(typed.getBytes(StandardCharsets.UTF_8)), print, print));
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }
}
