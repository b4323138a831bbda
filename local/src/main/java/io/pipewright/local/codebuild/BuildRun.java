package io.pipewright.local.codebuild;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.CacheType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.ExportedEnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.PhaseContext;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.StatusType;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Walks one build through its phases. Each phase's end is written before the next begins; when the build was ended from elsewhere
 * meanwhile, the run notices at its next step and leaves.
 */
final class BuildRun implements Runnable {
    /** What all runs share. */
    record Host(BuildStore store, Path directory, Clock clock, S3Client s3, BuildEnvironment environment, Runnable changed) {

        BuildWorkspace workspace(String buildId) {
            return new BuildWorkspace(directory.resolve("builds").resolve(BuildLocations.uuid(buildId)).toAbsolutePath());
        }

        Path logFile(String buildId) {
            return directory.resolve("logs").resolve(buildId.substring(0, buildId.indexOf(':')))
                    .resolve(BuildLocations.uuid(buildId) + ".log").toAbsolutePath();
        }

        /** Stores one step and has its events delivered; empty if the build had ended before. */
        Optional<Build> step(String buildId, UnaryOperator<Build> step) {
            Optional<Build> after = store.step(buildId, step);
            changed.run();
            return after;
        }
    }

    /** The build was ended from elsewhere: stopped, timed out, or left to the next server. */
    private static final class Ended extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static final Logger LOG = LoggerFactory.getLogger(BuildRun.class);

    private final Host host;
    private final Project definition;
    private final BuildWorkspace workspace;
    private volatile ProcessGroup group;
    private volatile boolean killed;

    private Build build;
    private BuildLog log;
    private BuildShell shell;
    private BuildSources sources;
    private Buildspec spec;
    private boolean succeeding = true;

    BuildRun(Host host, Build build, Project definition) {
        this.host = host;
        this.build = build;
        this.definition = definition;
        this.workspace = host.workspace(build.id());
    }

    String buildId() {
        return build.id();
    }

    /** Kills the build's processes, now or as soon as it has some. What the build becomes is the caller's decision. */
    void kill() {
        killed = true;
        ProcessGroup running = group;
        if (running != null) {
            running.kill();
        }
    }

    @Override
    public void run() {
        try {
            if (!killed) {
                runPhases();
            }
        } catch (Ended e) {
            reportEnd();
        } catch (BuildShell.ShellDied e) {
            endUnlessKilled(StatusType.FAILED, "SINGLE_BUILD_CONTAINER_DEAD",
                    "Build container found dead before completing the build: its processes were killed from outside");
            reportEnd();
        } catch (IOException | RuntimeException e) {
            LOG.warn("Build {} could not be carried out", build.id(), e);
            endUnlessKilled(StatusType.FAULT, "INTERNAL_ERROR", String.valueOf(e.getMessage()));
            reportEnd();
        } finally {
            cleanUp();
        }
    }

    private void endUnlessKilled(StatusType status, String statusCode, String message) {
        if (!killed) {
            BuildProgress.Outcome outcome = new BuildProgress.Outcome(status, statusCode, message);
            host.step(build.id(), current -> BuildProgress.advance(current, outcome, BuildPhaseType.COMPLETED, host.clock().instant()));
        }
    }

    /** Tells the log's reader how the build was ended, if it was: closing the server leaves that to the next one. */
    private void reportEnd() {
        host.store().build(build.id()).filter(Build::buildComplete).map(BuildProgress::lastFinished).ifPresent(phase -> {
            PhaseContext context = phase.contexts().get(0);
            report(phase.phaseType(), new BuildProgress.Outcome(phase.phaseStatus(), context.statusCode(), context.message()));
        });
    }

    private void cleanUp() {
        kill();
        try {
            workspace.delete();
        } catch (IOException e) {
            LOG.warn("The directory {} of an ended build could not be removed", workspace.root(), e);
        }
    }

