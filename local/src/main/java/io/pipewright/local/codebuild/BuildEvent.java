package io.pipewright.local.codebuild;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildArtifacts;
import software.amazon.awssdk.services.codebuild.model.BuildPhase;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.LogsLocation;
import software.amazon.awssdk.services.codebuild.model.PhaseContext;
import software.amazon.awssdk.services.codebuild.model.ProjectEnvironment;
import software.amazon.awssdk.services.codebuild.model.ProjectSource;

/**
 * An event of {@code aws.codebuild} about one build ("Build notifications input format reference", CodeBuild User Guide, with
 * the members that real events have besides).
 *
 * @param detail the {@code detail} object as JSON text; whole numbers are written as {@code 60.0} there, as the service does
 */
record BuildEvent(String detailType, String buildArn, String detail) {
    static final String SOURCE = "aws.codebuild";
    private static final String STATE_CHANGE = "CodeBuild Build State Change";
    private static final String PHASE_CHANGE = "CodeBuild Build Phase Change";
    private static final String NO_CONTEXT = "[]";
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("MMM d, yyyy h:mm:ss a", Locale.US).withZone(ZoneOffset.UTC);

    /** A build was accepted: the only state change without phases and build number. */
    static BuildEvent started(Build build) {
        return stateChange(build, BuildPhaseType.SUBMITTED, information(build));
    }

    /** A build has ended. */
    static BuildEvent ended(Build build) {
        ObjectNode information = information(build);
        information.put("build-number", (double) build.buildNumber());
        information.set("phases", phases(build));
        return stateChange(build, BuildPhaseType.COMPLETED, information);
    }

    /** The phase before the running one has ended. */
    static BuildEvent phaseEnded(Build build) {
        BuildPhase phase = BuildProgress.lastFinished(build);
        ObjectNode information = information(build);
        information.put("build-number", (double) build.buildNumber());
        information.set("phases", phases(build));
        ObjectNode detail = object();
        detail.put("completed-phase", phase.phaseTypeAsString());
        detail.put("completed-phase-status", phase.phaseStatusAsString());
        detail.put("completed-phase-context", contextText(phase));
        detail.put("completed-phase-duration-seconds", (double) phase.durationInSeconds());
        detail.put("completed-phase-start", date(phase.startTime()));
        detail.put("completed-phase-end", date(phase.endTime()));
        detail.put("project-name", build.projectName());
        detail.put("build-id", build.arn());
        detail.set("additional-information", information);
        detail.put("version", "1");
        return new BuildEvent(PHASE_CHANGE, build.arn(), detail.toString());
    }

    private static BuildEvent stateChange(Build build, BuildPhaseType currentPhase, ObjectNode information) {
        ObjectNode detail = object();
        detail.put("build-status", build.buildStatusAsString());
        detail.put("project-name", build.projectName());
        detail.put("build-id", build.arn());
        detail.set("additional-information", information);
        detail.put("current-phase", currentPhase.toString());
        detail.put("current-phase-context", NO_CONTEXT);
        detail.put("version", "1");
        return new BuildEvent(STATE_CHANGE, build.arn(), detail.toString());
    }

    private static ObjectNode information(Build build) {
        ObjectNode node = object();
        node.putObject("cache").put("type", "NO_CACHE");
        node.put("timeout-in-minutes", (double) build.timeoutInMinutes());
        node.put("queued-timeout-in-minutes", (double) build.queuedTimeoutInMinutes());
        node.put("build-complete", build.buildComplete());
        node.put("initiator", build.initiator());
        node.put("build-start-time", date(build.startTime()));
        node.set("source", source(build.source()));
        if (build.sourceVersion() != null) {
            node.put("source-version", build.sourceVersion());
        }
        node.set("artifact", artifact(build.artifacts()));
        if (build.hasSecondaryArtifacts()) {
            ArrayNode secondary = node.putArray("secondary-artifacts");
            build.secondaryArtifacts().forEach(artifacts -> secondary.add(artifact(artifacts)));
        }
        node.set("environment", environment(build.environment()));
        node.putArray("project-file-system-locations");
        node.set("logs", logs(build.logs()));
        return node;
    }

    private static ObjectNode source(ProjectSource source) {
        ObjectNode node = object();
        putIfPresent(node, "buildspec", source.buildspec());
        putIfPresent(node, "location", source.location());
        node.put("type", source.typeAsString());
        return node;
    }

    private static ObjectNode artifact(BuildArtifacts artifacts) {
        ObjectNode node = object();
        putIfPresent(node, "artifact-identifier", artifacts.artifactIdentifier());
        putIfPresent(node, "md5sum", artifacts.md5sum());
        putIfPresent(node, "sha256sum", artifacts.sha256sum());
        putIfPresent(node, "location", artifacts.location());
        return node;
    }

    private static ObjectNode environment(ProjectEnvironment environment) {
        ObjectNode node = object();
        putIfPresent(node, "image", environment.image());
        node.put("privileged-mode", Boolean.TRUE.equals(environment.privilegedMode()));
        putIfPresent(node, "image-pull-credentials-type", environment.imagePullCredentialsTypeAsString());
        putIfPresent(node, "compute-type", environment.computeTypeAsString());
        putIfPresent(node, "type", environment.typeAsString());
        ArrayNode variables = node.putArray("environment-variables");
        environment.environmentVariables().forEach(variable -> variables.addObject()
                .put("name", variable.name()).put("type", variable.typeAsString()).put("value", variable.value()));
        return node;
    }

    private static ObjectNode logs(LogsLocation logs) {
        ObjectNode node = object();
        putIfPresent(node, "group-name", logs.groupName());
        putIfPresent(node, "stream-name", logs.streamName());
        node.put("deep-link", logs.deepLink());
        return node;
    }

    private static ArrayNode phases(Build build) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (BuildPhase phase : build.phases()) {
            ObjectNode node = array.addObject();
            if (phase.phaseStatus() != null) {
                ArrayNode contexts = node.putArray("phase-context");
                phase.contexts().forEach(context -> contexts.add(contextText(context)));
            }
            node.put("start-time", date(phase.startTime()));
            if (phase.phaseStatus() != null) {
                node.put("end-time", date(phase.endTime()));
                node.put("duration-in-seconds", (double) phase.durationInSeconds());
            }
            node.put("phase-type", phase.phaseTypeAsString());
            putIfPresent(node, "phase-status", phase.phaseStatusAsString());
        }
        return array;
    }

    private static String contextText(BuildPhase phase) {
        return phase.contexts().stream().map(BuildEvent::contextText).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String contextText(PhaseContext context) {
        return context.statusCode() + ": " + context.message();
    }

    private static void putIfPresent(ObjectNode node, String name, String value) {
        if (value != null) {
            node.put(name, value);
        }
    }

    private static String date(Instant instant) {
        return DATE.format(instant);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
