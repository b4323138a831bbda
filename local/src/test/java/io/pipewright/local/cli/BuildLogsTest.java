package io.pipewright.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pipewright.local.cli.BuildLogs.LogLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildLogsTest {
    private static final String SERVICE = "[Container] 2026/01/01 10:00:00.000001 ";

    @TempDir
    private Path data;

    @Test
    void aBuildsLinesComeOnceEachAndWhole() throws IOException {
        BuildLogs logs = new BuildLogs(data);
        logs.follow("Compile", "shop:1");
        assertThat(logs.next()).isEmpty();
        append("one\ntw");
        assertThat(logs.next()).extracting(LogLine::text).containsExactly("one");
        append("o\n");
        assertThat(logs.next()).extracting(LogLine::text).containsExactly("two");
        append("unfinished");
        assertThat(logs.rest("Compile", "shop:1")).extracting(LogLine::text).containsExactly("unfinished");
        assertThat(logs.rest("Compile", "shop:1")).isEmpty();
    }

    @Test
    void aBuildThatWasNeverSeenRunningIsReadAtItsEnd() throws IOException {
        append("one\n");
        assertThat(new BuildLogs(data).rest("Compile", "shop:1")).extracting(LogLine::text).containsExactly("one");
    }

    @Test
    void ofTheServicesLinesOnlyTellingOnesAreShown() throws IOException {
        append(SERVICE + "Entering phase BUILD\n" + SERVICE + "Running command make\n" + SERVICE
                + "Phase complete: BUILD State: SUCCEEDED\n" + SERVICE + "Phase context status code:  Message: \n" + SERVICE
                + "Phase complete: POST_BUILD State: FAILED\n" + "Entering phase BUILD\n");
        assertThat(new BuildLogs(data).rest("Compile", "shop:1")).containsExactly(
                new LogLine("Compile", "$ make", true), new LogLine("Compile", "Phase complete: POST_BUILD State: FAILED", true),
                new LogLine("Compile", "Entering phase BUILD", false));
    }

    @Test
    void whatWouldMoveTheCursorIsTakenOut() {
        assertThat(LogLine.of("a", "10 %\r20 %\r\u001b[32mdone\u001b[0m\u001b[2K\u0007").text()).isEqualTo("\u001b[32mdone\u001b[0m");
    }

    private void append(String text) throws IOException {
        Path file = BuildLogs.file(data, "shop:1");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
}
