package io.pipewright.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** A function behind API Gateway, reached without it: by the events with which its proxy integration invokes functions. */
record GatewayFunction(LambdaClient lambda, String function) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What the function answers. */
    record Answer(int status, String contentType, String body) { }

    /** @param path without the stage */
    Answer call(String method, String path, Map<String, String> headers, String body) throws IOException {
        ObjectNode event = JSON.createObjectNode().put("httpMethod", method).put("path", path)
                .put("body", body).put("isBase64Encoded", false);
        ObjectNode all = event.putObject("headers");
        headers.forEach(all::put);
        event.putObject("requestContext").put("requestId", "00000000-0000-0000-0000-000000000000")
                .putObject("identity").put("userArn", "arn:aws:iam::000000000000:user/e2e");
        InvokeResponse invoked = lambda.invoke(request -> request.functionName(function).qualifier("live")
                .payload(SdkBytes.fromUtf8String(event.toString())));
        JsonNode answer = JSON.readTree(invoked.payload().asByteArray());
        if (invoked.functionError() != null) {
            throw new IOException(function + " failed: " + answer);
        }
        return new Answer(answer.path("statusCode").asInt(), answer.path("headers").path("Content-Type").asText(),
                answer.path("body").asText());
    }
}
