package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.deploy;
import static io.pipewright.local.home.Sample.fetch;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static org.assertj.core.api.Assertions.assertThat;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.FAILED;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.IN_PROGRESS;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.STOPPED;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.STOPPING;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.SUCCEEDED;
import static software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus.SUPERSEDED;

import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.PipelineRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.local.database.Database;
import io.pipewright.statemachine.definition.Limits;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.ArtifactsType;
import software.amazon.awssdk.services.codebuild.model.ComputeType;
import software.amazon.awssdk.services.codebuild.model.EnvironmentType;
import software.amazon.awssdk.services.codebuild.model.SourceType;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;
import software.amazon.awssdk.services.codepipeline.model.CodePipelineException;
import software.amazon.awssdk.services.codepipeline.model.ConcurrentPipelineExecutionsLimitExceededException;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.NotLatestPipelineExecutionException;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionSummary;
import software.amazon.awssdk.services.codepipeline.model.SourceRevision;
import software.amazon.awssdk.services.codepipeline.model.StageRetryMode;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ObjectVersion;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/**
 * Kills a home under load, again and again, and looks in the end whether every execution has ended as it should: none lost, none
 * doubled, nothing stuck. Its {@link #main} does it as often as one likes:
 * {@code java -cp <test class path> io.pipewright.local.home.KillDriver <kills> [<seed>]}.
 */
final class KillDriver {
    private static final String QUEUED = "queued";
    private static final String PARALLEL = "parallel";
    private static final String SUPERSEDING = "superseding";
    private static final String LISTENING = "listening";
    private static final List<String> STARTED = List.of(QUEUED, PARALLEL, SUPERSEDING);
    private static final String PROJECT = "trivial";
    private static final String LISTENED = "listened.zip";
    private static final int STARTS_PER_ROUND = 3;
    private static final int ROUNDS_BETWEEN_WORDS = 10;
    /** A life lasts up to twice as long as its home took to open, but up to this anyway: on a busy machine less happens in a while. */
    private static final int LONGEST_LIFE_MILLIS = 1500;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** What is planned for an execution, by its number. */
    private enum Fate { SUCCEED, REJECT, STOP }

    /**
     * What came of it.
     *
     * @param statuses how many executions ended how
     * @param faultedBuilds builds that a kill tore down
     */
    record Report(int kills, Map<PipelineExecutionStatus, Long> statuses, int builds, int faultedBuilds) { }

    private final Path data;
    private final Random random;
    /** Execution ids by client request token, as answered. */
    private final Map<String, String> started = new TreeMap<>();
    private final Map<String, Fate> fates = new HashMap<>();
    /** Executions whose retry came too late. */
    private final Set<String> notLatest = new HashSet<>();
    private int planned;

    KillDriver(Path data, long seed) {
        this.data = data;
        this.random = new Random(seed);
    }

    /** Arguments: how many kills, and a seed for their moments. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments[0].equals("serve")) {
            serve(Path.of(arguments[1]));
            return;
        }
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        Path data = Files.createTempDirectory("pipewright-kills");
        System.out.println("Seed " + seed + ", data in " + data);
        System.out.println(new KillDriver(data, seed).kill(Integer.parseInt(arguments[0])));
    }

    /** The victim: serves until it is killed. */
    private static void serve(Path data) throws InterruptedException {
        LocalHome home = open(data);
        System.out.println(home.endpoint());
        Thread.currentThread().join();
    }

    private static LocalHome open(Path data) {
        LocalHome home = LocalHome.open(new LocalHome.Options(data, 0, Limits.AWS, Database.Durability.NORMAL));
        home.start();
        return home;
    }

