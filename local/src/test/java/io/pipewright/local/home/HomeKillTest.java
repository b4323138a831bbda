package io.pipewright.local.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;

/** {@code kill -9} at random moments; {@code -Dpipewright.kills=100} does it more often. */
class HomeKillTest {
    private static final int KILLS = Integer.getInteger("pipewright.kills", 4);

    @TempDir
    Path directory;

    @Test
    void whateverDiesEveryExecutionEndsAsItShould() throws Exception {
        KillDriver.Report report = new KillDriver(directory.resolve("home"), Long.getLong("pipewright.seed", 42)).kill(KILLS);

        System.out.println(report);
        assertThat(report.statuses()).containsKey(PipelineExecutionStatus.SUCCEEDED);
    }
}
