package io.pipewright.functions.test;

import io.pipewright.functions.action.ActionHandler;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.build.CodeBuildActions;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import java.util.Map;

/** The function of category Test. */
public final class TestHandler extends ActionHandler {

    /** As Lambda calls it. */
    public TestHandler() {
        this(Home.engine());
    }

    public TestHandler(Engine engine) {
        super(new Actions(engine), Map.of("CodeBuild", new CodeBuildActions(engine)));
    }
}
