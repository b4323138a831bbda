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
import java.util.Optional;
import java.util.function.Function;

/** Pipewright's own functions, called in this process under the ARNs that they have in an account. */
final class Functions {
    static final String COMPLETION = "completion";
    static final String TRIGGER = "trigger";

    private final Map<String, RequestStreamHandler> handlers = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();

    /** @param engines the engine of each function, by its name */
    Functions(Function<String, Engine> engines) {
        put(engines, "gate", GateHandler::new);
        put(engines, "source", SourceHandler::new);
        put(engines, "build", BuildHandler::new);
        put(engines, "test", TestHandler::new);
        put(engines, "deploy", DeployHandler::new);
        put(engines, "approval", ApprovalHandler::new);
        put(engines, "invoke", InvokeHandler::new);
        put(engines, "compute", ComputeHandler::new);
        put(engines, COMPLETION, CompletionHandler::new);
        put(engines, TRIGGER, TriggerHandler::new);
    }

    private void put(Function<String, Engine> engines, String name, Function<Engine, RequestStreamHandler> handler) {
        Engine engine = engines.apply(name);
        String arn = engine.settings().functionArn(name);
        handlers.put(arn, handler.apply(engine));
        names.put(arn, name);
    }

    /** The name without the deployment's prefix; empty for none of ours. */
    Optional<String> name(String arn) {
        return Optional.ofNullable(names.get(arn));
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
