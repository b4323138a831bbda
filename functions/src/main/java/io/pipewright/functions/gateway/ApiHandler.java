package io.pipewright.functions.gateway;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.pipewright.functions.api.Api;
import io.pipewright.functions.api.Caller;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.Codec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The function behind the API, which API Gateway calls once IAM has let the caller do {@code POST} on the path. IAM has seen nothing
 * but the path, so whatever else says another operation, pipeline, stage or action than the path is refused first of all.
 */
public final class ApiHandler implements RequestStreamHandler {
    private final Api api;

    /** As Lambda calls it. */
    public ApiHandler() {
        this(Home.engine());
    }

    public ApiHandler(Engine engine) {
        this.api = new Api(engine);
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        GatewayEvent event = GatewayEvent.read(input);
        GatewayAnswer answer = answer(event);
        if (!answer.fits()) {
            answer = GatewayAnswer.of(ApiError.validation(
                    "The answer is larger than 6 MB. Ask for fewer results at a time (maxResults)."), event);
        }
        answer.write(output);
    }

    private GatewayAnswer answer(GatewayEvent event) {
        try {
            String target = event.onlyHeader("X-Amz-Target").orElse(null);
            String operation = RequestPath.operation(target);
            byte[] body = event.body();
            if (body.length > Api.MOST_BYTES) {
                throw ApiError.requestTooLarge();
            }
            if (!event.method().equals("POST") || !RequestPath.agrees(event.path(), operation, named(body))) {
                throw ApiError.accessDenied("The path " + event.path()
                        + " is not that of the call. Calls of " + operation + " go by POST to a path that names the operation and "
                        + "what the request is about; pipewright proxy sends them there.");
            }
            Caller caller = event.userArn().map(arn -> new Caller(arn, event.requestId())).orElseThrow(() -> ApiError.accessDenied(
                    "The call came without an identity. The API must ask for IAM authorization."));
            return GatewayAnswer.of(api.answer(target, body, caller), event);
        } catch (ApiError e) {
            return GatewayAnswer.of(e, event);
        }
    }

    /** What a body names. One that is no JSON names nothing, and the API refuses it. */
    private static JsonNode named(byte[] body) {
        try {
            return Codec.parse(new String(body, StandardCharsets.UTF_8));
        } catch (ApiError malformed) {
            return MissingNode.getInstance();
        }
    }
}
