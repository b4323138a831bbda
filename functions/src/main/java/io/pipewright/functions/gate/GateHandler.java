package io.pipewright.functions.gate;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.pipewright.functions.action.Task;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.RunSession;
import io.pipewright.functions.home.Home;
import io.pipewright.functions.wire.Json;
import io.pipewright.statemachine.execution.RunEffect.Answer;
import io.pipewright.statemachine.execution.RunMessage;
import io.pipewright.statemachine.execution.RunReply;
import io.pipewright.statemachine.execution.RunState;
import io.pipewright.TryAgain;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * The function behind every gate of a machine: the execution leaves the stage before it and enters the stage behind it, now or when
 * its pipeline lets it.
 */
public final class GateHandler implements RequestStreamHandler {

    private final Engine engine;

    /** As Lambda calls it. */
    public GateHandler() {
        this(Home.engine());
    }

    public GateHandler(Engine engine) {
        this.engine = engine;
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        Task task = Task.of(Json.mapper().readTree(input));
        try {
            pass(task);
        } catch (RuntimeException e) {
            throw new TryAgain(e);
        }
    }

    private void pass(Task task) {
        Optional<RunSession> opened = engine.open(task.run());
        if (opened.isEmpty()) {
            engine.machines().answerGate(task.token(), Answer.ENDED);
            return;
        }
        try (RunSession session = opened.get()) {
            session.holdGateToken(task.attempt(), task.stage(), task.token());
            RunReply reply = session.tell(new RunMessage.Gate(task.attempt(), task.stage(), isOpen(session, task)));
            if (reply instanceof RunReply.Answered answered) {
                session.answerGateNow(task.attempt(), task.stage(), answered.answer());
            } else if (!session.hasAnsweredGate(task.attempt(), task.stage())) {
                park(session, task);
            }
        }
    }

    /** PARALLEL executions look at the transition themselves; the others leave it to their pipeline. */
    private boolean isOpen(RunSession session, Task task) {
        if (!session.state().isParallel() || task.stage() >= session.version().plan().stages().size()) {
            return true;
        }
        String stage = session.version().stage(task.stage()).name();
        return engine.store().pipeline(session.record().generation())
                .map(pipeline -> pipeline.state().isOpen(stage)).orElse(true);
    }

    /** Stores the token first and looks again then: who admits the execution in between wouldn't have found a token. */
    private void park(RunSession session, Task task) {
        engine.store().putToken(task.run(), task.attempt(), task.stage(), -1, task.token());
        session.refresh();
        RunState now = session.state();
        boolean current = now.attempt() == task.attempt() && !now.status().isEnded();
        if (!current) {
            session.answerGateNow(task.attempt(), task.stage(), Answer.ENDED);
        } else if (now.stage() > task.stage() || now.stage() == task.stage() && now.inside()) {
            session.answerGateNow(task.attempt(), task.stage(), Answer.SUCCEEDED);
        }
    }
}
