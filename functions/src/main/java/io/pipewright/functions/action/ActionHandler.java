package io.pipewright.functions.action;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.pipewright.TryAgain;
import io.pipewright.functions.wire.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.Set;

/** A category's function: its machine task calls it with a task token, which is answered when the action has ended. */
public abstract class ActionHandler implements RequestStreamHandler {

    private final Actions actions;
    private final Map<String, ActionProvider> providers;

    /** @param providers by provider name */
    protected ActionHandler(Actions actions, Map<String, ActionProvider> providers) {
        this.actions = actions;
        this.providers = Map.copyOf(providers);
    }

    /** The names of the providers whose actions it runs; those of all others fail. */
    public final Set<String> providers() {
        return providers.keySet();
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        Task task = Task.of(Json.mapper().readTree(input));
        try {
            actions.start(task, providers);
        } catch (RuntimeException e) {
            throw new TryAgain(e);
        }
    }
}