    /** Kills so many times; an AssertionError says what was lost. */
    Report kill(int kills) throws IOException, InterruptedException {
        try (LocalHome home = open(data)) {
            prepare(home);
        }
        for (int i = 0; i < kills; i++) {
            planned += STARTS_PER_ROUND;
            round();
            if ((i + 1) % ROUNDS_BETWEEN_WORDS == 0) {
                System.out.println("Killed " + (i + 1) + " of " + kills + " times; " + started.size() + " executions started");
            }
        }
        try (LocalHome home = open(data); CodePipelineClient client = TestHome.client(home)) {
            Awaitility.await().atMost(PATIENCE.plusSeconds(10L * kills)).pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> drive(client) && isQuiet(client));
            return verified(home, client, kills);
        }
    }

    // The pipelines

    private static void prepare(LocalHome home) {
        S3Client s3 = home.engine().clients().s3().get();
        for (String bucket : List.of(TestHome.ARTIFACTS, TestHome.SOURCES, TestHome.SITE)) {
            s3.createBucket(request -> request.bucket(bucket));
        }
        s3.putBucketVersioning(request -> request.bucket(TestHome.SOURCES)
                .versioningConfiguration(versioning -> versioning.status("Enabled")));
        upload(s3, TestHome.APP, "app");
        upload(s3, LISTENED, "0");
        home.codeBuild().createProject(request -> request.name(PROJECT)
                .source(from -> from.type(SourceType.CODEPIPELINE)
                        .buildspec("{\"version\": \"0.2\", \"phases\": {\"build\": {\"commands\": [\"test -f index.html\", \"sleep 0.1\"]}}}"))
                .artifacts(to -> to.type(ArtifactsType.CODEPIPELINE))
                .environment(environment -> environment.type(EnvironmentType.LINUX_CONTAINER).image("local")
                        .computeType(ComputeType.BUILD_GENERAL1_SMALL))
                .serviceRole(Sample.ROLE));
        try (CodePipelineClient client = TestHome.client(home)) {
            for (PipelineDeclaration declaration : List.of(
                    work(QUEUED, ExecutionMode.QUEUED), work(PARALLEL, ExecutionMode.PARALLEL),
                    pipeline(SUPERSEDING, source(), stage("Gate", approval("Ask")), stage("Ship", deploy("Put"))),
                    pipeline(LISTENING, ExecutionMode.QUEUED, stage("Source", fetch("Fetch", Map.of(
                            "S3Bucket", TestHome.SOURCES, "S3ObjectKey", LISTENED))), stage("Ship", deploy("Put"))))) {
                client.createPipeline(request -> request.pipeline(declaration));
            }
            Awaitility.await().atMost(PATIENCE).until(() -> runs(client, LISTENING).size() == 1);
        }
    }

    private static void upload(S3Client s3, String key, String text) {
        s3.putObject(request -> request.bucket(TestHome.SOURCES).key(key), RequestBody.fromBytes(TestHome.zip(text)));
    }

    private static PipelineDeclaration work(String name, ExecutionMode mode) {
        ActionDeclaration build = Sample.action("Make", ActionCategory.BUILD, "CodeBuild", Map.of("ProjectName", PROJECT))
                .toBuilder().inputArtifacts(InputArtifact.builder().name("App").build()).build();
        return pipeline(name, mode, source(), stage("Work", build, deploy("Put")), stage("Gate", approval("Ask")),
                stage("Ship", deploy("Put")));
    }

    // One life

    private void round() throws IOException, InterruptedException {
        long born = System.nanoTime();
        Process victim = victim();
        try {
            if (random.nextInt(5) == 0) {
                victim.waitFor(random.nextInt(LONGEST_LIFE_MILLIS), TimeUnit.MILLISECONDS);
                return;
            }
            BufferedReader output = victim.inputReader(StandardCharsets.UTF_8);
            URI endpoint = URI.create(Optional.ofNullable(output.readLine())
                    .orElseThrow(() -> new IllegalStateException("The home didn't open: " + errors())));
            long opening = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - born);
            CompletableFuture<Void> load = CompletableFuture.runAsync(() -> load(endpoint));
            long life = (long) (random.nextDouble() * Math.max(LONGEST_LIFE_MILLIS, 2 * opening));
            assertThat(victim.waitFor(life, TimeUnit.MILLISECONDS)).as("died itself").isFalse();
            victim.destroyForcibly().waitFor();
            load.join();
        } finally {
            victim.destroyForcibly().waitFor();
        }
    }

    private Process victim() throws IOException {
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-Xmx512m",
                "-cp", classPath, KillDriver.class.getName(), "serve", data.toString())
                .redirectError(ProcessBuilder.Redirect.appendTo(errorFile())).start();
    }

    private File errorFile() {
        return data.resolveSibling(data.getFileName() + "-errors").toFile();
    }

    private String errors() {
        try {
            return Files.readString(errorFile().toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Works on the home until it is dead. */
    private void load(URI endpoint) {
        try (CodePipelineClient client = TestHome.client(endpoint); S3Client s3 = TestHome.s3(endpoint)) {
            upload(s3, LISTENED, Integer.toString(planned));
            while (true) {
                drive(client);
            }
        } catch (SdkClientException | UncheckedIOException dead) {
            // Whatever was under way has an unknown outcome, and is asked for again in the next life.
            return;
        } catch (CodePipelineException cut) {
            boolean whole = cut.awsErrorDetails() != null && cut.awsErrorDetails().errorCode() != null;
            if (whole) {
                throw cut;
            }
        }
    }

    /** Does once all that there is to do; whether every planned execution has been started. */
    private boolean drive(CodePipelineClient client) {
        for (String pipeline : STARTED) {
            for (int number = 0; number < planned; number++) {
                start(client, pipeline, number);
            }
            for (PipelineExecutionSummary run : runs(client, pipeline)) {
                if (moves(run)) {
                    push(client, pipeline, run);
                }
            }
        }
        return started.size() == planned * STARTED.size();
    }

    private void start(CodePipelineClient client, String pipeline, int number) {
        String token = pipeline + "-" + number;
        if (started.containsKey(token)) {
            return;
        }
        try {
            String run = client.startPipelineExecution(request -> request.name(pipeline).clientRequestToken(token))
                    .pipelineExecutionId();
            if (run == null) {
                // The answer's head came before the kill, its body didn't; the client makes nothing of that.
                return;
            }
            started.put(token, run);
            fates.put(run, pipeline.equals(SUPERSEDING) ? Fate.SUCCEED : switch (number % 5) {
                case 1 -> Fate.REJECT;
                case 3 -> Fate.STOP;
                default -> Fate.SUCCEED;
            });
        } catch (ConcurrentPipelineExecutionsLimitExceededException e) {
            // Later, when others have ended.
            return;
        }
    }

    private static List<PipelineExecutionSummary> runs(CodePipelineClient client, String pipeline) {
        return client.listPipelineExecutionsPaginator(request -> request.pipelineName(pipeline))
                .pipelineExecutionSummaries().stream().toList();
    }

    private static List<ActionExecutionDetail> actions(CodePipelineClient client, String pipeline, String run) {
        return client.listActionExecutionsPaginator(request -> request.pipelineName(pipeline)
                .filter(filter -> filter.pipelineExecutionId(run))).actionExecutionDetails().stream().toList();
    }

    private void push(CodePipelineClient client, String pipeline, PipelineExecutionSummary run) {
        String id = run.pipelineExecutionId();
        List<ActionExecutionDetail> asked = actions(client, pipeline, id).stream()
                .filter(action -> action.actionName().equals("Ask")).toList();
        Fate fate = fates.getOrDefault(id, Fate.SUCCEED);
        try {
            if (run.status() == FAILED) {
                retry(client, pipeline, id, asked.isEmpty() ? "Work" : "Gate");
            } else if (!asked.isEmpty() && asked.get(0).status() == ActionExecutionStatus.IN_PROGRESS) {
                if (fate == Fate.STOP) {
                    client.stopPipelineExecution(request -> request.pipelineName(pipeline).pipelineExecutionId(id)
                            .abandon(true).reason("planned"));
                } else {
                    answer(client, pipeline, asked.get(0), fate == Fate.REJECT && asked.size() == 1
                            ? ApprovalStatus.REJECTED : ApprovalStatus.APPROVED);
                }
            }
        } catch (NotLatestPipelineExecutionException e) {
            notLatest.add(id);
        } catch (CodePipelineException e) {
            assertThat(e.statusCode()).as(e.getMessage()).isEqualTo(400);
        }
    }

    private static void retry(CodePipelineClient client, String pipeline, String run, String stage) {
        client.retryStageExecution(request -> request.pipelineName(pipeline).pipelineExecutionId(run).stageName(stage)
                .retryMode(StageRetryMode.FAILED_ACTIONS));
    }

    private static void answer(
            CodePipelineClient client, String pipeline, ActionExecutionDetail asked, ApprovalStatus answer) {
        client.putApprovalResult(request -> request.pipelineName(pipeline).stageName(asked.stageName())
                .actionName(asked.actionName()).token(asked.actionExecutionId())
                .result(result -> result.status(answer).summary("planned")));
    }

    /** Whether nothing moves any more. */
    private boolean isQuiet(CodePipelineClient client) {
        for (String pipeline : List.of(QUEUED, PARALLEL, SUPERSEDING, LISTENING)) {
            for (PipelineExecutionSummary run : runs(client, pipeline)) {
                if (moves(run)) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean moves(PipelineExecutionSummary run) {
        return run.status() == IN_PROGRESS || run.status() == STOPPING
                || run.status() == FAILED && !notLatest.contains(run.pipelineExecutionId());
    }

    // The end

    private Report verified(LocalHome home, CodePipelineClient client, int kills) {
        Store store = home.engine().store();
        Map<PipelineExecutionStatus, Long> statuses = new TreeMap<>();
        Set<String> expectedBuilds = new HashSet<>();
        for (String pipeline : STARTED) {
            List<PipelineExecutionSummary> runs = runs(client, pipeline);
            assertThat(runs.stream().map(PipelineExecutionSummary::pipelineExecutionId)
                    .filter(run -> !run.equals(runs.get(runs.size() - 1).pipelineExecutionId())))
                    .as("each start has its one execution in " + pipeline)
                    .containsExactlyInAnyOrderElementsOf(started(pipeline));
            PipelineDeclaration declaration = client.getPipeline(request -> request.name(pipeline)).pipeline();
            for (PipelineExecutionSummary run : runs) {
                statuses.merge(run.status(), 1L, Long::sum);
                verify(pipeline, run);
                expectedBuilds.addAll(verifyActions(store, declaration, run));
            }
            verifyHistory(client, pipeline, runs);
            verifyRest(home, store, pipeline);
        }
        verifyListening(home, client);
        return new Report(kills, statuses, expectedBuilds.size(), verifyBuilds(home.codeBuild(), expectedBuilds));
    }

    private List<String> started(String pipeline) {
        return started.entrySet().stream().filter(one -> one.getKey().startsWith(pipeline + "-")).map(Map.Entry::getValue)
                .toList();
    }

    private void verify(String pipeline, PipelineExecutionSummary run) {
        String id = run.pipelineExecutionId();
        Set<PipelineExecutionStatus> allowed = new HashSet<>();
        switch (fates.getOrDefault(id, Fate.SUCCEED)) {
            case SUCCEED -> allowed.add(SUCCEEDED);
            case REJECT -> allowed.add(pipeline.equals(PARALLEL) || !notLatest.contains(id) ? SUCCEEDED : FAILED);
            case STOP -> allowed.add(STOPPED);
        }
        if (notLatest.contains(id)) {
            allowed.add(FAILED);
        }
        if (pipeline.equals(SUPERSEDING)) {
            allowed.add(SUPERSEDED);
        }
        assertThat(run.status()).as(pipeline + " " + id).isIn(allowed);
    }

    /** No action runs any more and none was doubled; answers the builds of the run. */
    private static Set<String> verifyActions(Store store, PipelineDeclaration declaration, PipelineExecutionSummary run) {
        List<ActionRecord> actions = store.actions(run.pipelineExecutionId());
        assertThat(actions).as("ended").noneMatch(ActionRecord::isInProgress);
        assertThat(actions.stream().map(action -> action.attempt() + " " + action.stageName() + " " + action.actionName()))
                .as("once per attempt").doesNotHaveDuplicates();
        List<String> succeeded = actions.stream().filter(action -> action.status() == ActionExecutionStatus.SUCCEEDED)
                .map(action -> action.stageName() + "/" + action.actionName()).toList();
        assertThat(succeeded).as("succeeded once").doesNotHaveDuplicates();
        if (run.status() == SUCCEEDED) {
            assertThat(succeeded).containsExactlyInAnyOrderElementsOf(declaration.stages().stream()
                    .flatMap(stage -> stage.actions().stream().map(action -> stage.name() + "/" + action.name())).toList());
        }
        return actions.stream().filter(action -> action.actionName().equals("Make"))
                .flatMap(action -> action.result().externalId().stream()).collect(Collectors.toSet());
    }

    /** The pipeline's history holds what its executions' histories hold. */
    private static void verifyHistory(CodePipelineClient client, String pipeline, List<PipelineExecutionSummary> runs) {
        List<String> whole = client.listActionExecutionsPaginator(request -> request.pipelineName(pipeline))
                .actionExecutionDetails().stream().map(ActionExecutionDetail::actionExecutionId).toList();
        List<String> parts = new ArrayList<>();
        runs.forEach(run -> actions(client, pipeline, run.pipelineExecutionId())
                .forEach(action -> parts.add(action.actionExecutionId())));
        assertThat(whole).containsExactlyInAnyOrderElementsOf(parts);
    }

    /** Nothing holds a stage, nothing is owed, no machine runs. */
    private static void verifyRest(LocalHome home, Store store, String pipeline) {
        String generation = store.entry(pipeline).orElseThrow().generation();
        Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
            PipelineRecord record = store.pipeline(generation).orElseThrow();
            assertThat(record.state().active()).isEmpty();
            assertThat(home.machines().listExecutionsPaginator(request -> request
                    .stateMachineArn("arn:aws:states:us-east-1:000000000000:stateMachine:pipewright-" + generation)
                    .statusFilter(ExecutionStatus.RUNNING)).executions().stream()).isEmpty();
        });
    }

    private static void verifyListening(LocalHome home, CodePipelineClient client) {
        List<String> versions = home.engine().clients().s3().get()
                .listObjectVersions(request -> request.bucket(TestHome.SOURCES).prefix(LISTENED)).versions().stream()
                .map(ObjectVersion::versionId).toList();
        assertThat(runs(client, LISTENING).stream().flatMap(run -> run.sourceRevisions().stream())
                .map(SourceRevision::revisionId)).as("one execution per version, in their order")
                .containsExactlyElementsOf(versions);
    }

    /** Every build belongs to an action; answers how many the kills tore down. */
    private static int verifyBuilds(CodeBuildClient codeBuild, Set<String> expected) {
        List<String> builds = codeBuild.listBuildsForProjectPaginator(request -> request.projectName(PROJECT)).ids().stream().toList();
        assertThat(builds).containsExactlyInAnyOrderElementsOf(expected);
        int faulted = 0;
        for (String build : builds) {
            String status = codeBuild.batchGetBuilds(request -> request.ids(build)).builds().get(0).buildStatusAsString();
            assertThat(status).isIn("SUCCEEDED", "FAULT");
            faulted += status.equals("FAULT") ? 1 : 0;
        }
        return faulted;
    }
}
