package io.pipewright.local.home;

import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.ActionProvider;
import io.pipewright.functions.action.ActionWork;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.gateway.JobsHandler;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.role.RoleClients;
import io.pipewright.functions.settings.Settings;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.local.database.Database;
import io.pipewright.local.sts.LocalSts;
import io.pipewright.statemachine.definition.Limits;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.CodePipelineException;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.FailureType;
import software.amazon.awssdk.services.codepipeline.model.InputArtifact;
import software.amazon.awssdk.services.codepipeline.model.InvalidJobStateException;
import software.amazon.awssdk.services.codepipeline.model.JobDetails;
import software.amazon.awssdk.services.codepipeline.model.JobNotFoundException;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.AssumeRoleRequest;
import software.amazon.awssdk.services.sts.model.AssumeRoleResponse;
import software.amazon.awssdk.services.sts.model.StsException;

/** The jobs endpoint, driven by CodePipeline's own client as users' functions use it; and the roles that jobs act as. */
class JobsHandlerTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path data;

    private static LocalHome home;
    private static GatewayServer endpoint;
    private static CodePipelineClient function;
    private static CodePipelineClient operator;

    @BeforeAll
    static void open() throws IOException {
        home = LocalHome.open(new LocalHome.Options(data, 0, Limits.AWS, Database.Durability.NORMAL));
        home.start();
        var s3 = home.engine().clients().s3().get();
        List.of(TestHome.ARTIFACTS, TestHome.SOURCES).forEach(bucket -> s3.createBucket(request -> request.bucket(bucket)));
        s3.putBucketVersioning(request -> request.bucket(TestHome.SOURCES)
                .versioningConfiguration(versioning -> versioning.status("Enabled")));
        s3.putObject(request -> request.bucket(TestHome.SOURCES).key(TestHome.APP), RequestBody.fromBytes(TestHome.zip("x")));
        Files.createDirectories(data.resolve("functions"));
        Files.writeString(data.resolve("functions/worker.json"), "{\"command\": [\"sh\", \"-c\", "
                + "\"cat > $AWS_LAMBDA_REQUEST_ID.tmp && mv $AWS_LAMBDA_REQUEST_ID.tmp $AWS_LAMBDA_REQUEST_ID.event\"]}");
        endpoint = new GatewayServer("live", new JobsHandler(home.engine()), GatewayServer.Authorizer.NONE);
        function = client(endpoint);
        operator = TestHome.client(home);
    }

    /** As a function has it whose environment names the endpoint of CodePipeline. */
    private static CodePipelineClient client(GatewayServer gateway) {
        return CodePipelineClient.builder().endpointOverride(gateway.url()).region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("anybody's", "secret")))
                .httpClient(UrlConnectionHttpClient.create()).build();
    }

    @AfterAll
    static void close() {
        function.close();
        operator.close();
        endpoint.close();
        home.close();
    }

    private static Pipeline create(String name) {
        return create(name, "worker");
    }

    private static Pipeline create(String name, String function) {
        ActionDeclaration run = Sample.action("Run", ActionCategory.INVOKE, "Lambda",
                        Map.of("FunctionName", function, "UserParameters", name)).toBuilder()
                .inputArtifacts(InputArtifact.builder().name("App").build())
                .outputArtifacts(OutputArtifact.builder().name("Report").build()).build();
        PipelineDeclaration declaration = Sample.pipeline(name, Sample.source(), Sample.stage("Check", run));
        operator.createPipeline(request -> request.pipeline(declaration));
        return new Pipeline(operator, name, ExecutionMode.SUPERSEDED);
    }

    /** The id of the job that the function got whose user parameters are the pipeline's name, after so many others. */
    private static String job(Pipeline pipeline, int others) {
        AtomicReference<String> job = new AtomicReference<>();
        eventually(() -> {
            List<String> jobs = jobs(pipeline.name());
            assertThat(jobs).hasSizeGreaterThan(others);
            job.set(jobs.get(others));
        });
        return job.get();
    }

    private static List<String> jobs(String parameters) throws IOException {
        List<JsonNode> jobs = new ArrayList<>();
        try (Stream<Path> files = Files.list(data.resolve("functions"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".event")).sorted(
                    Comparator.comparing(path -> path.toFile().lastModified())).toList()) {
                jobs.add(JSON.readTree(file.toFile()).path("CodePipeline.job"));
            }
        }
        return jobs.stream().filter(job -> job.at("/data/actionConfiguration/configuration/UserParameters").asText()
                .equals(parameters)).map(job -> job.path("id").asText()).toList();
    }

    @Test
    void aFunctionReportsSuccess() {
        Pipeline pipeline = create("succeeds");
        String job = job(pipeline, 0);

        JobDetails details = function.getJobDetails(request -> request.jobId(job)).jobDetails();
        assertThat(details.data().pipelineContext().pipelineName()).isEqualTo("succeeds");
        function.putJobSuccessResult(request -> request.jobId(job).outputVariables(Map.of("Built", "7")));
        function.putJobSuccessResult(request -> request.jobId(job).outputVariables(Map.of("Built", "7")));

        pipeline.awaitSucceeded(pipeline.firstRun());
        assertThat(pipeline.newest(pipeline.firstRun(), "Run").orElseThrow().output().outputVariables())
                .isEqualTo(Map.of("Built", "7"));
        assertThatThrownBy(() -> function.putJobFailureResult(request -> request.jobId(job)
                .failureDetails(failure -> failure.type(FailureType.JOB_FAILED).message("no"))))
                .isInstanceOf(InvalidJobStateException.class);
    }

    /** A process that knows of this system only what its environment says; one look at the gateway shows which way it came. */
    @Test
    void anUnmodifiedFunctionNeedsNoMoreThanTheEndpointInItsEnvironment() throws IOException {
        List<String> targets = new CopyOnWriteArrayList<>();
        JobsHandler handler = new JobsHandler(home.engine());
        RequestStreamHandler watched = (input, output, context) -> {
            byte[] event = input.readAllBytes();
            targets.add(JSON.readTree(event).at("/headers/x-amz-target").asText());
            handler.handleRequest(new ByteArrayInputStream(event), output, context);
        };
        try (GatewayServer gateway = new GatewayServer("live", watched, GatewayServer.Authorizer.NONE)) {
            ObjectNode file = JSON.createObjectNode();
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1", "-cp",
                    System.getProperty("java.class.path"), SmokeTestFunction.class.getName()).forEach(file.putArray("command")::add);
            file.put("timeoutSeconds", 300).putObject("environment").put("AWS_ENDPOINT_URL_CODEPIPELINE", gateway.url().toString());
            Files.writeString(data.resolve("functions/smoke-test.json"), file.toString());

            Pipeline good = create("healthy", "smoke-test");
            Pipeline bad = create("broken", "smoke-test");

            good.awaitSucceeded(good.firstRun());
            assertThat(good.newest(good.firstRun(), "Run").orElseThrow().output().outputVariables())
                    .isEqualTo(Map.of("Tested", "App of healthy"));
            bad.awaitFailed(bad.firstRun());
            var error = bad.action("Check", "Run").latestExecution().errorDetails();
            assertThat(error.code()).isEqualTo("JobFailed");
            assertThat(error.message()).isEqualTo("broken doesn't answer");
        }
        assertThat(targets).containsExactlyInAnyOrder("CodePipeline_20150709.GetJobDetails", "CodePipeline_20150709.GetJobDetails",
                "CodePipeline_20150709.PutJobSuccessResult", "CodePipeline_20150709.PutJobFailureResult");
    }

    @Test
    void aFunctionReportsFailure() {
        Pipeline pipeline = create("fails");
        String job = job(pipeline, 0);
        function.putJobFailureResult(request -> request.jobId(job)
                .failureDetails(failure -> failure.type(FailureType.CONFIGURATION_ERROR).message("no luck")));
        pipeline.awaitFailed(pipeline.firstRun());
        assertThat(pipeline.newest(pipeline.firstRun(), "Run").orElseThrow().output().executionResult().errorDetails().code())
                .isEqualTo("ConfigurationError");
    }

    @Test
    void aFunctionAsksForAnotherTurn() {
        Pipeline pipeline = create("continues");
        String first = job(pipeline, 0);
        function.putJobSuccessResult(request -> request.jobId(first).continuationToken("half"));
        String second = job(pipeline, 1);
        assertThat(function.getJobDetails(request -> request.jobId(second)).jobDetails().data().continuationToken())
                .isEqualTo("half");
        function.putJobSuccessResult(request -> request.jobId(second));
        pipeline.awaitSucceeded(pipeline.firstRun());
    }

    @Test
    void anUnknownJobIsNotThere() {
        String unknown = "0a1b2c3d-0000-4000-8000-000000000001";
        assertThatThrownBy(() -> function.getJobDetails(request -> request.jobId(unknown)))
                .isInstanceOf(JobNotFoundException.class);
        assertThatThrownBy(() -> function.putJobSuccessResult(request -> request.jobId(unknown)))
                .isInstanceOf(JobNotFoundException.class);
    }

    @Test
    void nothingElseIsServed() {
        assertRefused(403, "AccessDeniedException", () -> function.listPipelines());
        assertRefused(403, "AccessDeniedException", () -> function.getPipeline(request -> request.name("shop")));
        assertRefused(403, "AccessDeniedException", () -> function.deletePipeline(request -> request.name("shop")));
        assertRefused(403, "AccessDeniedException", () -> function.acknowledgeJob(request -> request.jobId("j").nonce("1")));
        assertRefused(400, "ValidationException", () -> function.getJobDetails(request -> request.jobId("no id")));
    }

    private static void assertRefused(int status, String code, Runnable call) {
        assertThatThrownBy(call::run).isInstanceOfSatisfying(CodePipelineException.class, e -> {
            assertThat(e.statusCode()).isEqualTo(status);
            assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code);
        });
    }

    @Test
    void otherRequestsLeadNowhere() throws IOException {
        JobsHandler handler = new JobsHandler(home.engine());
        ObjectNode event = JSON.createObjectNode().put("httpMethod", "GET").put("path", "/").put("body", "{}");
        assertThat(GatewayServer.invoke(handler, event).path("statusCode").intValue()).isEqualTo(404);
        event.putObject("headers").put("x-amz-target", "CodePipeline_20150709.GetJobDetails");
        assertThat(GatewayServer.invoke(handler, event).path("statusCode").intValue()).isEqualTo(403);
        event.put("httpMethod", "POST").put("body", "x".repeat(1024 * 1024 + 1));
        assertThat(GatewayServer.invoke(handler, event).path("statusCode").intValue()).isEqualTo(413);
    }

    // Roles

    /** The home's engine where roles are assumed. */
    private static Engine assuming(Function<AwsCredentialsProvider, StsClient> sts) {
        Engine plain = home.engine();
        Settings known = plain.settings();
        Settings settings = new Settings(known.region(), known.account(), known.table(), known.bucket(), known.functionPrefix(),
                known.functionQualifier(), known.machineRole(), known.reviewUrl(), known.limits(),
                "arn:aws:iam::000000000000:role/default");
        return new Engine(plain.store(), plain.clients(), settings, Clock.systemUTC(), Log.to(line -> { }),
                new RoleClients(settings, sts, credentials -> plain.clients()));
    }

    /** An STS that remembers what it was asked for and may refuse it. */
    private static final class Sts implements StsClient {
        private final StsClient sts = new LocalSts(LocalHome.ACCOUNT, "arn:aws:iam::000000000000:user/me", Clock.systemUTC());
        private final List<AssumeRoleRequest> asked = new ArrayList<>();
        private boolean refuses;

        @Override
        public AssumeRoleResponse assumeRole(AssumeRoleRequest request) {
            asked.add(request);
            if (refuses) {
                throw StsException.builder().statusCode(403).awsErrorDetails(AwsErrorDetails.builder()
                        .errorCode("AccessDenied").errorMessage("Not authorized.").build()).build();
            }
            return sts.assumeRole(request);
        }

        @Override
        public String serviceName() {
            return SERVICE_NAME;
        }

        @Override
        public void close() { }
    }

    @Test
    void aJobsCredentialsAreASessionThatReachesItsObjectsOnly() throws IOException {
        Pipeline pipeline = create("scoped");
        String job = job(pipeline, 0);
        Sts sts = new Sts();
        JobDetails details;
        try (GatewayServer gateway = new GatewayServer("live", new JobsHandler(assuming(credentials -> sts)),
                GatewayServer.Authorizer.NONE); CodePipelineClient client = client(gateway)) {
            details = client.getJobDetails(request -> request.jobId(job)).jobDetails();
        }

        assertThat(details.data().artifactCredentials().accessKeyId()).startsWith("ASIA").isNotEqualTo("ASIALOCALPLACEHOLDER");
        AssumeRoleRequest asked = sts.asked.get(0);
        assertThat(asked.roleArn()).isEqualTo(Sample.ROLE);
        assertThat(asked.externalId()).isEqualTo("arn:aws:codepipeline:us-east-1:000000000000:scoped");
        assertThat(asked.roleSessionName()).isEqualTo(details.data().pipelineContext().action().actionExecutionId());
        assertThat(asked.durationSeconds()).isEqualTo(900);
        var input = details.data().inputArtifacts().get(0).location().s3Location();
        var output = details.data().outputArtifacts().get(0).location().s3Location();
        assertThat(JSON.readTree(asked.policy())).isEqualTo(JSON.readTree("""
                {"Version":"2012-10-17","Statement":[
                 {"Effect":"Allow","Action":["s3:GetObject","s3:GetObjectVersion"],"Resource":["arn:aws:s3:::%s/%s"]},
                 {"Effect":"Allow","Action":["s3:PutObject"],"Resource":["arn:aws:s3:::%s/%s"]},
                 {"Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":["*"]}]}"""
                .formatted(input.bucketName(), input.objectKey(), output.bucketName(), output.objectKey())));
    }

    @Test
    void aRefusedRoleFailsTheActionAndSaysWhatToAdd() {
        Pipeline pipeline = create("refused");
        job(pipeline, 0);
        Sts sts = new Sts();
        sts.refuses = true;
        Engine engine = assuming(credentials -> sts);
        ActionRecord record = engine.store().actions(pipeline.firstRun()).stream()
                .filter(one -> one.actionName().equals("Run")).findFirst().orElseThrow();

        new Actions(engine).look(record, new ActionProvider() {
            @Override
            public Progress start(ActionWork work) {
                throw new UnsupportedOperationException();
            }

            @Override
            public Progress look(ActionRecord action) throws ActionFailure {
                engine.clientsFor(action);
                throw ActionFailure.job("not reached");
            }

            @Override
            public boolean isAsynchronous() {
                return true;
            }
        });

        pipeline.awaitAction(pipeline.firstRun(), "Run", ActionExecutionStatus.FAILED);
        var result = pipeline.newest(pipeline.firstRun(), "Run").orElseThrow().output().executionResult();
        assertThat(result.errorDetails().code()).isEqualTo("PermissionError");
        assertThat(result.externalExecutionSummary()).contains(Sample.ROLE, "Not authorized.",
                "\"sts:ExternalId\":\"arn:aws:codepipeline:us-east-1:000000000000:refused\"");
    }
}
