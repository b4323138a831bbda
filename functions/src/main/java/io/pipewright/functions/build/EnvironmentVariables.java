package io.pipewright.functions.build;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pipewright.functions.action.ActionFailure;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariable;
import software.amazon.awssdk.services.codebuild.model.EnvironmentVariableType;

/** The configuration key {@code EnvironmentVariables}: a JSON array of {@code name}, {@code value} and {@code type}. */
final class EnvironmentVariables {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build().reader();

    private EnvironmentVariables() { }

    static List<EnvironmentVariable> parse(String text) throws ActionFailure {
        JsonNode array = read(text);
        if (!array.isArray()) {
            throw wrong("it must be a JSON array of objects with the members name, value and type");
        }
        List<EnvironmentVariable> variables = new ArrayList<>();
        for (JsonNode one : array) {
            variables.add(variable(one, variables.size()));
        }
        return variables;
    }

    private static JsonNode read(String text) throws ActionFailure {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw wrong("it is no JSON: " + e.getOriginalMessage());
        }
    }

    private static EnvironmentVariable variable(JsonNode json, int index) throws ActionFailure {
        String name = json.path("name").asText();
        JsonNode value = json.path("value");
        EnvironmentVariableType type = json.hasNonNull("type")
                ? EnvironmentVariableType.fromValue(json.path("type").asText()) : EnvironmentVariableType.PLAINTEXT;
        if (name.isEmpty()) {
            throw wrong("element " + index + " has no name");
        }
        if (!value.isValueNode() || value.isNull()) {
            throw wrong("the variable " + name + " has no value");
        }
        if (type == EnvironmentVariableType.UNKNOWN_TO_SDK_VERSION) {
            throw wrong("the variable " + name + " has the type " + json.path("type").asText()
                    + "; types are PLAINTEXT, PARAMETER_STORE and SECRETS_MANAGER");
        }
        return EnvironmentVariable.builder().name(name).value(value.asText()).type(type).build();
    }

    private static ActionFailure wrong(String what) {
        return ActionFailure.configuration("Invalid value for configuration property 'EnvironmentVariables': " + what
                + ". Edit your pipeline to fix the configuration.");
    }
}
