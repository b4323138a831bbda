package io.pipewright.functions.gateway;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.pipewright.functions.api.Api;
import io.pipewright.functions.api.Caller;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import io.pipewright.functions.wire.ApiError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Set;

/**
 * The public jobs endpoint, for users' functions: they report to CodePipeline's client, which signs for {@code codepipeline} and can't
 * reach an IAM API. No caller is known here; who knows a job's random id may report on that job, and on nothing else. Anything
 * that isn't such a report is refused before the table is touched, and an unknown id costs one read of a key.
 */
public final class JobsHandler implements RequestStreamHandler {
    private static final Set<String> SERVED = Set.of("PutJobSuccessResult", "PutJobFailureResult", "GetJobDetails");
    /** A result's variables may have 120 KiB, and JSON may need six characters for one. */
    private static final int MOST_BYTES = 1024 * 1024;
    private static final String HOLDER = "the holder of the job's id";

    private final Api api;

    /** As Lambda calls it. */
    public JobsHandler() {
        this(Home.engine());
    }

    public JobsHandler(Engine engine) {
        this.api = new Api(engine);
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        GatewayEvent event = GatewayEvent.read(input);
        answer(event).write(output);
    }

    private GatewayAnswer answer(GatewayEvent event) {
        try {
            String target = event.onlyHeader("X-Amz-Target").orElse(null);
            String operation = RequestPath.operation(target);
            if (!event.method().equals("POST") || !SERVED.contains(operation)) {
                throw ApiError.accessDenied("The jobs endpoint takes results of jobs and gives their details, nothing else. "
                        + "Send " + operation + " to the API.");
            }
            byte[] body = event.body();
            if (body.length > MOST_BYTES) {
                throw ApiError.requestTooLarge();
            }
            return GatewayAnswer.of(api.answer(target, body, new Caller(HOLDER, event.requestId())), event);
        } catch (ApiError e) {
            return GatewayAnswer.of(e, event);
        }
    }
}
