package io.pipewright.local.home;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.pipewright.functions.approval.ApprovalHandler;
import io.pipewright.functions.build.BuildHandler;
import io.pipewright.functions.completion.CompletionHandler;
import io.pipewright.functions.compute.ComputeHandler;
import io.pipewright.functions.deploy.DeployHandler;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.gate.GateHandler;
import io.pipewright.functions.invoke.InvokeHandler;
import io.pipewright.functions.source.SourceHandler;
import io.pipewright.functions.test.TestHandler;
import io.pipewright.functions.trigger.TriggerHandler;
import io.pipewright.local.sfn.FunctionError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Pipewright's own functions, called in this process under the ARNs that they have in an account. */
final class Functions {
    static final String COMPLETION = "completion";
    static final String TRIGGER = "trigger";

    private final Map<String, RequestStreamHandler> handlers = new HashMap<>();

    Functions(Engine engine) {
        put(engine, "gate", new GateHandler(engine));
        put(engine, "source", new SourceHandler(engine));
        put(engine, "build", new BuildHandler(engine));
        put(engine, "test", new TestHandler(engine));
        put(engine, "deploy", new DeployHandler(engine));
        put(engine, "approval", new ApprovalHandler(engine));
        put(engine, "invoke", new InvokeHandler(engine));
        put(engine, "compute", new ComputeHandler(engine));
        put(engine, COMPLETION, new CompletionHandler(engine));
        put(engine, TRIGGER, new TriggerHandler(engine));
    }

    private void put(Engine engine, String name, RequestStreamHandler handler) {
        handlers.put(engine.settings().functionArn(name), handler);
    }

    /** Invokes a function as Lambda would: what it throws comes back as its error. */
    byte[] invoke(String arn, byte[] payload) throws FunctionError {
        RequestStreamHandler handler = handlers.get(arn);
        if (handler == null) {
            throw FunctionError.notFound(arn);
        }
        ByteArrayOutputStream output = new ByteArrayOutputStream();
        try {
            handler.handleRequest(new ByteArrayInputStream(payload), output, null);
        } catch (IOException | RuntimeException e) {
            throw FunctionError.failed(e.getClass().getName(), e.getMessage(), List.of());
        }
        return output.size() == 0 ? new byte[] {'n', 'u', 'l', 'l'} : output.toByteArray();
    }
}
