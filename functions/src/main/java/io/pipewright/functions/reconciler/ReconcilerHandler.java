package io.pipewright.functions.reconciler;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.pipewright.functions.action.ActionProvider;
import io.pipewright.functions.build.CodeBuildActions;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;

/** The function that a schedule calls to go through what is due. What it doesn't get to stays due for its next call. */
public final class ReconcilerHandler implements RequestStreamHandler {
    /** More than a look takes as a rule. One that is cut off is repeated by the next call. */
    private static final int RESERVE_MILLIS = 20_000;

    private final Reconciler reconciler;

    /** As Lambda calls it. */
    public ReconcilerHandler() {
        this(Home.engine());
    }

    public ReconcilerHandler(Engine engine) {
        this.reconciler = new Reconciler(engine, providers(engine));
    }

    /** The providers whose work can be looked at, by name. */
    public static Map<String, ActionProvider> providers(Engine engine) {
        return Map.of("CodeBuild", new CodeBuildActions(engine));
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) {
        reconciler.run(() -> context == null || context.getRemainingTimeInMillis() > RESERVE_MILLIS);
    }
}
