package io.pipewright.e2e;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.functions.gateway.RequestPath;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Passes calls of CodePipeline's client on to the API's function, as proxy and API Gateway together would. */
record InvokingRoute(GatewayFunction api) implements Route {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MOST_BYTES = 1024 * 1024;

    @Override
    public boolean matches(Request request) {
        return request.method().equals("POST");
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        String target = request.header("X-Amz-Target").orElseThrow();
        String body = new String(request.bodyBytes(MOST_BYTES), StandardCharsets.UTF_8);
        GatewayFunction.Answer answer = api.call("POST", RequestPath.of(RequestPath.operation(target), JSON.readTree(body)),
                Map.of("X-Amz-Target", target), body);
        response.send(answer.status(), answer.contentType(), answer.body());
    }
}
