package io.pipewright.functions.invoke;

import io.pipewright.functions.action.ActionHandler;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import java.util.Map;

/** The function of category Invoke. */
public final class InvokeHandler extends ActionHandler {

    /** As Lambda calls it. */
    public InvokeHandler() {
        this(Home.engine());
    }

    public InvokeHandler(Engine engine) {
        super(new Actions(engine), Map.of("Lambda", new LambdaInvoke(engine)));
    }
}
