package io.pipewright.local.sfn;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/** What a task sees of a Lambda call: the Invoke response as Step Functions passes it on, or the failure that stands for an error. */
final class LambdaResponse {
    private static final int LONGEST_CAUSE = 32_768;

    private LambdaResponse() { }

    static ObjectNode of(byte[] result, String functionArn, Instant at) throws JsonProcessingException {
        JsonNode payload = result == null || result.length == 0
                ? NullNode.getInstance() : Json.data(new String(result, StandardCharsets.UTF_8));
        String[] arn = functionArn.split(":");
        String version = arn.length > 7 && arn[7].matches("\\d+") ? arn[7] : "$LATEST";
        String requestId = UUID.randomUUID().toString();
        ObjectNode headers = Json.object().put("Content-Length", String.valueOf(result == null ? 0 : result.length))
                .put("Content-Type", "application/json")
                .put("Date", DateTimeFormatter.RFC_1123_DATE_TIME.format(at.atOffset(ZoneOffset.UTC)))
                .put("X-Amz-Executed-Version", version).put("x-amzn-RequestId", requestId);
        ObjectNode all = Json.object();
        headers.properties().forEach(header -> all.putArray(header.getKey()).add(header.getValue()));

        ObjectNode response = Json.object().put("ExecutedVersion", version);
        response.set("Payload", payload);
        ObjectNode http = response.putObject("SdkHttpMetadata");
        http.set("AllHttpHeaders", all);
        http.set("HttpHeaders", headers);
        http.put("HttpStatusCode", 200);
        response.putObject("SdkResponseMetadata").put("RequestId", requestId);
        return response.put("StatusCode", 200);
    }

    static Failure failure(FunctionError error) {
        return Failure.ofTask(error.errorType(), cut(switch (error.kind()) {
            case FAILED -> Json.text(errorObject(error));
            case NOT_FOUND -> error.errorMessage() + " (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException)";
            case THROTTLED -> error.errorMessage() + " (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException)";
        }));
    }

    /** As Lambda's Java runtime writes it. */
    private static ObjectNode errorObject(FunctionError error) {
        ObjectNode object = Json.object().put("errorMessage", error.errorMessage()).put("errorType", error.errorType());
        error.stackLines().forEach(line -> object.withArray("stackTrace").add(line));
        return object;
    }

    private static String cut(String cause) {
        return cause.length() <= LONGEST_CAUSE ? cause : cause.substring(0, LONGEST_CAUSE);
    }
}