    private void runPhases() throws IOException, Ended, BuildShell.ShellDied {
        build = build.toBuilder().logs(BuildLocations.logs(host.environment(), build.id())).build();
        enter(BuildPhaseType.PROVISIONING, BuildProgress.Outcome.SUCCEEDED);
        for (BuildPhaseType phase = BuildPhaseType.PROVISIONING; phase != BuildPhaseType.COMPLETED;) {
            BuildProgress.Outcome outcome = perform(phase);
            succeeding &= outcome.succeeded();
            report(phase, outcome);
            BuildPhaseType next = outcome.succeeded() ? PhaseOrder.afterSuccess(phase)
                    : PhaseOrder.afterFailure(phase, onFailure(phase));
            enter(next, outcome);
            phase = next;
        }
    }

    private void enter(BuildPhaseType next, BuildProgress.Outcome outcome) throws Ended {
        Build known = build;
        Instant now = host.clock().instant();
        build = host.step(known.id(), current -> BuildProgress.advance(learned(current, known), outcome, next, now)).orElseThrow(Ended::new);
    }

    /** What only the run knows, put into the stored build. */
    private static Build learned(Build current, Build known) {
        Build.Builder builder = current.toBuilder().logs(known.logs()).resolvedSourceVersion(known.resolvedSourceVersion()).artifacts(known.artifacts());
        if (known.hasSecondaryArtifacts()) {
            builder.secondaryArtifacts(known.secondaryArtifacts());
        }
        if (known.hasExportedEnvironmentVariables()) {
            builder.exportedEnvironmentVariables(known.exportedEnvironmentVariables());
        }
        return builder.build();
    }

    private OnFailure.Action onFailure(BuildPhaseType phase) {
        return spec == null ? OnFailure.Action.DEFAULT : spec.phase(phase).onFailure().action();
    }

    private BuildProgress.Outcome perform(BuildPhaseType phase) throws IOException, Ended, BuildShell.ShellDied {
        try {
            switch (phase) {
                case PROVISIONING -> provision();
                case DOWNLOAD_SOURCE -> downloadSource();
                case INSTALL, PRE_BUILD, BUILD -> {
                    return runCommands(phase);
                }
                case POST_BUILD -> {
                    BuildProgress.Outcome outcome = runCommands(phase);
                    exportVariables();
                    return outcome;
                }
                case UPLOAD_ARTIFACTS ->
                    build = new BuildOutputs(host.s3(), workspace, shell, log, sources.directories().get(0)).upload(build, definition, spec);
                case FINALIZING -> { }
                case SUBMITTED, QUEUED, COMPLETED, UNKNOWN_TO_SDK_VERSION ->
                    throw new IllegalStateException("Nothing is done in phase " + phase);
            }
            return BuildProgress.Outcome.SUCCEEDED;
        } catch (PhaseFailure e) {
            return e.outcome();
        }
    }

    private void provision() throws IOException, Ended {
        workspace.create();
        log = BuildLog.open(host.logFile(build.id()), host.clock());
        shell = BuildShell.start(workspace, host.logFile(build.id()), BuildVariables.marker(build));
        group = shell.group();
        // Recorded before the first command, so that a later server finds the processes if this one dies.
        if (!host.store().recordProcessGroup(build.id(), group) || killed) {
            throw new Ended();
        }
        log.write("Waiting for DOWNLOAD_SOURCE");
    }

