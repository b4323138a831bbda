package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * A Lambda call that a task wants.
 *
 * @param token identifies the attempt; the function knows it only if the parameters name {@code $$.Task.Token}
 * @param payload JSON text
 */
record LambdaCall(String token, String functionArn, String payload) {

    /** Where the functions live: what a bare function name means. */
    record Home(String region, String account) { }

    /** @throws PathFailure if the parameters, now filled, name no function */
    static LambdaCall of(String token, JsonNode parameters, Home home) throws PathFailure {
        JsonNode function = parameters.path("FunctionName");
        JsonNode qualifier = parameters.path("Qualifier");
        if (!function.isTextual() || function.textValue().isEmpty()) {
            throw unusable(parameters, "FunctionName");
        }
        if (!qualifier.isMissingNode() && !qualifier.isTextual()) {
            throw unusable(parameters, "Qualifier");
        }
        String payload = parameters.has("Payload") ? Json.text(parameters.get("Payload")) : "{}";
        return new LambdaCall(token, arn(function.textValue(), Optional.ofNullable(qualifier.textValue()), home), payload);
    }

    /** Accepts what Lambda accepts as a function's name: {@code name[:alias]}, {@code account:function:name}, an ARN. */
    private static String arn(String function, Optional<String> qualifier, Home home) {
        String arn = function;
        if (!function.startsWith("arn:")) {
            String account = function.contains(":function:") ? "" : home.account() + ":function:";
            arn = "arn:aws:lambda:" + home.region() + ":" + account + function;
        }
        return qualifier.isPresent() ? arn + ":" + qualifier.get() : arn;
    }

    private static PathFailure unusable(JsonNode parameters, String field) {
        return new PathFailure("The Parameters '" + Json.text(parameters) + "' could not be used to start the Task: [The value for the "
                + "field '" + field + "' must be a STRING]");
    }
}
