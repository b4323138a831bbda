package io.pipewright.local.cli;

import static io.pipewright.local.cli.Runs.at;
import static io.pipewright.local.cli.Runs.begun;
import static io.pipewright.local.cli.Runs.over;
import static io.pipewright.local.cli.Runs.run;
import static io.pipewright.local.cli.Runs.stage;
import static io.pipewright.local.cli.Runs.toCome;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TreeTest {
    private static final RunView RUN = run(
            stage("Source", over("Code", "S3", Phase.SUCCEEDED, 0, 210, "")),
            stage("Build",
                    over("Compile", "CodeBuild", Phase.SUCCEEDED, 300, 2_400, "VERSION=1.2"),
                    begun("Test", "CodeBuild", Phase.RUNNING, 300)),
            stage("Approve", toCome("Publish", "Manual")));

    @Test
    void showsStagesAndActionsWithStateAndTime() {
        assertThat(Tree.lines(RUN, at(3_450), plain(24, 80))).containsExactly(
                "shop  1b6c",
                "✔ Source          0.2 s",
                "  ✔ Code          0.2 s  S3",
                "● Build           3.1 s",
                "  ✔ Compile       2.1 s  CodeBuild  VERSION=1.2",
                "  ● Test          3.1 s  CodeBuild",
                "○ Approve",
                "  ○ Publish              Manual");
    }

    @Test
    void saysThatAnApprovalWaits() {
        RunView run = run(stage("Approve", begun("Publish", "Manual", Phase.ASKING, 0)));
        assertThat(Tree.lines(run, at(61_000), plain(24, 80))).containsExactly(
                "shop  1b6c",
                "? Approve          1:01",
                "  ? Publish        1:01  Manual  waits for approval");
    }

    @Test
    void noLineIsAsWideAsTheScreen() {
        RunView run = run(stage("Build", over("Compile", "CodeBuild", Phase.FAILED, 0, 1, "x".repeat(200))));
        assertThat(Tree.lines(run, at(0), plain(24, 40))).allSatisfy(line -> assertThat(line).hasSizeLessThan(40));
        assertThat(Tree.lines(run, at(0), new Terminal(false, true, true, 24, 40)))
                .allSatisfy(line -> assertThat(line.replaceAll("\u001b\\[[0-9]*m", "")).hasSizeLessThan(40));
    }

    @Test
    void onALowScreenOnlyStagesAtWorkShowTheirActions() {
        assertThat(Tree.lines(RUN, at(3_450), plain(13, 80))).containsExactly(
                "shop  1b6c",
                "✔ Source          0.2 s",
                "● Build           3.1 s",
                "  ✔ Compile       2.1 s  CodeBuild  VERSION=1.2",
                "  ● Test          3.1 s  CodeBuild",
                "○ Approve");
    }

    @Test
    void aTreeThatIsStillTooHighIsCutAroundTheWork() {
        RunView.Stage[] stages = IntStream.range(0, 50).mapToObj(i -> i < 40
                ? stage("S" + i, over("A", "S3", Phase.SUCCEEDED, 0, 1, ""))
                : i == 40 ? stage("S" + i, begun("A", "S3", Phase.RUNNING, 1)) : stage("S" + i, toCome("A", "S3")))
                .toArray(RunView.Stage[]::new);
        List<String> lines = Tree.lines(run(stages), at(100), plain(16, 80));
        assertThat(lines).hasSizeLessThanOrEqualTo(10).anySatisfy(line -> assertThat(line).contains("● S40"));
    }

    @Test
    void coloursMarkStates() {
        assertThat(Tree.lines(RUN, at(3_450), new Terminal(false, true, true, 24, 80)))
                .contains("\u001b[32m✔\u001b[0m \u001b[1mSource\u001b[0m          \u001b[2m0.2 s\u001b[0m");
    }

    private static Terminal plain(int rows, int columns) {
        return new Terminal(false, true, false, rows, columns);
    }
}
