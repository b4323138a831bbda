package io.pipewright.local.codebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;

/** The events of a build, their shape and their delivery. */
class BuildEventsTest {
    private static final String FAILING = "version: 0.2\nphases: {build: {commands: [exit 2]}}\n";

    @TempDir
    Path directory;

    private static List<String> names(JsonNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void aBuildIsToldFromItsStartToItsEnd() {
        try (Home home = Home.withProject(directory)) {
            Build build = home.run(Home.commands(FAILING).environmentVariablesOverride(
                    EnvironmentVariable.builder().name("STAGE").value("test").build()));
            home.endEvent(build);

            assertThat(home.events).allSatisfy(event -> {
                assertThat(event.source()).isEqualTo("aws.codebuild");
                assertThat(event.resources()).containsExactly(build.arn());
                assertThat(event.detail().path("build-id").asText()).isEqualTo(build.arn());
                assertThat(event.detail().path("project-name").asText()).isEqualTo("shop");
                assertThat(event.detail().path("version").asText()).isEqualTo("1");
            });
            assertThat(home.events).extracting(event -> event.detail().path("completed-phase").asText("")
                    + event.detail().path("build-status").asText("")).containsExactly("IN_PROGRESS", "SUBMITTED", "QUEUED", "PROVISIONING",
                    "DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD", "BUILD", "POST_BUILD", "UPLOAD_ARTIFACTS", "FINALIZING", "FAILED");
        }
    }

    @Test
    void theFirstEventKnowsNoPhases() {
        try (Home home = Home.withProject(directory)) {
            home.endEvent(home.run(FAILING));
            Home.Event event = home.events.get(0);

            assertThat(event.detailType()).isEqualTo("CodeBuild Build State Change");
            assertThat(names(event.detail())).containsExactly("build-status", "project-name", "build-id", "additional-information",
                    "current-phase", "current-phase-context", "version");
            assertThat(event.detail().path("current-phase").asText()).isEqualTo("SUBMITTED");
            assertThat(event.detail().path("current-phase-context").asText()).isEqualTo("[]");
            JsonNode information = event.detail().path("additional-information");
            assertThat(names(information)).doesNotContain("phases", "build-number");
            assertThat(information.path("build-complete").asBoolean()).isFalse();
            assertThat(information.path("logs").path("deep-link").asText())
                    .isEqualTo("https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logEvent:group=null;stream=null");
        }
    }

    @Test
    void theLastEventHasThemAll() {
        try (Home home = Home.withProject(directory)) {
            Build build = home.run(Home.commands(FAILING).environmentVariablesOverride(
                    EnvironmentVariable.builder().name("STAGE").value("test").build()));
            JsonNode detail = home.endEvent(build).detail();

            assertThat(detail.path("build-status").asText()).isEqualTo("FAILED");
            assertThat(detail.path("current-phase").asText()).isEqualTo("COMPLETED");
            JsonNode information = detail.path("additional-information");
            assertThat(information.path("build-complete").asBoolean()).isTrue();
            assertThat(information.path("build-number").toString()).isEqualTo("1.0");
            assertThat(information.path("timeout-in-minutes").toString()).isEqualTo("60.0");
            assertThat(information.path("queued-timeout-in-minutes").toString()).isEqualTo("480.0");
            assertThat(information.path("build-start-time").asText()).matches("[A-Z][a-z]{2} \\d{1,2}, \\d{4} \\d{1,2}:\\d\\d:\\d\\d [AP]M");
            assertThat(information.path("cache").toString()).isEqualTo("{\"type\":\"NO_CACHE\"}");
            assertThat(information.path("project-file-system-locations").toString()).isEqualTo("[]");
            assertThat(information.path("source").path("type").asText()).isEqualTo("NO_SOURCE");
            assertThat(information.path("environment").path("environment-variables").toString())
                    .isEqualTo("[{\"name\":\"STAGE\",\"type\":\"PLAINTEXT\",\"value\":\"test\"}]");
            assertThat(information.path("logs").path("stream-name").asText()).isEqualTo(build.logs().streamName());
            assertThat(information.path("logs").path("deep-link").asText()).isEqualTo(
                    "https://console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logEvent:group=/aws/codebuild/shop;stream="
                            + build.logs().streamName());
            JsonNode phases = information.path("phases");
            assertThat(phases.get(0).path("phase-context").toString()).isEqualTo("[]");
            assertThat(phases.get(2).path("phase-context").toString()).isEqualTo("[\": \"]");
            assertThat(phases.get(6).path("phase-type").asText()).isEqualTo("BUILD");
            assertThat(phases.get(6).path("phase-context").toString())
                    .isEqualTo("[\"COMMAND_EXECUTION_ERROR: Error while executing command: exit 2. Reason: exit status 2\"]");
            assertThat(phases.get(6).path("duration-in-seconds").isDouble()).isTrue();
            assertThat(names(phases.get(10))).containsExactly("start-time", "phase-type");
        }
    }

    @Test
    void aPhaseChangeTellsThePhaseThatEndedAndShowsTheRunningOneLast() {
        try (Home home = Home.withProject(directory)) {
            home.endEvent(home.run(FAILING));
            Home.Event event = home.events.stream()
                    .filter(candidate -> candidate.detail().path("completed-phase").asText().equals("BUILD")).findFirst().orElseThrow();

            assertThat(event.detailType()).isEqualTo("CodeBuild Build Phase Change");
            assertThat(names(event.detail())).containsExactly("completed-phase", "completed-phase-status", "completed-phase-context",
                    "completed-phase-duration-seconds", "completed-phase-start", "completed-phase-end", "project-name", "build-id",
                    "additional-information", "version");
            assertThat(event.detail().path("completed-phase-status").asText()).isEqualTo("FAILED");
            assertThat(event.detail().path("completed-phase-context").asText())
                    .isEqualTo("[COMMAND_EXECUTION_ERROR: Error while executing command: exit 2. Reason: exit status 2]");
            JsonNode phases = event.detail().path("additional-information").path("phases");
            assertThat(names(phases.get(phases.size() - 1))).containsExactly("start-time", "phase-type");
            assertThat(phases.get(phases.size() - 1).path("phase-type").asText()).isEqualTo("POST_BUILD");
        }
    }

    @Test
    void eventsThatWereNotTakenComeAgainInOrderAlsoAfterARestart() {
        List<String> refused;
        try (Home home = Home.withBusDown(directory)) {
            home.codeBuild.createProject(Home.project(Home.PROJECT).build());
            home.run(FAILING);
            refused = home.refusedEvents;
            await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).until(() -> refused.size() > 1);
            assertThat(refused).as("only the first one, again and again").containsOnly(refused.get(0));
        }
        try (Home home = Home.open(directory)) {
            await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20)).until(() -> home.events.size() == 12);
            assertThat(home.events.get(0).detail().toString()).isEqualTo(refused.get(0));
            assertThat(home.events.get(11).detail().path("build-status").asText()).isEqualTo("FAILED");
        }
    }
}
