package io.pipewright.local.home;

import io.pipewright.functions.api.Api;
import io.pipewright.functions.api.Caller;
import io.pipewright.functions.wire.ServiceModel;
import io.pipewright.local.http.Request;
import io.pipewright.local.http.Response;
import io.pipewright.local.http.Route;
import java.io.IOException;
import java.io.OutputStream;
import java.util.UUID;

/** CodePipeline's API; it takes every target that nobody takes before. */
final class ApiRoute implements Route {
    static final String TARGET = "X-Amz-Target";
    static final String JSON_1_1 = "application/x-amz-json-1.1";

    /** So much of a body that is too large is read and forgotten, so that its client gets to read the refusal. */
    private static final long DRAINED_BYTES = 64 << 20;

    private final Api api;
    private final String callerArn;

    ApiRoute(Api api, String callerArn) {
        this.api = api;
        this.callerArn = callerArn;
    }

    @Override
    public boolean matches(Request request) {
        return request.method().equals("POST") && request.header(TARGET).isPresent();
    }

    @Override
    public void handle(Request request, Response response) throws IOException {
        byte[] body = request.body().readNBytes(Api.MOST_BYTES + 1);
        request.drain(DRAINED_BYTES);
        Caller caller = new Caller(callerArn, UUID.randomUUID().toString());
        Api.Answer answer = api.answer(request.header(TARGET).orElseThrow(), body, caller);
        response.header("x-amzn-RequestId", caller.requestId());
        response.header("Content-Type", JSON_1_1);
        try (OutputStream out = response.stream(answer.status(), answer.body().length)) {
            out.write(answer.body());
        }
    }
}
