package io.pipewright.functions.compute;

import io.pipewright.functions.action.ActionHandler;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import java.util.Map;

/** The function of category Compute: its actions fail and say why. */
public final class ComputeHandler extends ActionHandler {

    /** As Lambda calls it. */
    public ComputeHandler() {
        this(Home.engine());
    }

    public ComputeHandler(Engine engine) {
        super(new Actions(engine), Map.of());
    }
}
