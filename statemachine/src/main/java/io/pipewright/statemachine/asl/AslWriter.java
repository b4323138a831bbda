package io.pipewright.statemachine.asl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes states as Amazon States Language without white space: a definition ends at 1 MB. */
final class AslWriter implements State.Visitor<Map<String, Object>> {

    private static final String CALLBACK = "arn:aws:states:::lambda:invoke.waitForTaskToken";

    /**
     * The faults of the Lambda service itself, which a second call may cure. A handler is idempotent, so a call whose
     * outcome is unknown is repeated too, and so is one in which the handler itself asks for it ({@code TryAgain}). The
     * intervals double, which is Amazon States Language's default and left out: these bytes stand in every task, and the
     * largest pipelines come within 2 % of the 1 MB that a definition may have.
     */
    private static final List<Map<String, Object>> RETRY = List.of(ordered(
            "ErrorEquals", List.of(
                    "Lambda.ServiceException",
                    "Lambda.AWSLambdaException",
                    "Lambda.SdkClientException",
                    "Lambda.ClientExecutionTimeoutException",
                    "Lambda.TooManyRequestsException",
                    "Lambda.Unknown",
                    "io.pipewright.TryAgain"),
            "MaxAttempts", 6));

    private static final ObjectMapper JSON = new ObjectMapper();

    private AslWriter() {
    }

    static String write(StateMachine machine) {
        try {
            return JSON.writeValueAsString(machine(machine));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Maps, lists, texts and numbers can always be written", e);
        }
    }

    private static Map<String, Object> machine(StateMachine machine) {
        AslWriter writer = new AslWriter();
        Map<String, Object> states = new LinkedHashMap<>();
        machine.states().forEach((name, state) -> states.put(name, state.accept(writer)));
        return ordered("StartAt", machine.startAt(), "States", states);
    }

    @Override
    public Map<String, Object> task(State.Task task) {
        Map<String, Object> json = ordered(
                "Type", "Task",
                "Resource", CALLBACK,
                "Parameters", ordered("FunctionName", task.functionArn(), "Payload", task.payload()));
        if (task.timeout() != null) {
            json.put("TimeoutSeconds", task.timeout().toSeconds());
        }
        json.put("ResultPath", task.resultPath());
        json.put("Retry", RETRY);
        if (!task.catchers().isEmpty()) {
            json.put("Catch", task.catchers().stream().map(AslWriter::catcher).collect(Collectors.toList()));
        }
        putNext(json, task.next());
        return json;
    }

    @Override
    public Map<String, Object> choice(State.Choice choice) {
        return ordered(
                "Type", "Choice",
                "Choices", choice.rules().stream().map(AslWriter::rule).collect(Collectors.toList()),
                "Default", choice.defaultState());
    }

    @Override
    public Map<String, Object> parallel(State.Parallel parallel) {
        Map<String, Object> json = ordered(
                "Type", "Parallel",
                "Parameters", parallel.parameters(),
                "Branches", parallel.branches().stream().map(AslWriter::machine).collect(Collectors.toList()),
                "ResultPath", parallel.resultPath());
        putNext(json, parallel.next());
        return json;
    }

    @Override
    public Map<String, Object> succeed(State.Succeed succeed) {
        return ordered("Type", "Succeed");
    }

    private static Map<String, Object> catcher(State.Catcher catcher) {
        return ordered("ErrorEquals", catcher.errors(), "ResultPath", null, "Next", catcher.next());
    }

    private static Map<String, Object> rule(State.Rule rule) {
        List<Map<String, Object>> comparisons = new ArrayList<>();
        rule.all().forEach(comparison -> comparisons.add(
                ordered("Variable", comparison.variable(), "StringEquals", comparison.value())));
        Map<String, Object> json = comparisons.size() == 1 ? comparisons.get(0) : ordered("And", comparisons);
        json.put("Next", rule.next());
        return json;
    }

    private static void putNext(Map<String, Object> json, String next) {
        if (next == null) {
            json.put("End", true);
        } else {
            json.put("Next", next);
        }
    }

    private static Map<String, Object> ordered(Object... namesAndValues) {
        Map<String, Object> object = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            object.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return object;
    }
}
