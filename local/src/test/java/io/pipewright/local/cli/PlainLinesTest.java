package io.pipewright.local.cli;

import static io.pipewright.local.cli.Runs.begun;
import static io.pipewright.local.cli.Runs.over;
import static io.pipewright.local.cli.Runs.run;
import static io.pipewright.local.cli.Runs.stage;
import static io.pipewright.local.cli.Runs.toCome;
import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.local.cli.BuildLogs.LogLine;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlainLinesTest {
    private static final RunView FIRST = run(
            stage("Source", begun("Code", "S3", Phase.RUNNING, 0)),
            stage("Build", toCome("Compile", "CodeBuild")));
    private static final RunView BUILDING = run(
            stage("Source", over("Code", "S3", Phase.SUCCEEDED, 0, 200, "")),
            stage("Build", begun("Compile", "CodeBuild", Phase.RUNNING, 300)));
    private static final RunView BUILT = run(
            stage("Source", over("Code", "S3", Phase.SUCCEEDED, 0, 200, "")),
            stage("Build", over("Compile", "CodeBuild", Phase.FAILED, 300, 1_300, "It broke")));

    @Test
    void theFirstLookNamesTheExecution() {
        assertThat(PlainLines.between(Optional.empty(), FIRST, List.of()))
                .containsExactly("shop: execution 1b6c", "● Source / Code running");
    }

    @Test
    void onlyChangesAreTold() {
        assertThat(PlainLines.between(Optional.of(FIRST), FIRST, List.of())).isEmpty();
        assertThat(PlainLines.between(Optional.of(FIRST), BUILDING, List.of()))
                .containsExactly("✔ Source / Code succeeded after 0.2 s", "● Build / Compile running");
    }

    @Test
    void aBuildBeginsBeforeItSpeaksAndSpeaksBeforeItEnds() {
        assertThat(PlainLines.between(Optional.of(FIRST), BUILDING, List.of(LogLine.of("Compile", "hello"))))
                .containsExactly("● Build / Compile running", "  Compile | hello", "✔ Source / Code succeeded after 0.2 s");
        assertThat(PlainLines.between(Optional.of(BUILDING), BUILT, List.of(LogLine.of("Compile", "bye"))))
                .containsExactly("  Compile | bye", "✖ Build / Compile failed after 1.0 s  It broke");
    }
}
