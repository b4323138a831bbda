package io.pipewright.local.codebuild;

import static io.pipewright.local.codebuild.Home.PROJECT;
import static io.pipewright.local.codebuild.Home.phase;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.StatusType;

class BuildContractTest {
    @TempDir
    Path directory;
    private Home home;

    @BeforeEach
    void open() {
        home = Home.withProject(directory);
    }

    @AfterEach
    void close() {
        home.close();
    }

    @Test
    void aBuildReadsItsSourceAndUploadsItsOutput() {
        Build build = home.run(home.source("buildspec.yml", """
                version: 0.2
                env:
                  exported-variables: [GREETING]
                phases:
                  install: {commands: [mkdir out]}
                  build:
                    commands:
                      - tr a-z A-Z < name.txt > out/name.txt
                      - GREETING="hello $(cat name.txt)"
                artifacts:
                  files: ['**/*']
                  base-directory: out
                """, "name.txt", "world"));

        assertThat(build.buildStatus()).as("%s", build.phases()).isEqualTo(StatusType.SUCCEEDED);
        assertThat(Zips.read(home.s3.content("store/out/app.zip"))).containsOnlyKeys("name.txt").containsEntry("name.txt", "WORLD");
        assertThat(build.exportedEnvironmentVariables()).singleElement()
                .satisfies(variable -> assertThat(variable.value()).isEqualTo("hello world"));
        assertThat(build.phases()).extracting(Object::toString).isNotEmpty();
        assertThat(home.endEvent(build).detail().path("build-status").asText()).isEqualTo("SUCCEEDED");
    }
}
