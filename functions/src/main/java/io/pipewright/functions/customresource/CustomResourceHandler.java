package io.pipewright.functions.customresource;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.pipewright.TryAgain;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import io.pipewright.functions.store.StackAnswer;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The function behind {@code Custom::PipewrightPipeline}: makes the pipelines of CloudFormation stacks what their templates say.
 *
 * <p>What was answered is kept by request: Lambda repeats events that failed, and now and then others, also when CloudFormation
 * is long past them.
 */
public final class CustomResourceHandler implements RequestStreamHandler {
    private final Engine engine;
    private final Store store;
    private final PipelineResource resource;

    /** As Lambda calls it. */
    public CustomResourceHandler() {
        this(Home.engine());
    }

    public CustomResourceHandler(Engine engine) {
        this.engine = engine;
        this.store = engine.store();
        this.resource = new PipelineResource(engine);
    }

    /** @throws IOException where the answer can't be handed over; the event may be repeated */
    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        ResourceRequest request = ResourceRequest.read(input);
        new ResourceResponse(request, answer(request)).put();
    }

    /** CloudFormation waits in vain for whom doesn't answer: so whatever goes wrong is an answer, save what waiting mends. */
    private StackAnswer answer(ResourceRequest request) {
        try {
            return store.stackAnswer(request.stackId(), request.requestId()).orElseGet(() -> decide(request));
        } catch (TryAgain e) {
            throw e;
        } catch (Throwable e) {
            engine.log().error("A request of CloudFormation failed", e, "stack", request.stackId(), "resource", request.logicalId());
            return StackAnswer.failure(request.lastId(), "Pipewright itself failed: " + e + ". Its log says more.");
        }
    }

    private StackAnswer decide(ResourceRequest request) {
        StackAnswer answer = carryOut(request);
        store.put(request.stackId(), request.requestId(), answer);
        return answer;
    }

    private StackAnswer carryOut(ResourceRequest request) {
        try {
            return resource.carryOut(request);
        } catch (ApiError e) {
            if (e.code().equals("ConcurrentModificationException")) {
                throw new TryAgain(e);
            }
            return StackAnswer.failure(request.lastId(), e.code() + ": " + e.getMessage());
        }
    }
}
