package io.pipewright.local.codebuild;

import io.pipewright.local.database.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsRequest;
import software.amazon.awssdk.services.codebuild.model.BatchGetBuildsResponse;
import software.amazon.awssdk.services.codebuild.model.BatchGetProjectsRequest;
import software.amazon.awssdk.services.codebuild.model.BatchGetProjectsResponse;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.BuildPhaseType;
import software.amazon.awssdk.services.codebuild.model.CacheType;
import software.amazon.awssdk.services.codebuild.model.CreateProjectRequest;
import software.amazon.awssdk.services.codebuild.model.CreateProjectResponse;
import software.amazon.awssdk.services.codebuild.model.DeleteProjectRequest;
import software.amazon.awssdk.services.codebuild.model.DeleteProjectResponse;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectRequest;
import software.amazon.awssdk.services.codebuild.model.ListBuildsForProjectResponse;
import software.amazon.awssdk.services.codebuild.model.ListProjectsRequest;
import software.amazon.awssdk.services.codebuild.model.ListProjectsResponse;
import software.amazon.awssdk.services.codebuild.model.Project;
import software.amazon.awssdk.services.codebuild.model.ProjectSortByType;
import software.amazon.awssdk.services.codebuild.model.SortOrderType;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codebuild.model.StartBuildResponse;
import software.amazon.awssdk.services.codebuild.model.StatusType;
import software.amazon.awssdk.services.codebuild.model.StopBuildRequest;
import software.amazon.awssdk.services.codebuild.model.StopBuildResponse;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectRequest;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectResponse;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * CodeBuild as far as pipelines use it: projects, and builds that run on the host with the user's own rights.
 *
 * <p>Every answered call survives {@code kill -9}. A build that was under way when its server ended has its processes killed by
 * the next one and ends with status {@code FAULT}; one that was still queued runs then. Operations that are not implemented
 * throw {@link UnsupportedOperationException}; parameters that are not supported are refused by name with an
 * {@code InvalidInputException}, except those about containers, which have no meaning here and are ignored.
 */
