package io.pipewright.local.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The payloads of failed invocations, as the service's runtimes write them. */
final class FunctionError {
    private static final JsonMapper MAPPER = new JsonMapper();
    /** {@code ValueError: text} of Python, {@code TypeError: text} of Node, {@code java.io.IOException: text} of Java. */
    private static final Pattern RAISED = Pattern.compile(
        "(?:Exception in thread \"[^\"]*\" |Uncaught )?([A-Za-z_][\\w.$]*(?:Error|Exception|Exit|Interrupt|Warning))(?:: (.*))?");
    private static final int STACK_LINES = 20;

    private FunctionError() {
    }

    static byte[] timeOver(String requestId, Duration timeout) {
        return payload("Sandbox.Timedout", String.format(Locale.ROOT, "RequestId: %s Error: Task timed out after %.2f seconds",
            requestId, timeout.toMillis() / 1000.0));
    }

    static byte[] unusable(String message) {
        return payload("Runtime.InvalidConfiguration", message);
    }

    static byte[] notStarted(String requestId, String message) {
        return payload("Runtime.InvalidEntrypoint", "RequestId: " + requestId + " Error: " + message);
    }

    static byte[] notJson(String output) {
        return payload("Runtime.MarshalError", "The function's standard output is not one JSON value: "
            + output.substring(0, Math.min(output.length(), 200)));
    }

    static byte[] tooLarge(int limit) {
        return payload("Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (" + limit + " bytes).");
    }

    /** A program that ended with an exit code other than 0, told by the end of its standard error. */
    static byte[] failed(String requestId, int exitCode, byte[] errors) {
        List<String> lines = new String(errors, StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank()).toList();
        for (int i = lines.size() - 1; i >= Math.max(0, lines.size() - STACK_LINES); i--) {
            JsonNode told = told(lines.get(i));
            if (told != null) {
                return bytes(told);
            }
            Matcher raised = RAISED.matcher(lines.get(i));
            if (raised.matches()) {
                String message = raised.group(2) == null ? "" : raised.group(2);
                return withStack(raised.group(1), message, requestId, lines);
            }
        }
        String message = "RequestId: " + requestId + " Error: Runtime exited with error: exit status " + exitCode;
        return withStack("Runtime.ExitError", lines.isEmpty() ? message : message + ": " + lines.get(lines.size() - 1), requestId, lines);
    }

    /** A line that is an error object already stands for itself. */
    private static JsonNode told(String line) {
        if (!line.startsWith("{")) {
            return null;
        }
        try {
            JsonNode json = MAPPER.readTree(line);
            return json.path("errorMessage").isTextual() ? json : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static byte[] withStack(String type, String message, String requestId, List<String> lines) {
        ObjectNode error = error(type, message);
        error.put("requestId", requestId);
        lines.subList(Math.max(0, lines.size() - STACK_LINES), lines.size()).forEach(error.withArray("stackTrace")::add);
        return bytes(error);
    }

    private static byte[] payload(String type, String message) {
        return bytes(error(type, message));
    }

    private static ObjectNode error(String type, String message) {
        return MAPPER.createObjectNode().put("errorMessage", message).put("errorType", type);
    }

    private static byte[] bytes(JsonNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
