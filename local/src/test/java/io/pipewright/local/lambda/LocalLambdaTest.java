package io.pipewright.local.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.local.database.Database;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.InvalidRequestContentException;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.RequestTooLargeException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.State;

class LocalLambdaTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @TempDir
    Path directory;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-20T10:00:00Z"));
    private Path functions;
    private Database database;
    private LocalLambda lambda;

    private final Clock clock = new Clock() {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now.get();
        }
    };

    @BeforeEach
    void open() throws IOException {
        functions = Files.createDirectories(directory.resolve("functions"));
        database = Database.open(directory.resolve("lambda.db"), Database.Durability.NORMAL);
        lambda = new LocalLambda(database, functions, clock, Map.of("AWS_ENDPOINT_URL", "http://localhost:1", "AWS_ACCESS_KEY_ID", "dummy"),
            "us-east-1", "123456789012");
    }

    @AfterEach
    void close() {
        lambda.close();
        database.close();
    }

    private void shell(String name, String script) throws IOException {
        configure(name, MAPPER.createObjectNode().set("command", MAPPER.createArrayNode().add("sh").add("-c").add(script)));
    }

    private void shell(String name, String script, int timeoutSeconds) throws IOException {
        ObjectNode json = MAPPER.createObjectNode().put("timeoutSeconds", timeoutSeconds);
        configure(name, json.set("command", MAPPER.createArrayNode().add("sh").add("-c").add(script)));
    }

    private void configure(String name, JsonNode json) throws IOException {
        Files.writeString(functions.resolve(name + ".json"), json.toString());
    }

    private InvokeResponse invoke(String name, String event) {
        return lambda.invoke(request -> request.functionName(name).payload(SdkBytes.fromUtf8String(event)));
    }

    private static JsonNode error(InvokeResponse response) throws IOException {
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError()).isEqualTo("Unhandled");
        return MAPPER.readTree(response.payload().asByteArray());
    }

    @Test
    void theEventComesInAndTheResponseGoesOut() throws IOException {
        shell("echo", "cat");
        InvokeResponse response = invoke("echo", "{\"n\": 7.0}");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.functionError()).isNull();
        assertThat(response.executedVersion()).isEqualTo("$LATEST");
        assertThat(response.payload().asUtf8String()).isEqualTo("{\"n\": 7.0}");
        assertThat(response.responseMetadata().requestId()).matches("[0-9a-f-]{36}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo", "echo:$LATEST", "function:echo", "123456789012:function:echo",
        "arn:aws:lambda:us-east-1:123456789012:function:echo", "arn:aws:lambda:us-east-1:123456789012:function:echo:$LATEST"})
    void aFunctionHasManyNames(String name) throws IOException {
        shell("echo", "cat");
        assertThat(invoke(name, "1").payload().asUtf8String()).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"echo:prod", "arn:aws:lambda:eu-west-1:123456789012:function:echo", "arn:aws:lambda:us-east-1:210987654321:function:echo"})
    void otherVersionsPlacesAndAccountsAreNotThere(String name) throws IOException {
        shell("echo", "cat");
        assertThatThrownBy(() -> invoke(name, "1")).isInstanceOf(ResourceNotFoundException.class).hasMessageContaining("Function not found: ");
    }

    @Test
    void withoutPayloadTheEventIsAnEmptyObject() throws IOException {
        shell("echo", "cat");
        assertThat(lambda.invoke(request -> request.functionName("echo")).payload().asUtf8String()).isEqualTo("{}");
    }

    @Test
    void withoutOutputTheResponseIsNull() throws IOException {
        shell("silent", "true");
        assertThat(invoke("silent", "{}").payload().asUtf8String()).isEqualTo("null");
    }

    @Test
    void aFunctionThatReadsNothingOfALargeEventIsNotDisturbed() throws IOException {
        shell("deaf", "echo '\"done\"'");
        assertThat(invoke("deaf", "\"" + "x".repeat(5_000_000) + "\"").payload().asUtf8String()).isEqualTo("\"done\"");
    }

    @Test
    void aLargeEventComesBackWhole() throws IOException {
        shell("echo", "cat");
        String event = "\"" + "x".repeat(6 * 1024 * 1024 - 2) + "\"";
        assertThat(invoke("echo", event).payload().asUtf8String()).isEqualTo(event);
    }

    @Test
    void theFileIsReadAnewEachTime() throws IOException {
        shell("edited", "echo 1");
        assertThat(invoke("edited", "{}").payload().asUtf8String()).isEqualTo("1");
        shell("edited", "echo 2");
        assertThat(invoke("edited", "{}").payload().asUtf8String()).isEqualTo("2");
    }

    @Test
    void theEnvironmentIsLambdasAndTheFunctionsAndNothingElse() throws IOException {
        configure("env", MAPPER.readTree("""
            {"command": ["sh", "-c", "env | sort >env.txt; pwd >>env.txt"], "environment": {"SHOP": "a b", "TZ": "CET"}, "directory": "sub"}"""));
        Path sub = Files.createDirectories(functions.resolve("sub"));
        String requestId = invoke("env", "{}").responseMetadata().requestId();
        List<String> lines = Files.readAllLines(sub.resolve("env.txt"));
        assertThat(lines).contains("AWS_LAMBDA_FUNCTION_NAME=env", "AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_REGION=us-east-1",
            "AWS_DEFAULT_REGION=us-east-1", "AWS_ENDPOINT_URL=http://localhost:1", "AWS_ACCESS_KEY_ID=dummy", "SHOP=a b", "TZ=CET",
            "AWS_LAMBDA_REQUEST_ID=" + requestId, "AWS_LAMBDA_LOG_STREAM_NAME=2026/11/20/[$LATEST]" + requestId.replace("-", ""),
            "PATH=" + System.getenv("PATH"), sub.toString());
        assertThat(lines).noneMatch(line -> line.startsWith("HOME=") || line.startsWith("MAVEN"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
        echo 'Traceback:' >&2; echo '  File "x.py"' >&2; echo 'ValueError: bad thing' >&2; exit 1 | ValueError | bad thing
        echo 'TypeError: x is no function' >&2; echo '    at f (x.js:1:2)' >&2; echo 'Node.js v20.1.0' >&2; exit 1 | TypeError | x is no function
        echo 'Exception in thread "main" java.io.IOException: gone' >&2; exit 1 | java.io.IOException | gone
        echo '{"errorType":"Custom","errorMessage":"mine"}' >&2; exit 3 | Custom | mine
        """)
    void anErrorIsToldByTheLastLines(String script, String type, String message) throws IOException {
        shell("fails", script);
        JsonNode error = error(invoke("fails", "{}"));
        assertThat(error.get("errorType").textValue()).isEqualTo(type);
        assertThat(error.get("errorMessage").textValue()).isEqualTo(message);
    }

    @Test
    void anExitWithoutWordsIsToldByItsCode() throws IOException {
        shell("fails", "exit 42");
        InvokeResponse response = invoke("fails", "{}");
        assertThat(error(response).get("errorType").textValue()).isEqualTo("Runtime.ExitError");
        assertThat(error(response).get("errorMessage").textValue())
            .isEqualTo("RequestId: " + response.responseMetadata().requestId() + " Error: Runtime exited with error: exit status 42");
    }

    @Test
    void outputThatIsNotJsonIsAnError() throws IOException {
        shell("chatty", "echo hello; echo '{}'");
        assertThat(error(invoke("chatty", "{}")).get("errorType").textValue()).isEqualTo("Runtime.MarshalError");
    }

    @Test
    void anEndlessOutputIsAnErrorAndFillsNothing() throws IOException {
        shell("endless", "head -c 200000000 /dev/zero; head -c 200000000 /dev/zero >&2");
        assertThat(error(invoke("endless", "{}")).get("errorType").textValue()).isEqualTo("Function.ResponseSizeTooLarge");
    }

    @Test
    void aCommandThatIsNotThereIsAnError() throws IOException {
        configure("absent", MAPPER.readTree("{\"command\": [\"no-such-program\"]}"));
        assertThat(error(invoke("absent", "{}")).get("errorMessage").textValue()).contains("no-such-program");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{}", "{\"command\":[]}", "{\"command\":\"sh\"}", "{\"command\":[1]}", "{\"command\":[\"sh\"],\"timeoutSeconds\":0}",
        "{\"command\":[\"sh\"],\"timeoutSeconds\":\"9\"}", "{\"command\":[\"sh\"],\"timeoutSeconds\":901}", "{\"command\":[\"sh\"],\"directory\":\"nowhere\"}",
        "{\"command\":[\"sh\"],\"environment\":{\"A\":1}}", "{\"command\":[\"sh\"],\"environment\":{\"A=B\":\"1\"}}",
        "{\"command\":[\"s\\u0000h\"]}", "{\"command\":[\"sh\"],\"timeout\":9}", "{\"command\":[\"sh\"]} x"})
    void aFileThatCanNotBeRunSaysWhy(String file) throws IOException {
        Files.writeString(functions.resolve("broken.json"), file);
        JsonNode error = error(invoke("broken", "{}"));
        assertThat(error.get("errorType").textValue()).isEqualTo("Runtime.InvalidConfiguration");
        assertThat(error.get("errorMessage").textValue()).startsWith(functions.resolve("broken.json") + " ");
        assertThat(lambda.listFunctions().functions()).singleElement()
            .satisfies(function -> assertThat(function.state()).isEqualTo(State.INACTIVE));
        assertThatThrownBy(() -> lambda.invoke(request -> request.functionName("broken").invocationType(InvocationType.EVENT)))
            .as("nobody would read the answer").hasMessageContaining(error.get("errorMessage").textValue());
    }

    @Test
    void whatItSaysAndWhyItFailsIsLogged() throws IOException {
        shell("talks", "echo reading the event >&2; cat >read; [ -s read ] && grep -q fine read || exit 3");
        String good = invoke("talks", "{\"all\":\"fine\"}").responseMetadata().requestId();
        String bad = invoke("talks", "{}").responseMetadata().requestId();

        assertThat(Files.readAllLines(functions.resolve("talks.log"))).containsExactly(
            "START RequestId: " + good, "reading the event", "END RequestId: " + good,
            "START RequestId: " + bad, "reading the event",
            "[ERROR] Runtime.ExitError: RequestId: " + bad + " Error: Runtime exited with error: exit status 3: reading the event",
            "END RequestId: " + bad);
    }

    @Test
    void timeIsLimitedAndNothingStaysAlive() throws IOException {
        shell("slow", "(sleep 300 & echo $! >child.pid; sleep 300) & wait; sleep 300", 1);
        long started = System.nanoTime();
        InvokeResponse response = invoke("slow", "{}");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isBetween(Duration.ofMillis(900), Duration.ofSeconds(10));
        assertThat(error(response).get("errorType").textValue()).isEqualTo("Sandbox.Timedout");
        assertThat(error(response).get("errorMessage").textValue()).endsWith("Error: Task timed out after 1.00 seconds");
        assertDead("child.pid");
    }

    @Test
    void whatAFunctionLeavesBehindIsKilled() throws IOException {
        shell("leaky", "sleep 300 & echo $! >child.pid; echo '\"done\"'");
        assertThat(invoke("leaky", "{}").payload().asUtf8String()).isEqualTo("\"done\"");
        assertDead("child.pid");
    }

    @Test
    void aDaemonThatKeepsTheOutputOpenDelaysTheAnswerByLittle() throws IOException {
        shell("daemon", "echo '\"done\"'; setsid sleep 20 &");
        long started = System.nanoTime();
        assertThat(invoke("daemon", "{}").payload().asUtf8String()).isEqualTo("\"done\"");
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
    }

    private void assertDead(String file) {
        await().atMost(PATIENCE).until(() -> !isAlive(Long.parseLong(Files.readString(functions.resolve(file)).strip())));
    }

    /** A killed process whose parent is gone stays a zombie where the first process of a container reaps none. */
    private static boolean isAlive(long pid) throws IOException {
        Path stat = Path.of("/proc/" + pid + "/stat");
        boolean zombie = Files.exists(stat) && Files.readString(stat).contains(") Z ");
        return !zombie && ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    @Test
    void theEndOfStandardErrorIsTheLogTail() throws IOException {
        shell("logs", "head -c 100000 /dev/zero | tr '\\0' x >&2; echo last >&2");
        String log = lambda.invoke(request -> request.functionName("logs").logType(LogType.TAIL)).logResult();
        assertThat(new String(Base64.getDecoder().decode(log), StandardCharsets.UTF_8)).matches("x{4091}last\n");
        assertThat(lambda.invoke(request -> request.functionName("logs")).logResult()).isNull();
    }

    @Test
    void aPayloadThatIsNotJsonOrTooLargeIsRefused() throws IOException {
        shell("echo", "cat");
        assertThatThrownBy(() -> invoke("echo", "{")).isInstanceOf(InvalidRequestContentException.class).hasMessageContaining("Could not parse request body into json");
        assertThatThrownBy(() -> invoke("echo", "1 2")).isInstanceOf(InvalidRequestContentException.class);
        assertThatThrownBy(() -> invoke("echo", "\"" + "x".repeat(6 * 1024 * 1024) + "\"")).isInstanceOfSatisfying(RequestTooLargeException.class,
            thrown -> assertThat(thrown.statusCode()).isEqualTo(413));
        assertThatThrownBy(() -> lambda.invoke(request -> request.functionName("echo").invocationType(InvocationType.EVENT)
            .payload(SdkBytes.fromUtf8String("\"" + "x".repeat(1024 * 1024) + "\"")))).isInstanceOf(RequestTooLargeException.class);
    }

    @Test
    void aDryRunRunsNothing() throws IOException {
        shell("touches", "touch touched");
        assertThat(lambda.invoke(request -> request.functionName("touches").invocationType(InvocationType.DRY_RUN)).statusCode()).isEqualTo(204);
        assertThat(functions.resolve("touched")).doesNotExist();
    }

    @Test
    void anEventIsAnsweredAtOnceAndRunLater() throws IOException {
        shell("writes", "cat >out; mv out event.json");
        InvokeResponse response = lambda.invoke(request -> request.functionName("writes").invocationType(InvocationType.EVENT)
            .payload(SdkBytes.fromUtf8String("{\"n\":1}")));
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(functions.resolve("event.json")).doesNotExist();
        lambda.start();
        await().atMost(PATIENCE).until(() -> Files.exists(functions.resolve("event.json")));
        assertThat(functions.resolve("event.json")).hasContent("{\"n\":1}");
    }

    @Test
    void aFailedEventIsTriedTwiceMoreWithTheSameRequestId() throws IOException {
        shell("fails", "echo $AWS_LAMBDA_REQUEST_ID >>attempts; exit 1");
        lambda.start();
        String first = lambda.invoke(request -> request.functionName("fails").invocationType(InvocationType.EVENT)).responseMetadata().requestId();
        awaitAttemptsInPassingTime(3);
        String second = lambda.invoke(request -> request.functionName("fails").invocationType(InvocationType.EVENT)).responseMetadata().requestId();
        awaitAttemptsInPassingTime(6);
        assertThat(Files.readAllLines(functions.resolve("attempts"))).containsExactly(first, first, first, second, second, second);
        await().atMost(PATIENCE).until(() -> Files.readAllLines(functions.resolve("fails.log"))
            .contains("[ERROR] The event of RequestId: " + second + " is dropped after 3 attempts"));
        assertThat(LocalLambda.retry(1, Duration.ZERO)).contains(Duration.ofMinutes(1));
        assertThat(LocalLambda.retry(2, Duration.ZERO)).contains(Duration.ofMinutes(2));
        assertThat(LocalLambda.retry(3, Duration.ZERO)).isEmpty();
    }

    private void awaitAttemptsInPassingTime(int count) {
        await().atMost(PATIENCE).until(() -> {
            now.updateAndGet(time -> time.plusSeconds(60));
            return attempts() == count;
        });
    }

    private int attempts() throws IOException {
        return Files.exists(functions.resolve("attempts")) ? Files.readAllLines(functions.resolve("attempts")).size() : 0;
    }

    private void awaitAttempts(int count) {
        await().atMost(PATIENCE).until(() -> attempts() == count);
    }

    @Test
    void aHangingFunctionHoldsUpNoOther() throws IOException {
        shell("hangs", "sleep 300");
        shell("quick", "touch quick.done");
        lambda.start();
        for (int i = 0; i < 10; i++) {
            lambda.invoke(request -> request.functionName("hangs").invocationType(InvocationType.EVENT));
        }
        lambda.invoke(request -> request.functionName("quick").invocationType(InvocationType.EVENT));
        await().atMost(PATIENCE).until(() -> Files.exists(functions.resolve("quick.done")));
    }

    @Test
    void whatRunsAtCloseIsKilledAndRunAgainAfterTheNextStart() throws IOException {
        shell("runs", "echo $$ >child.pid; echo . >>attempts; sleep 300");
        lambda.start();
        lambda.invoke(request -> request.functionName("runs").invocationType(InvocationType.EVENT));
        await().atMost(PATIENCE).until(() -> Files.exists(functions.resolve("attempts")));
        close();
        assertDead("child.pid");
        shell("runs", "echo . >>attempts");
        open();
        lambda.start();
        awaitAttempts(2);
    }

    @Test
    void aCallerThatWaitsIsToldWhenAllIsClosed() throws Exception {
        shell("runs", "touch started; sleep 300");
        CompletableFuture<InvokeResponse> waiting = CompletableFuture.supplyAsync(() -> invoke("runs", "{}"));
        await().atMost(PATIENCE).until(() -> Files.exists(functions.resolve("started")));
        lambda.close();
        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(AbortedException.class);
    }

    @Test
    void functionsAreListedAndDescribed() throws IOException {
        shell("b", "true", 9);
        shell("a", "true");
        Files.writeString(functions.resolve("README.md"), "no function");
        assertThat(lambda.listFunctions().functions()).extracting(FunctionConfiguration::functionName).containsExactly("a", "b");
        assertThat(lambda.getFunction(request -> request.functionName("b")).configuration()).satisfies(function -> {
            assertThat(function.functionArn()).isEqualTo("arn:aws:lambda:us-east-1:123456789012:function:b");
            assertThat(function.timeout()).isEqualTo(9);
            assertThat(function.state()).isEqualTo(State.ACTIVE);
        });
    }

    @Test
    void whatHasNoMeaningHereIsRefusedByName() throws IOException {
        shell("echo", "cat");
        assertThatThrownBy(() -> lambda.invoke(request -> request.functionName("echo").clientContext("e30=")))
            .hasMessageContaining("ClientContext is not supported by the local Lambda");
        assertThatThrownBy(() -> lambda.deleteFunction(request -> request.functionName("echo"))).isInstanceOf(UnsupportedOperationException.class);
    }
}
