package io.pipewright.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.gateway.RequestPath;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/** Turns calls of CodePipeline's client into the events by which API Gateway's proxy integration invokes the API's function. */
final class GatewayEvents implements Route {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES = 1024 * 1024;

    private final String function;
    private final LambdaClient lambda;

    GatewayEvents(String function, LambdaClient lambda) {
        this.function = function;
        this.lambda = lambda;
    }

    @Override
    public boolean matches(Request request) {
        return request.method().equals("POST");
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        SdkBytes event = SdkBytes.fromUtf8String(event(request).toString());
        InvokeResponse invoked = lambda.invoke(call -> call.functionName(function).qualifier("live").payload(event));
        JsonNode answer = JSON.readTree(invoked.payload().asByteArray());
        if (invoked.functionError() != null) {
            throw new IOException(function + " failed: " + answer);
        }
        response.send(answer.path("statusCode").asInt(), answer.path("headers").path("Content-Type").asText(),
                answer.path("body").asText());
    }

    private static ObjectNode event(Request request) throws IOException {
        String target = request.header("X-Amz-Target").orElseThrow();
        String body = new String(request.bodyBytes(MOST_BYTES), StandardCharsets.UTF_8);
        ObjectNode event = JSON.createObjectNode().put("httpMethod", "POST")
                .put("path", RequestPath.of(RequestPath.operation(target), JSON.readTree(body)))
                .put("body", body).put("isBase64Encoded", false);
        event.putObject("headers").put("X-Amz-Target", target);
        event.putObject("requestContext").put("requestId", "00000000-0000-0000-0000-000000000000")
                .putObject("identity").put("userArn", "arn:aws:iam::000000000000:user/e2e");
        return event;
    }
}