    private void downloadSource() throws IOException {
        log.write("Phase is DOWNLOAD_SOURCE");
        sources = new BuildSources(host.s3(), workspace, build, SourceArchive.Limits.DEFAULT,
                host.environment().endpointUrl());
        sources.download();
        sources.resolvedVersion().ifPresent(version -> build = build.toBuilder().resolvedSourceVersion(version).build());
        Path directory = sources.directories().get(0);
        log.write("CODEBUILD_SRC_DIR=" + directory);
        for (int i = 1; i < sources.directories().size(); i++) {
            log.write("CODEBUILD_SRC_DIR_" + build.secondarySources().get(i - 1).sourceIdentifier() + "=" + sources.directories().get(i));
        }
        BuildSources.Found found = sources.buildspec();
        log.write("YAML location is " + found.location());
        spec = BuildspecReader.read(found.text());
        log.write("Processing environment variables");
        BuildVariables.requirePlainText(build, spec);
        for (EnvironmentVariable variable : build.environment().environmentVariables()) {
            if (!BuildspecReader.isVariable(variable.name())) {
                log.write("Skipping environment variable " + variable.name() + ": a shell can't hold this name");
            }
        }
        shell.begin(spec.interpreter(), directory, BuildVariables.of(build, spec, workspace, sources.directories(), host.environment()));
        for (String name : spec.variables().keySet()) {
            if (BuildVariables.isReserved(name)) {
                log.write("Ignoring variable " + name + " of the buildspec: the name is reserved");
            }
        }
        if (build.cache().type() != CacheType.NO_CACHE) {
            log.write("Ignoring the project's cache: a build on the host begins with nothing");
        }
        for (String key : spec.ignored()) {
            log.write("Ignoring " + key + ": it has no effect in a build on the host");
        }
        log.write("Moving to directory " + directory);
        log.write("Phases found in YAML: " + spec.phases().size());
        for (Map.Entry<BuildPhaseType, Buildspec.Phase> phase : spec.phases().entrySet()) {
            log.write(" " + phase.getKey() + ": " + phase.getValue().commands().size() + " commands");
        }
    }

    private void report(BuildPhaseType phase, BuildProgress.Outcome outcome) {
        boolean unsung = phase == BuildPhaseType.PROVISIONING || phase == BuildPhaseType.FINALIZING;
        if (log != null && !(unsung && outcome.succeeded())) {
            log.write("Phase complete: " + phase + " State: " + outcome.status());
            log.write("Phase context status code: " + outcome.statusCode() + " Message: " + outcome.message());
        }
    }

    private BuildProgress.Outcome runCommands(BuildPhaseType type) throws IOException, BuildShell.ShellDied {
        Buildspec.Phase phase = spec.phase(type);
        log.write("Entering phase " + type);
        BuildProgress.Outcome outcome = runOnce(phase);
        for (int attempt = 1; !outcome.succeeded() && phase.onFailure().retries(attempt, outcome.message()); attempt++) {
            log.write("Retrying phase " + type + " (" + attempt + " of at most " + phase.onFailure().retries() + ")");
            outcome = runOnce(phase);
        }
        return outcome;
    }

    private BuildProgress.Outcome runOnce(Buildspec.Phase phase) throws IOException, BuildShell.ShellDied {
        BuildProgress.Outcome commands = runAll(phase.commands(), succeeding);
        BuildProgress.Outcome finals = runAll(phase.finallyCommands(), succeeding && commands.succeeded());
        return commands.succeeded() ? finals : commands;
    }

    private BuildProgress.Outcome runAll(List<String> commands, boolean succeedingSoFar) throws IOException, BuildShell.ShellDied {
        for (String command : commands) {
            log.write("Running command " + command);
            int status = shell.run(command, succeedingSoFar);
            if (status != 0) {
                log.write("Command did not exit successfully " + command + " exit status " + status);
                return BuildProgress.Outcome.failed("COMMAND_EXECUTION_ERROR",
                        "Error while executing command: " + command + ". Reason: exit status " + status);
            }
        }
        return BuildProgress.Outcome.SUCCEEDED;
    }

    private void exportVariables() throws IOException, BuildShell.ShellDied {
        List<ExportedEnvironmentVariable> exported = new ArrayList<>();
        for (String name : spec.exportedVariables()) {
            if (!BuildspecReader.isVariable(name) || name.startsWith("AWS_")) {
                log.write("Skipping exported variable " + name + ": it can't be exported");
                continue;
            }
            shell.value(name).ifPresent(value -> exported.add(ExportedEnvironmentVariable.builder().name(name).value(value).build()));
        }
        if (!exported.isEmpty()) {
            build = build.toBuilder().exportedEnvironmentVariables(exported).build();
        }
    }
}
