package io.pipewright.functions.source;

import io.pipewright.functions.action.ActionHandler;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import java.util.Map;

/** The function of category Source. */
public final class SourceHandler extends ActionHandler {

    /** As Lambda calls it. */
    public SourceHandler() {
        this(Home.engine());
    }

    public SourceHandler(Engine engine) {
        super(new Actions(engine), Map.of("S3", new S3Source(engine), "CodeCommit", new CodeCommitSource(engine)));
    }
}
