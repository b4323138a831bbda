package io.pipewright.functions.approval;

import io.pipewright.functions.action.ActionHandler;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.home.Home;
import java.util.Map;

/** The function of category Approval. */
public final class ApprovalHandler extends ActionHandler {

    /** As Lambda calls it. */
    public ApprovalHandler() {
        this(Home.engine());
    }

    public ApprovalHandler(Engine engine) {
        super(new Actions(engine), Map.of("Manual", new ManualApproval(engine)));
    }
}
