package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approvals;
import static io.pipewright.local.home.Sample.pipeline;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.gateway.ApiHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The function behind the API, with events as API Gateway sends them. */
class ApiHandlerTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CALLER = "arn:aws:sts::210987654321:assumed-role/Deployers/ann";

    private static ApiHandler handler;
    private static Pipeline shop;

    @BeforeAll
    static void create() {
        handler = new ApiHandler(HOME.home().engine("api"));
        shop = HOME.create(pipeline("shop", approvals("Gate")));
        HOME.create(pipeline("other", approvals("Gate")));
    }

    /** Pairs of an event and what the function answers to it; a new file is a new test. */
    static Stream<String> golden() throws IOException, URISyntaxException {
        try (Stream<Path> files = Files.list(Path.of(ApiHandlerTest.class.getResource("gateway").toURI()))) {
            return files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".event.json"))
                    .map(name -> name.substring(0, name.indexOf('.'))).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("golden")
    void theEventIsAnswered(String name) throws IOException {
        JsonNode answer = GatewayServer.invoke(handler, resource(name + ".event.json"));
        JsonNode expected = resource(name + ".answer.json");
        assertThat(body(answer)).isEqualTo(expected.path("json"));
        assertThat(answer.path("statusCode")).isEqualTo(expected.path("statusCode"));
        assertThat(answer.path("headers")).isEqualTo(resource("headers.json"));
        assertThat(answer.path("isBase64Encoded").booleanValue()).isFalse();
    }

    private static JsonNode resource(String name) {
        try {
            return JSON.readTree(ApiHandlerTest.class.getResource("gateway/" + name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The body's JSON; missing where there is no body. */
    private static JsonNode body(JsonNode answer) throws IOException {
        return JSON.readTree(answer.path("body").asText());
    }

    private static ObjectNode event(String path, String operation, String body) {
        ObjectNode event = (ObjectNode) resource("transition.event.json");
        event.put("path", path).put("body", body);
        for (String headers : List.of("headers", "multiValueHeaders")) {
            ((ObjectNode) event.path(headers)).remove("X-Amz-Target");
        }
        ((ObjectNode) event.path("multiValueHeaders")).putArray("x-amz-target").add("CodePipeline_20150709." + operation);
        return event;
    }

    @Test
    void theCallerIsRecordedAsTheSessionThatIamLetIn() throws IOException {
        JsonNode started = body(GatewayServer.invoke(handler, event("/StartPipelineExecution/shop", "StartPipelineExecution",
                "{\"name\": \"shop\"}")));
        assertThat(shop.run(started.path("pipelineExecutionId").asText()).trigger().triggerDetail()).isEqualTo(CALLER);
    }

    @Test
    void whoMayActOnOnePipelineCanActOnNoOther() throws IOException {
        for (String body : List.of("{\"name\": \"other\"}", "{\"name\": \"shop\", \"name\": \"other\"}", "{}", "no JSON")) {
            JsonNode answer = GatewayServer.invoke(handler, event("/StartPipelineExecution/shop", "StartPipelineExecution", body));
            assertThat(answer.path("statusCode").intValue()).isEqualTo(403);
            assertThat(body(answer).path("__type").asText()).isEqualTo("AccessDeniedException");
        }
        JsonNode answer = GatewayServer.invoke(handler, event("/GetPipeline/shop", "DeletePipeline", "{\"name\": \"shop\"}"));
        assertThat(answer.path("statusCode").intValue()).isEqualTo(403);
        assertThat(HOME.codePipeline().listPipelines().pipelines()).extracting("name").contains("shop", "other");
    }

    @Test
    void ofTwoTargetsNoneHolds() throws IOException {
        ObjectNode event = event("/GetPipeline/shop", "GetPipeline", "{\"name\": \"shop\"}");
        ((ObjectNode) event.path("multiValueHeaders")).withArray("X-Amz-Target").add("CodePipeline_20150709.DeletePipeline");
        assertThat(body(GatewayServer.invoke(handler, event)).path("__type").asText()).isEqualTo("UnknownOperationException");
    }

    @Test
    void aBodyMayComeInBase64() throws IOException {
        ObjectNode event = event("/GetPipeline/shop", "GetPipeline", Base64.getEncoder()
                .encodeToString("{\"name\": \"shop\"}".getBytes(StandardCharsets.UTF_8))).put("isBase64Encoded", true);
        assertThat(body(GatewayServer.invoke(handler, event)).at("/pipeline/name").asText()).isEqualTo("shop");
        assertThat(body(GatewayServer.invoke(handler, event.put("body", "%"))).path("__type").asText())
                .isEqualTo("SerializationException");
    }

    @Test
    void aBodyBeyondTheServicesLimitIsRefusedUnread() throws IOException {
        JsonNode answer = GatewayServer.invoke(handler, event("/GetPipeline/shop", "GetPipeline", " ".repeat(4 * 1024 * 1024 + 1)));
        assertThat(answer.path("statusCode").intValue()).isEqualTo(413);
        assertThat(body(answer).path("__type").asText()).isEqualTo("RequestEntityTooLargeException");
    }

    @Test
    void withoutIamAuthorizationNobodyComesIn() throws IOException {
        ObjectNode event = event("/GetPipeline/shop", "GetPipeline", "{\"name\": \"shop\"}");
        ((ObjectNode) event.at("/requestContext/identity")).putNull("userArn");
        JsonNode answer = GatewayServer.invoke(handler, event);
        assertThat(answer.path("statusCode").intValue()).isEqualTo(403);
    }

    @Test
    void onlyPostIsACall() throws IOException {
        ObjectNode event = event("/GetPipeline/shop", "GetPipeline", "{\"name\": \"shop\"}").put("httpMethod", "GET");
        assertThat(GatewayServer.invoke(handler, event).path("statusCode").intValue()).isEqualTo(403);
    }
}
