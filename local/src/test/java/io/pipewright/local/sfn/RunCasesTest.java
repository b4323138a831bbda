package io.pipewright.local.sfn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Machines beside what becomes of them; a file in {@code runs/} is a test.
 *
 * <p>{@code functions} scripts each function's calls in turn, the last one for all further calls: {@code result} returns,
 * {@code error} throws, {@code answer} and {@code failure} return null and answer the token, {@code silence} only returns.
 * {@code expect} holds what is checked: {@code status, output, error, cause, story, payloads, seconds}, and {@code outputs},
 * the output of each state that was left.
 */
class RunCasesTest {

    @TestFactory
    Stream<DynamicTest> cases() throws IOException, URISyntaxException {
        Path folder = Path.of(RunCasesTest.class.getResource("runs").toURI());
        List<Path> files = new ArrayList<>();
        try (Stream<Path> list = Files.list(folder)) {
            list.sorted().forEach(files::add);
        }
        assertThat(files).isNotEmpty();
        return files.stream().map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(read(file))));
    }

    private static JsonNode read(Path file) {
        try {
            return Json.own(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(JsonNode test) {
        Rehearsal rehearsal = new Rehearsal(Json.text(test.get("definition")), Json.text(test.path("input").isMissingNode()
                ? Json.object() : test.get("input")));
        List<JsonNode> payloads = new ArrayList<>();
        Map<String, Iterator<JsonNode>> scripts = new HashMap<>();
        Map<String, JsonNode> last = new HashMap<>();
        test.path("functions").properties().forEach(each -> scripts.put(each.getKey(), each.getValue().iterator()));
        for (int step = 0; step < 1000 && !rehearsal.hasEnded(); step++) {
            LambdaCall call = rehearsal.calls.poll();
            if (call == null) {
                rehearsal.waitForTimer();
            } else {
                String function = call.functionArn().split(":", 7)[6];
                payloads.add(Json.own(call.payload()));
                if (scripts.getOrDefault(function, List.<JsonNode>of().iterator()).hasNext()) {
                    last.put(function, scripts.get(function).next());
                }
                perform(rehearsal, call, last.get(function));
            }
        }
        verify(test.get("expect"), rehearsal, payloads);
    }

    private static void perform(Rehearsal rehearsal, LambdaCall call, JsonNode script) {
        if (script == null) {
            rehearsal.change(run -> run.failed(call.token(), LambdaResponse.failure(FunctionError.notFound(call.functionArn()))));
            return;
        }
        if (script.has("error")) {
            FunctionError error = FunctionError.failed(script.get("error").textValue(), "message", List.of());
            rehearsal.change(run -> run.failed(call.token(), LambdaResponse.failure(error)));
            return;
        }
        JsonNode result = script.has("result") ? script.get("result") : Json.own("null");
        rehearsal.change(run -> run.returned(call.token(), Json.object().set("Payload", result)));
        if (script.has("answer")) {
            rehearsal.succeed(call.token(), script.get("answer"));
        }
        if (script.has("failure")) {
            rehearsal.fail(call.token(), script.get("failure").path("error").textValue(),
                    script.get("failure").path("cause").textValue());
        }
    }

    private static void verify(JsonNode expect, Rehearsal rehearsal, List<JsonNode> payloads) {
        Run.Ending ending = rehearsal.ending();
        Map<String, Object> actual = new HashMap<>();
        Map<String, Object> expected = new HashMap<>();
        expect.properties().forEach(field -> {
            String name = field.getKey();
            JsonNode value = field.getValue();
            switch (name) {
                case "output" -> {
                    expected.put(name, Json.text(value));
                    actual.put(name, ending.output());
                }
                case "payloads" -> {
                    expected.put(name, Json.text(value));
                    actual.put(name, array(payloads.stream().map(Json::text).toList()));
                }
                case "outputs" -> {
                    expected.put(name, Json.text(value));
                    actual.put(name, array(rehearsal.history.stream()
                            .filter(event -> event.type().toString().endsWith("StateExited"))
                            .map(event -> event.details().get("output").textValue()).toList()));
                }
                case "story" -> {
                    expected.put(name, texts(value));
                    actual.put(name, rehearsal.story());
                }
                case "seconds" -> {
                    expected.put(name, value.doubleValue());
                    actual.put(name, Duration.between(Rehearsal.BEGIN, rehearsal.now()).toMillis() / 1000.0);
                }
                default -> {
                    expected.put(name, value.textValue());
                    actual.put(name, switch (name) {
                        case "status" -> ending.status().toString();
                        case "error" -> ending.error();
                        case "cause" -> ending.cause();
                        default -> "no such expectation: " + name;
                    });
                }
            }
        });
        assertThat(actual).as(() -> rehearsal.story().toString()).isEqualTo(expected);
    }

    private static String array(List<String> elements) {
        return "[" + String.join(",", elements) + "]";
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.textValue()));
        return texts;
    }
}
