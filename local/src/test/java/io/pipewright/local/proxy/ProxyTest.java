package io.pipewright.local.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.functions.gateway.ApiHandler;
import io.pipewright.local.database.Database;
import io.pipewright.local.home.GatewayServer;
import io.pipewright.local.home.LocalHome;
import io.pipewright.local.http.Request;
import io.pipewright.local.watch.RecordedCalls;
import io.pipewright.statemachine.definition.Limits;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.codepipeline.CodePipelineClient;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionOwner;
import software.amazon.awssdk.services.codepipeline.model.CodePipelineException;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineNotFoundException;

/** From CodePipeline's client through the proxy and an API Gateway to the function behind it. */
class ProxyTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String REGION = "eu-west-1";
    private static final AwsCredentials USER = AwsSessionCredentials.create("ASIAUSER", "user's secret", "user's token");
    private static final String USER_ARN = "arn:aws:sts::210987654321:assumed-role/Deployers/ann";
    private static final Set<String> MADE_BY_SIGNER =
            Set.of("host", "x-amz-date", "x-amz-content-sha256", "x-amz-security-token");
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'");

    @TempDir
    static Path data;

    private static LocalHome home;
    private static GatewayServer gateway;
    private static Proxy proxy;
    private static CodePipelineClient client;
    private static final List<String> PATHS = new ArrayList<>();

    @BeforeAll
    static void open() {
        home = LocalHome.open(new LocalHome.Options(data, 0, Limits.AWS, Database.Durability.NORMAL)
                .watchedBy(RecordedCalls.watch()));
        home.start();
        gateway = new GatewayServer("live", new ApiHandler(home.engine("api")), ProxyTest::letIn);
        proxy = proxy(gateway.url());
        client = client(proxy.endpoint(), proxy.keys());
        for (String name : List.of("shop", "secret")) {
            client.createPipeline(request -> request.pipeline(declaration(name)));
        }
    }

    @AfterAll
    static void close() {
        client.close();
        proxy.close();
        gateway.close();
        home.close();
    }

    private static Proxy proxy(URI api) {
        Proxy opened = new Proxy(0, api, REGION, StaticCredentialsProvider.create(USER), Clock.systemUTC());
        opened.start();
        return opened;
    }

    private static CodePipelineClient client(URI endpoint, KeyPair keys) {
        return CodePipelineClient.builder().endpointOverride(endpoint).region(Region.of(REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(keys.accessKeyId(), keys.secretAccessKey())))
                .httpClient(UrlConnectionHttpClient.create())
                .overrideConfiguration(settings -> settings.retryStrategy(DefaultRetryStrategy.doNotRetry())).build();
    }

    private static PipelineDeclaration declaration(String name) {
        return PipelineDeclaration.builder().name(name).roleArn("arn:aws:iam::000000000000:role/pipeline")
                .artifactStore(store -> store.type("S3").location("artifacts"))
                .stages(stage -> stage.name("Source").actions(action -> action.name("Fetch")
                                .actionTypeId(type -> type.category(ActionCategory.SOURCE).owner(ActionOwner.AWS).provider("S3").version("1"))
                                .outputArtifacts(output -> output.name("App"))
                                .configuration(Map.of("S3Bucket", "source-behind-a-proxy", "S3ObjectKey", "k", "PollForSourceChanges", "false"))),
                        stage -> stage.name("Gate").actions(action -> action.name("Ask")
                                .actionTypeId(type -> type.category(ActionCategory.APPROVAL).owner(ActionOwner.AWS)
                                        .provider("Manual").version("1")))).build();
    }

    /** What IAM does: it checks the signature, and the path against a policy that grants nothing of the pipeline secret but its making. */
    private static Optional<String> letIn(Request request, byte[] body) throws GatewayServer.Forbidden {
        String path = request.rawPath();
        PATHS.add(path);
        if (!resigned(request, body).equals(request.header("Authorization").orElse(""))) {
            throw new GatewayServer.Forbidden("The request signature we calculated does not match the signature you provided.");
        }
        if (path.contains("/secret") && !path.startsWith("/live/CreatePipeline/")) {
            throw new GatewayServer.Forbidden("User: " + USER_ARN + " is not authorized to perform: execute-api:Invoke");
        }
        return Optional.of(USER_ARN);
    }

    /** The signature as AWS's own signer makes it. */
    private static String resigned(Request request, byte[] body) {
        String authorization = request.header("Authorization").orElse("");
        SdkHttpRequest.Builder plain = SdkHttpRequest.builder().method(SdkHttpMethod.POST)
                .uri(URI.create("http://" + request.header("Host").orElseThrow() + request.rawPath()));
        String signed = authorization.replaceAll(".*SignedHeaders=([^,]*),.*", "$1");
        List.of(signed.split(";")).stream().filter(name -> !MADE_BY_SIGNER.contains(name))
                .forEach(name -> plain.putHeader(name, request.headerValues(name)));
        Instant date = LocalDateTime.parse(request.header("X-Amz-Date").orElseThrow(), DATE).toInstant(ZoneOffset.UTC);
        return AwsV4HttpSigner.create().sign(sign -> sign.identity(USER).request(plain.build())
                        .payload(ContentStreamProvider.fromByteArray(body))
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(date, ZoneOffset.UTC))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "execute-api")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, REGION)).request()
                .firstMatchingHeader("Authorization").orElseThrow();
    }

    @Test
    void everyCallGoesToItsPathAndComesBack() {
        assertThat(client.getPipeline(request -> request.name("shop")).pipeline().stages()).hasSize(2);
        assertThat(client.listPipelines().pipelines()).extracting("name").contains("shop");
        client.enableStageTransition(request -> request.pipelineName("shop").stageName("Gate").transitionType("Inbound"));
        assertThat(PATHS).contains("/live/CreatePipeline/shop", "/live/GetPipeline/shop", "/live/ListPipelines",
                "/live/EnableStageTransition/shop/Gate");
    }

    @Test
    void theCallerIsTheOneWhoseCredentialsSign() {
        String run = client.startPipelineExecution(request -> request.name("shop")).pipelineExecutionId();
        assertThat(client.getPipelineExecution(request -> request.pipelineName("shop").pipelineExecutionId(run))
                .pipelineExecution().trigger().triggerDetail()).isEqualTo(USER_ARN);
    }

    @Test
    void errorsOfTheApiComeThrough() {
        assertThatThrownBy(() -> client.getPipelineState(request -> request.name("nobody")))
                .isInstanceOfSatisfying(PipelineNotFoundException.class, e -> {
                    assertThat(e.statusCode()).isEqualTo(400);
                    assertThat(e.requestId()).isNotEmpty();
                    assertThat(e.getMessage()).contains("does not include a pipeline named 'nobody'");
                });
        assertRefused("ValidationException", client, one -> one.getPipeline(request -> request.name("no name")));
    }

    @Test
    void whatIamForbidsIsAnErrorThatClientsKnow() {
        assertRefused("ForbiddenException", client, one -> one.getPipeline(request -> request.name("secret")));
    }

    private static void assertRefused(String code, CodePipelineClient client, Consumer<CodePipelineClient> call) {
        assertThatThrownBy(() -> call.accept(client)).isInstanceOfSatisfying(CodePipelineException.class,
                e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo(code));
    }

    @Test
    void onlyTheProxysKeyPairIsServed() {
        KeyPair keys = proxy.keys();
        try (CodePipelineClient stranger = client(proxy.endpoint(), new KeyPair("AKIAEXAMPLE", keys.secretAccessKey()));
                CodePipelineClient guesser = client(proxy.endpoint(), new KeyPair(keys.accessKeyId(), "guess"))) {
            int before = PATHS.size();
            assertRefused("UnrecognizedClientException", stranger, CodePipelineClient::listPipelines);
            assertRefused("InvalidSignatureException", guesser, CodePipelineClient::listPipelines);
            assertThat(PATHS).hasSize(before);
        }
        assertThat(proxy.keys().toString()).doesNotContain(keys.secretAccessKey());
        assertThat(KeyPair.random()).isNotEqualTo(keys);
    }

    @Test
    void oldAndForeignRequestsAreRefused() throws Exception {
        assertThat(send("POST", "/", Map.of("X-Amz-Target", "CodePipeline_20150709.ListPipelines"))).isEqualTo(
                "403 MissingAuthenticationTokenException");
        assertThat(send("POST", "/", Map.of("Authorization", "Bearer x"))).isEqualTo("403 IncompleteSignatureException");
        assertThat(send("POST", "/", Map.of("Authorization", "AWS4-HMAC-SHA256 Credential=" + proxy.keys().accessKeyId()
                + "/20200101/eu-west-1/codepipeline/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature="
                + "0".repeat(64), "X-Amz-Date", "20200101T000000Z"))).isEqualTo("403 InvalidSignatureException");
        assertThat(send("GET", "/", Map.of())).startsWith("404");
        assertThat(send("POST", "/GetPipeline/shop", Map.of())).startsWith("404");
        assertThat(send("POST", "/", Map.of("Origin", "https://evil.example"))).startsWith("403");
    }

    private static String send(String method, String path, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(proxy.endpoint() + path))
                .method(method, HttpRequest.BodyPublishers.ofString("{}"));
        headers.forEach(request::header);
        HttpResponse<String> response = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        String type = "";
        if (response.headers().firstValue("Content-Type").orElse("").contains("json")) {
            JsonNode json = JSON.readTree(response.body());
            type = " " + json.path("__type").asText();
        }
        return response.statusCode() + type;
    }

    @Test
    void anOperationThatIsNoneIsRefusedHere() throws IOException {
        int before = PATHS.size();
        var request = SdkHttpRequest.builder().method(SdkHttpMethod.POST).uri(proxy.endpoint())
                .putHeader("X-Amz-Target", "CodePipeline_20150709.DropPipeline").build();
        var signed = AwsV4HttpSigner.create().sign(sign -> sign.identity(AwsBasicCredentials.create(
                        proxy.keys().accessKeyId(), proxy.keys().secretAccessKey())).request(request)
                .payload(ContentStreamProvider.fromUtf8String("{}"))
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "codepipeline")
                .putProperty(AwsV4HttpSigner.REGION_NAME, REGION));
        try (var http = UrlConnectionHttpClient.create()) {
            var answer = http.prepareRequest(HttpExecuteRequest.builder()
                    .request(signed.request()).contentStreamProvider(signed.payload().orElseThrow()).build()).call();
            assertThat(answer.httpResponse().statusCode()).isEqualTo(404);
            assertThat(PATHS).hasSize(before);
        }
    }

    @Test
    void theCommandLineIsServed() throws Exception {
        boolean installed = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "aws")));
        assumeTrue(installed, "the aws command is not installed");
        ProcessBuilder aws = new ProcessBuilder("aws", "codepipeline", "get-pipeline", "--name", "shop", "--query", "pipeline.name")
                .redirectErrorStream(true);
        aws.environment().putAll(Map.of("AWS_ENDPOINT_URL_CODEPIPELINE", proxy.endpoint().toString(),
                "AWS_ACCESS_KEY_ID", proxy.keys().accessKeyId(), "AWS_SECRET_ACCESS_KEY", proxy.keys().secretAccessKey(),
                "AWS_DEFAULT_REGION", REGION, "AWS_CONFIG_FILE", "/dev/null", "AWS_SHARED_CREDENTIALS_FILE", "/dev/null",
                "AWS_EC2_METADATA_DISABLED", "true", "AWS_PAGER", ""));
        aws.environment().keySet().removeIf(name -> name.equals("AWS_PROFILE"));
        Process process = aws.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.strip()).isEqualTo("\"shop\"");
    }

    @Test
    void anApiThatDoesNotAnswerIsNamed() {
        String api = "http://127.0.0.1:9/live";
        try (Proxy lost = proxy(URI.create(api)); CodePipelineClient caller = client(lost.endpoint(), lost.keys())) {
            assertThatThrownBy(caller::listPipelines).isInstanceOfSatisfying(CodePipelineException.class, e -> {
                assertThat(e.statusCode()).isEqualTo(503);
                assertThat(e.awsErrorDetails().errorMessage()).contains(api);
            });
        }
    }

    @Test
    void credentialsThatEndedAreSaidToHave() {
        try (Proxy poor = new Proxy(0, gateway.url(), REGION, () -> {
            throw SdkClientException.create("The session has expired.");
        }, Clock.systemUTC())) {
            poor.start();
            try (CodePipelineClient caller = client(poor.endpoint(), poor.keys())) {
                assertThatThrownBy(caller::listPipelines).isInstanceOf(CodePipelineException.class)
                        .hasMessageContaining("The session has expired.");
            }
        }
    }
}
