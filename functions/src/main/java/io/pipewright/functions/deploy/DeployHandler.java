package io.pipewright.functions.deploy;

import io.pipewright.functions.action.ActionHandler;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import java.util.Map;

/** The function of category Deploy. */
public final class DeployHandler extends ActionHandler {

    /** As Lambda calls it. */
    public DeployHandler() {
        this(Home.engine());
    }

    public DeployHandler(Engine engine) {
        super(new Actions(engine), Map.of("S3", new S3Deploy(engine)));
    }
}
