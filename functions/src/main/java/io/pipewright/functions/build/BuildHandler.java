package io.pipewright.functions.build;

import io.pipewright.functions.action.ActionHandler;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import java.util.Map;

/** The function of category Build, without Commands, which are compute. */
public final class BuildHandler extends ActionHandler {

    /** As Lambda calls it. */
    public BuildHandler() {
        this(Home.engine());
    }

    public BuildHandler(Engine engine) {
        super(new Actions(engine), Map.of("CodeBuild", new CodeBuildActions(engine)));
    }
}
