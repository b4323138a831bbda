package io.pipewright.functions.completion;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.pipewright.events.in.IncomingEvent;
import io.pipewright.functions.action.ActionProvider;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.build.CodeBuildActions;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.RunSession;
import io.pipewright.functions.home.Home;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.Json;
import io.pipewright.statemachine.execution.RunMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** The function that completion events reach. A repeated, late or foreign event changes nothing; an early one waits. */
public final class CompletionHandler implements RequestStreamHandler {
    private static final String CODEBUILD = "codebuild";

    private final Engine engine;
    private final Store store;
    private final Actions actions;
    private final ActionProvider codeBuild;

    /** As Lambda calls it. */
    public CompletionHandler() {
        this(Home.engine());
    }

    public CompletionHandler(Engine engine) {
        this.engine = engine;
        this.store = engine.store();
        this.actions = new Actions(engine);
        this.codeBuild = new CodeBuildActions(engine);
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        IncomingEvent event = IncomingEvent.parse(Json.mapper().readTree(input));
        if (event instanceof IncomingEvent.BuildStateChange build && build.isTerminal()) {
            ended(CODEBUILD, build.buildId());
        } else if (event instanceof IncomingEvent.MachineExecutionChange machine && machine.isTerminal()) {
            ended(machine);
        }
    }

    private void ended(String provider, String id) {
        if (!look(provider, id)) {
            store.putEarly(provider, id);
            look(provider, id);
        }
    }

    private boolean look(String provider, String id) {
        Optional<Store.ExternalWork> work = store.external(provider, id);
        work.flatMap(found -> store.action(found.run(), found.startedAt(), found.actionId()))
                .ifPresent(record -> actions.look(record, codeBuild));
        return work.isPresent();
    }

    /** Ends that our own decisions brought about find an execution that has ended or is at another attempt. */
    private void ended(IncomingEvent.MachineExecutionChange machine) {
        int dash = machine.name().lastIndexOf('-');
        if (machine.status().equals("SUCCEEDED") || dash < 0) {
            return;
        }
        Optional<RunSession> opened = engine.open(machine.name().substring(0, dash));
        if (opened.isPresent()) {
            try (RunSession session = opened.get()) {
                session.tell(new RunMessage.MachineEnded(
                        Integer.parseInt(machine.name().substring(dash + 1)), cause(machine)));
            }
        }
    }

    private static String cause(IncomingEvent.MachineExecutionChange machine) {
        return "The state machine execution ended unexpectedly: " + machine.status()
                + (machine.error() == null ? "" : " (" + machine.error() + ")") + ".";
    }
}