public final class LocalCodeBuild implements CodeBuildClient, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalCodeBuild.class);
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(5);
    private static final Duration CLOCK_LOOK = Duration.ofMillis(200);
    private static final Duration LONGEST_CLOSE = Duration.ofSeconds(20);
    private static final int QUEUE_FACTOR = 5;
    private static final int MAX_BATCH = 100;
    private static final int PAGE = 100;

    private final BuildStore store;
    private final BuildRun.Host host;
    private final EventOutbox outbox;
    private final ThreadPoolExecutor workers;
    private final ScheduledExecutorService deadlines;
    private final Map<String, BuildRun> runs = new ConcurrentHashMap<>();
    private boolean started;
    private boolean closed;

    /**
     * Prepares the tables; nothing runs before {@link #start}.
     *
     * @param database the data directory's database, closed by the caller after {@link #close}
     * @param directory holds {@code builds/<uuid>} while a build runs and {@code logs/<project>/<uuid>.log} for good
     * @param clock for all times that the API shows and for timeouts
     * @param s3 where sources are read and outputs written
     * @param events takes the builds' events, at least once each, on one thread, in order
     */
    public LocalCodeBuild(Database database, Path directory, Clock clock, S3Client s3, EventSink events, BuildEnvironment environment) {
        this.store = new BuildStore(database);
        this.outbox = new EventOutbox(store, events);
        this.host = new BuildRun.Host(store, directory, clock, s3, environment, outbox::wakeUp);
        this.workers = new ThreadPoolExecutor(environment.maxConcurrentBuilds(), environment.maxConcurrentBuilds(), 10, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), daemon("codebuild-build-"));
        this.workers.allowCoreThreadTimeOut(true);
        this.deadlines = Executors.newSingleThreadScheduledExecutor(daemon("codebuild-deadlines-"));
    }

    private static ThreadFactory daemon(String prefix) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Ends what an earlier server left running, delivers its events, runs its queue, and begins to run new builds. */
    public synchronized void start() {
        if (started) {
            return;
        }
        started = true;
        for (BuildStore.Stored left : store.open()) {
            if (left.build().currentPhase().equals(BuildPhaseType.QUEUED.toString())) {
                enqueue(left.build(), left.definition());
            } else {
                endLeftover(left);
            }
        }
        outbox.start();
        deadlines.scheduleWithFixedDelay(this::enforceDeadlines, 0, CLOCK_LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void endLeftover(BuildStore.Stored left) {
        Build build = left.build();
        left.processGroup().ifPresent(group -> ProcessGroup.parse(group, BuildVariables.marker(build)).kill());
        try {
            host.workspace(build.id()).delete();
        } catch (IOException e) {
            LOG.warn("The directory of build {} could not be removed", build.id(), e);
        }
        end(build.id(), new BuildProgress.Outcome(StatusType.FAULT, "SINGLE_BUILD_CONTAINER_DEAD",
                "Build container found dead before completing the build: the server that ran it has ended"));
    }

    private void enqueue(Build build, Project definition) {
        BuildRun run = new BuildRun(host, build, definition);
        runs.put(build.id(), run);
        workers.execute(() -> {
            try {
                run.run();
            } finally {
                runs.remove(build.id());
            }
        });
    }

    /** Ends a build from outside of its run; empty if it has ended already. */
    private Optional<Build> end(String id, BuildProgress.Outcome outcome) {
        Instant now = host.clock().instant();
        Optional<Build> ended = host.step(id, build -> BuildProgress.advance(build, outcome, BuildPhaseType.COMPLETED, now));
        Optional.ofNullable(runs.get(id)).ifPresent(BuildRun::kill);
        return ended;
    }

    private void enforceDeadlines() {
        try {
            Instant now = host.clock().instant();
            for (BuildStore.Stored open : store.open()) {
                if (now.isAfter(deadline(open.build()))) {
                    end(open.build().id(), new BuildProgress.Outcome(StatusType.TIMED_OUT, "BUILD_TIMED_OUT", "Build has timed out. "));
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("Looking for builds that take too long failed; the next look is in {} ms", CLOCK_LOOK.toMillis(), e);
        }
    }

    /** The time in the queue doesn't count as time of the build. */
    private static Instant deadline(Build build) {
        boolean queued = build.currentPhase().equals(BuildPhaseType.QUEUED.toString());
        return build.phases().stream()
                .filter(phase -> phase.phaseType() == (queued ? BuildPhaseType.QUEUED : BuildPhaseType.PROVISIONING))
                .findFirst().orElseThrow().startTime()
                .plus(Duration.ofMinutes(queued ? build.queuedTimeoutInMinutes() : build.timeoutInMinutes()));
    }

    /**
     * Kills all running builds and stops. They and the queue stay as they are for the next server, which ends the former with
     * {@code FAULT} and runs the latter.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        deadlines.shutdownNow();
        workers.getQueue().clear();
        workers.shutdown();
        runs.values().forEach(BuildRun::kill);
        try {
            if (!workers.awaitTermination(LONGEST_CLOSE.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("A build has not ended {} s after its processes were killed", LONGEST_CLOSE.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (started) {
            outbox.close();
        }
    }

    @Override
    public String serviceName() {
        return SERVICE_NAME;
    }

    /**
     * Reads the log of a build as it grows.
     *
     * @param buildId {@code <project>:<uuid>} or the build's ARN
     * @param offset 0, or {@link LogLines#nextOffset} of the call before
     * @return whole lines, about a megabyte at most; none while the build is queued
     */
    public LogLines read(String buildId, long offset) {
        String id = BuildLocations.withoutArn(buildId);
        // Asked before reading: what was written before the end is then read before the end is told.
        boolean ended = existing(id).buildComplete() && !runs.containsKey(id);
        try {
            return BuildLog.read(host.logFile(id), offset, ended);
        } catch (IOException e) {
            throw new UncheckedIOException("The log of " + id + " could not be read", e);
        }
    }

    private Build existing(String id) {
        return store.build(id).orElseThrow(() -> CodeBuildErrors.notFound("Build cannot be found: " + host.environment().arn("build/" + id)));
    }

    // Projects

    @Override
    public CreateProjectResponse createProject(CreateProjectRequest request) {
        refuseBadge(request.badgeEnabled());
        Instant now = host.clock().instant();
        Project project = withDefaults(ModelJson.read(ModelJson.write(request), Project.builder())
                .created(now).lastModified(now).build());
        if (!store.createProject(project)) {
            throw CodeBuildErrors.alreadyExists("Project already exists: " + project.arn());
        }
        return CreateProjectResponse.builder().project(project).build();
    }

    @Override
    public UpdateProjectResponse updateProject(UpdateProjectRequest request) {
        ProjectRules.require("name", request.name());
        refuseBadge(request.badgeEnabled());
        Instant now = host.clock().instant();
        Project updated = store.updateProject(BuildLocations.withoutArn(request.name()),
                project -> withDefaults(ModelJson.read(ModelJson.write(request), project.toBuilder())
                        .name(project.name()).lastModified(now).build()))
                .orElseThrow(() -> projectNotFound(request.name()));
        return UpdateProjectResponse.builder().project(updated).build();
    }

    private static void refuseBadge(Boolean badgeEnabled) {
        if (Boolean.TRUE.equals(badgeEnabled)) {
            throw CodeBuildErrors.notSupported("badgeEnabled");
        }
    }

    private Project withDefaults(Project given) {
        ProjectRules.check(given);
        Project.Builder project = given.toBuilder().arn(host.environment().arn("project/" + given.name()));
        if (given.cache() == null) {
            project.cache(cache -> cache.type(CacheType.NO_CACHE));
        }
        if (given.encryptionKey() == null) {
            project.encryptionKey(BuildDefinition.defaultKey(host.environment()));
        }
        if (given.timeoutInMinutes() == null) {
            project.timeoutInMinutes(ProjectRules.DEFAULT_TIMEOUT_MINUTES);
        }
        if (given.queuedTimeoutInMinutes() == null) {
            project.queuedTimeoutInMinutes(ProjectRules.DEFAULT_QUEUED_TIMEOUT_MINUTES);
        }
        return project.build();
    }

    /** Succeeds also where there is no such project; its builds stay. */
    @Override
    public DeleteProjectResponse deleteProject(DeleteProjectRequest request) {
        ProjectRules.require("name", request.name());
        store.deleteProject(BuildLocations.withoutArn(request.name()));
        return DeleteProjectResponse.builder().build();
    }

    @Override
    public BatchGetProjectsResponse batchGetProjects(BatchGetProjectsRequest request) {
        checkBatch("names", request.names());
        List<Project> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String name : request.names().stream().distinct().toList()) {
            store.project(BuildLocations.withoutArn(name)).ifPresentOrElse(found::add, () -> missing.add(name));
        }
        return BatchGetProjectsResponse.builder().projects(found).projectsNotFound(missing).build();
    }

    @Override
    public ListProjectsResponse listProjects(ListProjectsRequest request) {
        Comparator<Project> order = request.sortBy() == ProjectSortByType.CREATED_TIME ? Comparator.comparing(Project::created)
                : request.sortBy() == ProjectSortByType.LAST_MODIFIED_TIME ? Comparator.comparing(Project::lastModified)
                : Comparator.comparing(Project::name);
        Stream<Project> sorted = store.projects().stream()
                .sorted(request.sortOrder() == SortOrderType.DESCENDING ? order.reversed() : order);
        List<String> names = sorted.map(Project::name).toList();
        checkToken(request.nextToken(), names.contains(request.nextToken()));
        int from = request.nextToken() == null ? 0 : names.indexOf(request.nextToken()) + 1;
        List<String> page = names.subList(from, Math.min(from + PAGE, names.size()));
        return ListProjectsResponse.builder().projects(page)
                .nextToken(from + PAGE < names.size() ? page.get(PAGE - 1) : null).build();
    }

    private RuntimeException projectNotFound(String name) {
        return CodeBuildErrors.notFound("Project cannot be found: " + host.environment().arn("project/" + BuildLocations.withoutArn(name)));
    }

    /** Page tokens are the last names of their pages. */
    private static void checkToken(String token, boolean known) {
        if (token != null && !known) {
            throw CodeBuildErrors.invalidInput("Invalid nextToken: " + token);
        }
    }

    private static void checkBatch(String member, List<String> values) {
        if (values.isEmpty() || values.size() > MAX_BATCH) {
            throw CodeBuildErrors.invalidInput("1 validation error detected: Value at '" + member
                    + "' failed to satisfy constraint: Member must have between 1 and " + MAX_BATCH + " elements");
        }
    }

    // Builds

    /** One at a time, so that limits and idempotency tokens hold. */
    @Override
    public synchronized StartBuildResponse startBuild(StartBuildRequest request) {
        ProjectRules.require("projectName", request.projectName());
        Instant now = host.clock().instant();
        String token = request.idempotencyToken();
        String canonical = ModelJson.write(request.toBuilder().idempotencyToken(null).build());
        Optional<BuildStore.Remembered> remembered = token == null ? Optional.empty() : store.remembered(token, now.minus(TOKEN_LIFE));
        if (remembered.isPresent()) {
            if (!remembered.get().request().equals(canonical)) {
                throw CodeBuildErrors.invalidInput("Invalid idempotencyToken: " + token + " was used with other parameters");
            }
            return StartBuildResponse.builder().build(remembered.get().build()).build();
        }
        Project project = store.project(BuildLocations.withoutArn(request.projectName()))
                .orElseThrow(() -> projectNotFound(request.projectName()));
        Project definition = BuildDefinition.of(project, request);
        checkLimits(definition);
        Build blank = BuildDefinition.build(definition, definition.name() + ":" + UUID.randomUUID(), host.environment());
        Build build = store.submit(definition, number -> BuildProgress.submitted(blank.toBuilder().buildNumber(number).build(), now),
                token, canonical, now);
        outbox.wakeUp();
        if (started && !closed) {
            enqueue(build, definition);
        }
        return StartBuildResponse.builder().build(build).build();
    }

    private void checkLimits(Project definition) {
        Integer limit = definition.concurrentBuildLimit();
        if (limit != null && limit > 0 && store.countOpen(definition.name()) >= limit) {
            throw CodeBuildErrors.limitExceeded("Cannot have more than " + limit + " active builds for the project " + definition.name());
        }
        int most = (1 + QUEUE_FACTOR) * host.environment().maxConcurrentBuilds();
        if (store.countOpen(null) >= most) {
            throw CodeBuildErrors.limitExceeded("Cannot have more than " + most + " active builds for the account");
        }
    }

    @Override
    public BatchGetBuildsResponse batchGetBuilds(BatchGetBuildsRequest request) {
        checkBatch("ids", request.ids());
        List<Build> found = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        for (String id : request.ids().stream().distinct().toList()) {
            store.build(BuildLocations.withoutArn(id)).ifPresentOrElse(found::add, () -> missing.add(id));
        }
        return BatchGetBuildsResponse.builder().builds(found).buildsNotFound(missing).build();
    }

    @Override
    public ListBuildsForProjectResponse listBuildsForProject(ListBuildsForProjectRequest request) {
        ProjectRules.require("projectName", request.projectName());
        String project = BuildLocations.withoutArn(request.projectName());
        if (store.project(project).isEmpty()) {
            throw projectNotFound(project);
        }
        checkToken(request.nextToken(), request.nextToken() != null && store.build(request.nextToken()).isPresent());
        List<String> ids = store.buildIds(project, request.sortOrder() != SortOrderType.ASCENDING, request.nextToken(), PAGE + 1);
        boolean more = ids.size() > PAGE;
        List<String> page = more ? ids.subList(0, PAGE) : ids;
        return ListBuildsForProjectResponse.builder().ids(page).nextToken(more ? page.get(PAGE - 1) : null).build();
    }

    /** Kills the build's processes; a build that has ended answers with what it is. */
    @Override
    public StopBuildResponse stopBuild(StopBuildRequest request) {
        ProjectRules.require("id", request.id());
        String id = BuildLocations.withoutArn(request.id());
        Optional<Build> stopped = end(id, new BuildProgress.Outcome(StatusType.STOPPED, "", ""));
        return StopBuildResponse.builder().build(stopped.orElseGet(() -> existing(id))).build();
    }
}
