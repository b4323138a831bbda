package io.pipewright.local.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.functions.action.ActionWork;
import io.pipewright.functions.approval.ApprovalPage;
import io.pipewright.functions.approval.Approvals;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.invoke.Jobs;
import io.pipewright.functions.invoke.LambdaInvoke;
import io.pipewright.functions.reconciler.Reconciler;
import io.pipewright.functions.reconciler.ReconcilerHandler;
import io.pipewright.functions.settings.Clients;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.local.database.Database;
import io.pipewright.local.sns.Message;
import io.pipewright.local.watch.RecordedCalls;
import io.pipewright.statemachine.definition.Limits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ActionOwner;
import software.amazon.awssdk.services.codepipeline.model.ApprovalResult;
import software.amazon.awssdk.services.codepipeline.model.FailureType;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.JobDetails;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.PutJobFailureResultRequest;
import software.amazon.awssdk.services.codepipeline.model.PutJobSuccessResultRequest;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.s3.S3Client;

/** Every action type that runs, in the whole local home. */
class ActionTypesTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final String BY = "arn:aws:iam::000000000000:user/someone";

    @TempDir
    static Path data;

    private static LocalHome home;
    private static Engine engine;
    private static S3Client s3;
    private static CodePipelineClient codePipeline;

    @BeforeAll
    static void open() throws IOException {
        home = LocalHome.open(new LocalHome.Options(data, 0, Limits.AWS, Database.Durability.NORMAL)
                .watchedBy(RecordedCalls.watch()));
        home.start();
        engine = home.engine();
        Clients clients = engine.clients();
        s3 = clients.s3().get();
        for (String bucket : List.of("artifacts", "source", "site")) {
            s3.createBucket(request -> request.bucket(bucket));
        }
        s3.putBucketVersioning(request -> request.bucket("source")
                .versioningConfiguration(versioning -> versioning.status("Enabled")));
        s3.putObject(request -> request.bucket("source").key("app.zip"), RequestBody.fromBytes(archive()));
        codePipeline = CodePipelineClient.builder().endpointOverride(home.endpoint()).region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("a", "b")))
                .httpClient(UrlConnectionHttpClient.create()).build();
        Files.createDirectories(data.resolve("functions"));
        Files.writeString(data.resolve("functions/worker.json"),
                "{\"command\": [\"sh\", \"-c\", \"cat > $AWS_LAMBDA_REQUEST_ID.tmp && mv $AWS_LAMBDA_REQUEST_ID.tmp $AWS_LAMBDA_REQUEST_ID.event\"]}");
    }

    @AfterAll
    static void close() {
        codePipeline.close();
        home.close();
    }

    private static byte[] archive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            entry(zip, "index.html", "<p>hello</p>");
            entry(zip, "buildspec.yml", """
                    version: 0.2
                    env:
                      exported-variables: [RELEASE]
                    phases:
                      build:
                        commands:
                          - export RELEASE=$PREFIX-7
                          - mkdir out && cp index.html out/built.html
                    artifacts:
                      base-directory: out
                      files: ['**/*']
                    """);
        }
        return bytes.toByteArray();
    }

    private static void entry(ZipOutputStream zip, String name, String text) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(text.getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
    }

    // Pipelines

    private static ActionDeclaration.Builder action(
            String name, ActionCategory category, String provider, Map<String, String> configuration) {
        return ActionDeclaration.builder().name(name).configuration(configuration)
                .actionTypeId(type -> type.category(category).owner(ActionOwner.AWS).provider(provider).version("1"));
    }

    private static InputArtifact input(String name) {
        return InputArtifact.builder().name(name).build();
    }

    private static OutputArtifact output(String name) {
        return OutputArtifact.builder().name(name).build();
    }

    private static StageDeclaration stage(String name, ActionDeclaration.Builder... actions) {
        return StageDeclaration.builder().name(name)
                .actions(Arrays.stream(actions).map(ActionDeclaration.Builder::build).toList()).build();
    }

    /** A pipeline with a source stage in front, which starts at once; returns its name. */
    private static String pipeline(StageDeclaration... stages) {
        List<StageDeclaration> all = new ArrayList<>(List.of(stage("Source",
                action("Src", ActionCategory.SOURCE, "S3", Map.of(
                        "S3Bucket", "source", "S3ObjectKey", "app.zip", "PollForSourceChanges", "false"))
                        .outputArtifacts(output("App")))));
        all.addAll(List.of(stages));
        String name = "shop-" + NAMES.incrementAndGet();
        codePipeline.createPipeline(request -> request.pipeline(PipelineDeclaration.builder().name(name)
                .roleArn("arn:aws:iam::000000000000:role/pipeline").pipelineType("V2")
                .artifactStore(store -> store.type("S3").location("artifacts")).stages(all).build()));
        return name;
    }

    private static void awaitStatus(String pipeline, PipelineExecutionStatus status) {
        await(() -> assertThat(codePipeline.listPipelineExecutions(request -> request.pipelineName(pipeline))
                .pipelineExecutionSummaries()).first().extracting(run -> run.status()).isEqualTo(status));
    }

    private static void await(org.awaitility.core.ThrowingRunnable assertion) {
        Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                .pollDelay(Duration.ZERO).untilAsserted(assertion);
    }

    private static Optional<ActionExecutionDetail> execution(String pipeline, String action) {
        return codePipeline.listActionExecutions(request -> request.pipelineName(pipeline)).actionExecutionDetails()
                .stream().filter(one -> one.actionName().equals(action)).findFirst();
    }

    private static ActionExecutionDetail awaitAction(
            String pipeline, String action, Predicate<ActionExecutionDetail> condition) {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20))
                .pollDelay(Duration.ZERO)
                .until(() -> execution(pipeline, action).filter(condition), Optional::isPresent).orElseThrow();
    }

    private static String code(ThrowingCallable call) {
        try {
            call.call();
        } catch (ApiError e) {
            return e.code().replace("Exception", "");
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return "none";
    }

    // CodeBuild

    @Test
    void aBuildsOutputAndVariablesReachTheDeployment() {
        home.codeBuild().createProject(request -> request.name("shop-build").serviceRole("arn:aws:iam::000000000000:role/b")
                .source(source -> source.type("CODEPIPELINE")).artifacts(artifacts -> artifacts.type("CODEPIPELINE"))
                .environment(environment -> environment.type("LINUX_CONTAINER").image("any").computeType("BUILD_GENERAL1_SMALL")));

        String pipeline = pipeline(
                stage("Build", action("Compile", ActionCategory.BUILD, "CodeBuild", Map.of(
                        "ProjectName", "shop-build",
                        "EnvironmentVariables", "[{\"name\":\"PREFIX\",\"value\":\"release\"}]"))
                        .namespace("Compiled").inputArtifacts(input("App")).outputArtifacts(output("Built"))),
                stage("Deploy", action("Put", ActionCategory.DEPLOY, "S3", Map.of(
                        "BucketName", "site", "Extract", "true", "ObjectKey", "#{Compiled.RELEASE}"))
                        .inputArtifacts(input("Built"))));

        awaitStatus(pipeline, PipelineExecutionStatus.SUCCEEDED);
        assertThat(s3.getObjectAsBytes(request -> request.bucket("site").key("release-7/built.html")).asUtf8String())
                .isEqualTo("<p>hello</p>");
        ActionExecutionDetail build = execution(pipeline, "Compile").orElseThrow();
        assertThat(build.output().executionResult().externalExecutionId()).startsWith("shop-build:");
        assertThat(build.output().outputVariables()).containsEntry("RELEASE", "release-7");
    }

    @Test
    void aMissingProjectFailsTheAction() {
        String pipeline = pipeline(stage("Build", action("Compile", ActionCategory.BUILD, "CodeBuild",
                Map.of("ProjectName", "nobody")).inputArtifacts(input("App"))));

        awaitStatus(pipeline, PipelineExecutionStatus.FAILED);
        assertThat(execution(pipeline, "Compile").orElseThrow().output().executionResult().errorDetails().code())
                .isEqualTo("ConfigurationError");
    }

    @Test
    void withoutExtractTheArchiveIsDeployedAsItIs() {
        String pipeline = pipeline(stage("Deploy", action("Put", ActionCategory.DEPLOY, "S3",
                Map.of("BucketName", "site", "Extract", "false", "ObjectKey", "raw/app.zip")).inputArtifacts(input("App"))));

        awaitStatus(pipeline, PipelineExecutionStatus.SUCCEEDED);
        assertThat(s3.getObjectAsBytes(request -> request.bucket("site").key("raw/app.zip")).asByteArray())
                .isEqualTo(s3.getObjectAsBytes(request -> request.bucket("source").key("app.zip")).asByteArray());
        assertThat(s3.headObject(request -> request.bucket("site").key("raw/app.zip")).eTag()).endsWith("-1\"");
    }

    @Test
    void aMissingBucketFailsTheDeployment() {
        String pipeline = pipeline(stage("Deploy", action("Put", ActionCategory.DEPLOY, "S3",
                Map.of("BucketName", "no-such-bucket-here", "Extract", "true")).inputArtifacts(input("App"))));

        awaitStatus(pipeline, PipelineExecutionStatus.FAILED);
        assertThat(execution(pipeline, "Put").orElseThrow().output().executionResult().externalExecutionSummary())
                .contains("bucket no-such-bucket-here does not exist");
    }

    // Approvals

    private static String approval(String... configuration) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < configuration.length; i += 2) {
            map.put(configuration[i], configuration[i + 1]);
        }
        return pipeline(stage("Gate", action("Ask", ActionCategory.APPROVAL, "Manual", map)));
    }

    private static String token(String pipeline) {
        return awaitAction(pipeline, "Ask", one -> one.status() == ActionExecutionStatus.IN_PROGRESS
                && engine.store().external("approval", one.actionExecutionId()).isPresent()).actionExecutionId();
    }

    private static ApprovalResult result(String status, String summary) {
        return ApprovalResult.builder().status(status).summary(summary).build();
    }

    private static String decide(String pipeline, String token, ApprovalResult result) {
        return code(() -> new Approvals(home.engine("api")).decide(pipeline, "Gate", "Ask", token, result, BY));
    }

    @Test
    void anApprovalByTheApiLetsTheExecutionGoOn() {
        String pipeline = approval();
        String token = token(pipeline);

        assertThat(decide(pipeline, token, result("Approved", ""))).isEqualTo("none");

        awaitStatus(pipeline, PipelineExecutionStatus.SUCCEEDED);
        ActionExecutionDetail ended = execution(pipeline, "Ask").orElseThrow();
        assertThat(ended.output().executionResult().externalExecutionId()).isEqualTo(token);
        assertThat(ended.output().executionResult().externalExecutionSummary()).isEqualTo("Approved by " + BY);
        assertThat(ended.updatedBy()).isEqualTo(BY);
        assertThat(decide(pipeline, token, result("Approved", ""))).isEqualTo("ApprovalAlreadyCompleted");
    }

    @Test
    void aRejectionFailsTheActionWithoutErrorDetails() {
        String pipeline = approval();
        String token = token(pipeline);

        assertThat(decide(pipeline, token, result("Rejected", "not yet"))).isEqualTo("none");

        awaitStatus(pipeline, PipelineExecutionStatus.FAILED);
        ActionExecutionDetail ended = execution(pipeline, "Ask").orElseThrow();
        assertThat(ended.output().executionResult().errorDetails()).isNull();
        assertThat(ended.output().executionResult().externalExecutionSummary()).isEqualTo("not yet");
        assertThat(decide(pipeline, token, result("Approved", ""))).isEqualTo("ApprovalAlreadyCompleted");
    }

    @Test
    void wrongPlacesTokensAndSummariesAreRefusedAndChangeNothing() {
        String pipeline = approval("IsSummaryRequired", "true");
        String token = token(pipeline);
        String other = approval();
        String othersToken = token(other);
        ApprovalResult yes = result("Approved", "good");
        Approvals approvals = new Approvals(home.engine("api"));

        assertThat(code(() -> approvals.decide("nobody", "Gate", "Ask", token, yes, BY))).isEqualTo("PipelineNotFound");
        assertThat(code(() -> approvals.decide(pipeline, "Door", "Ask", token, yes, BY))).isEqualTo("StageNotFound");
        assertThat(code(() -> approvals.decide(pipeline, "Gate", "Say", token, yes, BY))).isEqualTo("ActionNotFound");
        assertThat(code(() -> approvals.decide(pipeline, "Source", "Src", token, yes, BY))).isEqualTo("InvalidApprovalToken");
        assertThat(decide(pipeline, othersToken, yes)).isEqualTo("InvalidApprovalToken");
        assertThat(decide(pipeline, "0a1b2c3d-0000-4000-8000-000000000001", yes)).isEqualTo("InvalidApprovalToken");
        assertThat(decide(pipeline, token, result("Approved", " \n"))).isEqualTo("InvalidApprovalToken");
        assertThat(decide(pipeline, token, result("Rejected", ""))).isEqualTo("InvalidApprovalToken");
        assertThat(decide(pipeline, token, yes)).isEqualTo("none");
        awaitStatus(pipeline, PipelineExecutionStatus.SUCCEEDED);
        assertThat(execution(other, "Ask").orElseThrow().status()).isEqualTo(ActionExecutionStatus.IN_PROGRESS);
    }

    @Test
    void ofManyAnswersAtOnceOneHolds() throws Exception {
        String pipeline = approval();
        String token = token(pipeline);
        ExecutorService people = Executors.newFixedThreadPool(8);
        List<Callable<String>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            ApprovalResult answer = result(i % 2 == 0 ? "Approved" : "Rejected", "answer " + i);
            answers.add(() -> decide(pipeline, token, answer));
        }

        List<String> outcomes = new ArrayList<>();
        for (Future<String> outcome : people.invokeAll(answers)) {
            outcomes.add(outcome.get());
        }
        people.shutdown();

        assertThat(outcomes).containsOnly("none", "ApprovalAlreadyCompleted").containsOnlyOnce("none");
        assertThat(execution(pipeline, "Ask").orElseThrow().output().executionResult().externalExecutionSummary())
                .isEqualTo("answer " + outcomes.indexOf("none"));
    }

    @Test
    void abandoningKillsTheToken() {
        String pipeline = approval();
        String token = token(pipeline);
        String run = execution(pipeline, "Ask").orElseThrow().pipelineExecutionId();

        codePipeline.stopPipelineExecution(request -> request.pipelineName(pipeline).pipelineExecutionId(run).abandon(true));

        assertThat(decide(pipeline, token, result("Approved", ""))).isEqualTo("InvalidApprovalToken");
    }

    private static Message notification(String pipeline) {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(
                () -> home.topics().messages().stream()
                        .filter(message -> message.subject().contains(" " + pipeline + " ")).findFirst(),
                Optional::isPresent).orElseThrow();
    }

    private static String linkToken(Message message) throws IOException {
        String link = JSON.readTree(message.message()).path("approval").path("approvalReviewLink").asText();
        assertThat(link).startsWith(home.endpoint() + "/approvals/");
        return link.substring(link.lastIndexOf('/') + 1);
    }

    private static String topic() {
        return engine.clients().sns().get().createTopic(request -> request.name("approvers")).topicArn();
    }

    @Test
    void whoeverHasTheLinkSeesWhatIsToBeDecidedAndDecidesOnce() throws Exception {
        String pipeline = approval("NotificationArn", topic(), "CustomData", "<script>alert(1)</script> & more",
                "ExternalEntityLink", "https://beta.example/?a=1&b=2");
        Message message = notification(pipeline);
        String token = linkToken(message);
        JsonNode approval = JSON.readTree(message.message()).path("approval");
        ApprovalPage pages = new ApprovalPage(home.engine("review"));

        ApprovalPage.Page shown = pages.get(token);
        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.html()).contains(pipeline, "Gate", "Ask", execution(pipeline, "Ask").orElseThrow().pipelineExecutionId(),
                "Amazon S3 version id: ", "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more",
                "href=\"https://beta.example/?a=1&amp;b=2\"").doesNotContain("<script");
        assertThat(shown.html()).doesNotContain(approval.path("token").asText());
        assertThat(pages.get(token).status()).isEqualTo(200);

        assertThat(pages.post(token, Map.of("summary", "fine")).status()).isEqualTo(400);
        assertThat(pages.post(token, Map.of("decision", "Perhaps")).status()).isEqualTo(400);
        assertThat(pages.post(token, Map.of("decision", "Approved", "summary", "x".repeat(513))).status()).isEqualTo(400);
        assertThat(pages.post(token, Map.of("decision", "Approved", "summary", "fine")).status()).isEqualTo(200);

        awaitStatus(pipeline, PipelineExecutionStatus.SUCCEEDED);
        assertThat(execution(pipeline, "Ask").orElseThrow().updatedBy()).isEqualTo(ApprovalPage.LINK_HOLDER);
        assertThat(pages.get(token).status()).isEqualTo(410);
        assertThat(pages.post(token, Map.of("decision", "Rejected")).status()).isEqualTo(410);
        assertThat(execution(pipeline, "Ask").orElseThrow().output().executionResult().externalExecutionSummary())
                .isEqualTo("fine");
    }

    @Test
    void linksOfDeletedPipelinesAndInventedOnesLeadNowhere() throws Exception {
        String pipeline = approval("NotificationArn", topic());
        String token = linkToken(notification(pipeline));
        codePipeline.deletePipeline(request -> request.name(pipeline));
        ApprovalPage pages = new ApprovalPage(home.engine("review"));

        for (String bad : List.of(token, "", "x", token + "x", "A".repeat(43), "../" + token)) {
            assertThat(pages.get(bad).status()).isEqualTo(404);
            assertThat(pages.post(bad, Map.of("decision", "Approved")).status()).isEqualTo(404);
        }
    }

    @Test
    void topicsThatCannotBePublishedToFailTheActionInCodePipelinesWords() {
        String arn = "arn:aws:sns:us-east-1:000000000000:";
        Map<String, String> expected = Map.of(
                arn + "absent", "ConfigurationError: No Amazon SNS topic with the ARN " + arn + "absent was found. Update",
                arn + "queue.fifo", "ConfigurationError: An invalid topic ARN (" + arn + "queue.fifo) was provided. Update",
                "arn:aws:sns:us-east-1:111111111111:theirs",
                "PermissionError: The Pipeline or Action role does not have permission to publish");
        expected.forEach((topic, words) -> {
            String pipeline = approval("NotificationArn", topic);
            awaitStatus(pipeline, PipelineExecutionStatus.FAILED);
            ActionExecutionDetail ended = execution(pipeline, "Ask").orElseThrow();
            assertThat(ended.output().executionResult().errorDetails().code() + ": "
                    + ended.output().executionResult().externalExecutionSummary()).startsWith(words);
            assertThat(ended.output().executionResult().externalExecutionId()).isNull();
            assertThat(decide(pipeline, ended.actionExecutionId(), result("Approved", "")))
                    .isEqualTo("ApprovalAlreadyCompleted");
        });
    }

    // Lambda

    private static String invoke(Map<String, String> configuration) {
        return pipeline(stage("Check", action("Run", ActionCategory.INVOKE, "Lambda", configuration)
                .inputArtifacts(input("App")).outputArtifacts(output("Report")).namespace("Ran")));
    }

    /** The event of an invocation for this pipeline that is none of those known. */
    private static JsonNode event(String mark, List<JsonNode> known) {
        return Awaitility.await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20)).until(
                () -> events(mark).stream().filter(event -> !known.contains(event)).findFirst(),
                Optional::isPresent).orElseThrow();
    }

    private static List<JsonNode> events(String mark) throws IOException {
        List<JsonNode> found = new ArrayList<>();
        try (var files = Files.list(data.resolve("functions"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".event")).toList()) {
                JsonNode job = JSON.readTree(file.toFile()).path("CodePipeline.job");
                if (job.at("/data/actionConfiguration/configuration/UserParameters").asText().equals(mark)) {
                    found.add(job);
                }
            }
        }
        return found;
    }

    private static String succeed(JsonNode job, java.util.function.Consumer<PutJobSuccessResultRequest.Builder> more) {
        PutJobSuccessResultRequest.Builder request = PutJobSuccessResultRequest.builder().jobId(job.path("id").asText());
        more.accept(request);
        return code(() -> new Jobs(home.engine("api")).succeed(request.build()));
    }

    private static String fail(JsonNode job, String message) {
        return code(() -> new Jobs(home.engine("api")).fail(PutJobFailureResultRequest.builder().jobId(job.path("id").asText())
                .failureDetails(failure -> failure.type(FailureType.JOB_FAILED).message(message)
                        .externalExecutionId("ignored")).build()));
    }

    @Test
    void aFunctionGetsItsJobAndEndsTheActionByItsResult() throws Exception {
        String pipeline = invoke(Map.of("FunctionName", "worker", "UserParameters", "one"));
        JsonNode job = event("one", List.of());

        assertThat(job.path("accountId").asText()).isEqualTo("000000000000");
        assertThat(job.path("data").fieldNames()).toIterable().containsExactly(
                "actionConfiguration", "inputArtifacts", "outputArtifacts", "artifactCredentials");
        assertThat(job.at("/data/actionConfiguration/configuration")).isEqualTo(
                JSON.readTree("{\"FunctionName\":\"worker\",\"UserParameters\":\"one\"}"));
        JsonNode input = job.at("/data/inputArtifacts/0");
        assertThat(input.path("name").asText()).isEqualTo("App");
        assertThat(input.path("revision").asText()).isNotEmpty();
        assertThat(input.at("/location/type").asText()).isEqualTo("S3");
        assertThat(input.at("/location/s3Location/objectKey").asText()).endsWith(".zip");
        assertThat(job.at("/data/outputArtifacts/0/revision").isNull()).isTrue();
        assertThat(job.at("/data/artifactCredentials/expirationTime").isIntegralNumber()).isTrue();

        JobDetails details = new Jobs(home.engine("api")).details(job.path("id").asText());
        ActionExecutionDetail running = execution(pipeline, "Run").orElseThrow();
        assertThat(details.data().pipelineContext().action().actionExecutionId()).isEqualTo(running.actionExecutionId());
        assertThat(details.data().pipelineContext().pipelineName()).isEqualTo(pipeline);

        assertThat(succeed(job, result -> result.outputVariables(Map.of("Produced", "yes"))
                .executionDetails(shown -> shown.summary("hidden").externalExecutionId("hidden")))).isEqualTo("none");
        awaitStatus(pipeline, PipelineExecutionStatus.SUCCEEDED);
        ActionExecutionDetail ended = execution(pipeline, "Run").orElseThrow();
        assertThat(ended.output().outputVariables()).containsExactlyEntriesOf(Map.of("Produced", "yes"));
        assertThat(ended.output().executionResult().externalExecutionId()).isEqualTo("worker");
        assertThat(ended.output().executionResult().externalExecutionSummary()).isNull();
        assertThat(ended.output().executionResult().externalExecutionUrl()).endsWith("%252Faws%252Flambda%252Fworker");

        assertThat(succeed(job, result -> result.outputVariables(Map.of("Produced", "yes"))
                .executionDetails(shown -> shown.summary("hidden").externalExecutionId("hidden")))).isEqualTo("none");
        assertThat(succeed(job, result -> { })).isEqualTo("InvalidJobState");
        assertThat(fail(job, "late")).isEqualTo("InvalidJobState");
    }

    @Test
    void aContinuationIsANewJobOfTheSameAction() throws IOException {
        String pipeline = invoke(Map.of("FunctionName", "worker", "UserParameters", "again"));
        JsonNode first = event("again", List.of());

        assertThat(succeed(first, result -> result.continuationToken("step-2").outputVariables(Map.of("a", "b"))))
                .isEqualTo("Validation");
        assertThat(succeed(first, result -> result.continuationToken("step-2"))).isEqualTo("none");
        JsonNode second = event("again", List.of(first));

        assertThat(second.path("id")).isNotEqualTo(first.path("id"));
        assertThat(second.at("/data/continuationToken").asText()).isEqualTo("step-2");
        assertThat(second.at("/data/outputArtifacts")).isEqualTo(first.at("/data/outputArtifacts"));
        assertThat(succeed(first, result -> result.continuationToken("step-2"))).isEqualTo("none");
        assertThat(succeed(first, result -> result.continuationToken("step-3"))).isEqualTo("InvalidJobState");
        assertThat(execution(pipeline, "Run").orElseThrow().status()).isEqualTo(ActionExecutionStatus.IN_PROGRESS);

        assertThat(succeed(second, result -> { })).isEqualTo("none");
        awaitStatus(pipeline, PipelineExecutionStatus.SUCCEEDED);
        assertThat(events("again")).hasSize(2);
    }

    @Test
    void aFailureFailsTheActionWithItsTypeAndMessage() {
        String pipeline = invoke(Map.of("FunctionName", "worker", "UserParameters", "broken"));
        JsonNode job = event("broken", List.of());

        assertThat(fail(job, "owned explicit failure")).isEqualTo("none");

        awaitStatus(pipeline, PipelineExecutionStatus.FAILED);
        ActionExecutionDetail ended = execution(pipeline, "Run").orElseThrow();
        assertThat(ended.output().executionResult().errorDetails().code()).isEqualTo("JobFailed");
        assertThat(ended.output().executionResult().externalExecutionSummary()).isEqualTo("owned explicit failure");
        assertThat(ended.output().executionResult().externalExecutionId()).isEqualTo("worker");
        assertThat(fail(job, "owned explicit failure")).isEqualTo("none");
        assertThat(fail(job, "other")).isEqualTo("InvalidJobState");
        assertThat(succeed(job, result -> { })).isEqualTo("InvalidJobState");
    }

    @Test
    void lateResultsAreTakenWithoutEffect() {
        String pipeline = invoke(Map.of("FunctionName", "worker", "UserParameters", "late"));
        JsonNode job = event("late", List.of());
        String run = execution(pipeline, "Run").orElseThrow().pipelineExecutionId();
        codePipeline.stopPipelineExecution(request -> request.pipelineName(pipeline).pipelineExecutionId(run).abandon(true));
        awaitStatus(pipeline, PipelineExecutionStatus.STOPPED);

        assertThat(succeed(job, result -> result.continuationToken("more"))).isEqualTo("none");

        assertThat(execution(pipeline, "Run").orElseThrow().status()).isEqualTo(ActionExecutionStatus.ABANDONED);
        codePipeline.deletePipeline(request -> request.name(pipeline));
        assertThat(succeed(job, result -> result.continuationToken("more"))).isEqualTo("none");
    }

    @Test
    void aRepeatedStartHandsOverNoSecondJob() throws Exception {
        String pipeline = invoke(Map.of("FunctionName", "worker", "UserParameters", "once"));
        JsonNode job = event("once", List.of());
        RunRecord run = engine.store().run(execution(pipeline, "Run").orElseThrow().pipelineExecutionId()).orElseThrow();
        ActionRecord action = engine.store().actions(run.state().run()).get(0);
        PipelineVersion version = engine.store().version(run.generation(), action.version()).orElseThrow();

        new LambdaInvoke(home.engine("invoke")).start(new ActionWork(run, version, version.action(action.stage(), action.action()), action,
                Long.MAX_VALUE, true));

        assertThat(engine.store().currentJob(action.id()).orElseThrow().id()).isEqualTo(job.path("id").asText());
        assertThat(succeed(job, result -> { })).isEqualTo("none");
        awaitStatus(pipeline, PipelineExecutionStatus.SUCCEEDED);
        assertThat(events("once")).hasSize(1);
    }

    private static Engine engineAfter(Duration time) {
        Engine reconciling = home.engine("reconciler");
        return new Engine(reconciling.store(), reconciling.clients(), engine.settings(),
                Clock.offset(Clock.systemUTC(), time), engine.log());
    }

    private static Jobs jobsAfter(Duration time) {
        return new Jobs(engineAfter(time));
    }

    private static void reconcileAfter(Duration time) {
        Engine later = engineAfter(time);
        new Reconciler(later, ReconcilerHandler.providers(later)).run();
    }

    @Test
    void aFunctionThatStaysSilentForTwentyMinutesFailsTheAction() {
        String pipeline = invoke(Map.of("FunctionName", "worker", "UserParameters", "silent"));
        JsonNode job = event("silent", List.of());
        String id = job.path("id").asText();

        assertThat(jobsAfter(Duration.ofMinutes(19)).expire(id)).isPresent();
        reconcileAfter(Duration.ofMinutes(19));
        assertThat(execution(pipeline, "Run").orElseThrow().status()).isEqualTo(ActionExecutionStatus.IN_PROGRESS);
        reconcileAfter(Duration.ofMinutes(21));

        awaitStatus(pipeline, PipelineExecutionStatus.FAILED);
        assertThat(execution(pipeline, "Run").orElseThrow().output().executionResult().externalExecutionSummary())
                .startsWith("The AWS Lambda function worker failed to return a result.");
        assertThat(succeed(job, result -> { })).isEqualTo("InvalidJobState");
    }

    @Test
    void aContinuationStartsTheTwentyMinutesAnew() {
        String pipeline = invoke(Map.of("FunctionName", "worker", "UserParameters", "slow"));
        JsonNode first = event("slow", List.of());
        assertThat(code(() -> jobsAfter(Duration.ofMinutes(15)).succeed(PutJobSuccessResultRequest.builder()
                .jobId(first.path("id").asText()).continuationToken("t").build()))).isEqualTo("none");
        JsonNode second = event("slow", List.of(first));

        assertThat(jobsAfter(Duration.ofMinutes(25)).expire(first.path("id").asText())).isEmpty();
        assertThat(jobsAfter(Duration.ofMinutes(25)).expire(second.path("id").asText())).isPresent();

        assertThat(execution(pipeline, "Run").orElseThrow().status()).isEqualTo(ActionExecutionStatus.IN_PROGRESS);
        assertThat(succeed(second, result -> { })).isEqualTo("none");
        awaitStatus(pipeline, PipelineExecutionStatus.SUCCEEDED);
    }

    @Test
    void jobsThatNobodyKnowsAreNotFound() {
        JsonNode unknown = JSON.createObjectNode().put("id", "0a1b2c3d-0000-4000-8000-000000000001");

        assertThat(succeed(unknown, result -> { })).isEqualTo("JobNotFound");
        assertThat(fail(unknown, "x")).isEqualTo("JobNotFound");
        assertThatThrownBy(() -> new Jobs(home.engine("api")).details("x")).hasMessage("Job with id 'x' does not exist");
    }

    @Test
    void tooManyBytesOfVariablesAreRefusedAndTheJobStaysUsable() {
        String pipeline = invoke(Map.of("FunctionName", "worker", "UserParameters", "large"));
        JsonNode job = event("large", List.of());

        assertThat(succeed(job, result -> result.outputVariables(Map.of("a", "x".repeat(122_880)))))
                .isEqualTo("OutputVariablesSizeExceeded");
        assertThat(succeed(job, result -> result.outputVariables(Map.of("a", "x".repeat(122_879))))).isEqualTo("none");
        awaitStatus(pipeline, PipelineExecutionStatus.SUCCEEDED);
    }

    @Test
    void aMissingFunctionFailsTheAction() {
        String pipeline = invoke(Map.of("FunctionName", "nobody"));

        awaitStatus(pipeline, PipelineExecutionStatus.FAILED);
        ActionExecutionDetail ended = execution(pipeline, "Run").orElseThrow();
        assertThat(ended.output().executionResult().errorDetails().code()).isEqualTo("ConfigurationError");
        assertThat(ended.output().executionResult().externalExecutionSummary())
                .isEqualTo("The AWS Lambda function nobody does not exist.");
    }
}
