package io.pipewright.functions.invoke;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.ActionProvider;
import io.pipewright.functions.action.ActionWork;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.execution.Engine;
import java.util.Optional;

/**
 * Invokes a user's function, which says by its job's result what became of the action ("AWS Lambda invoke action reference"); that it
 * returns says nothing. A call repeated after a crash hands over the same job.
 */
public final class LambdaInvoke implements ActionProvider {
    private final Jobs jobs;

    public LambdaInvoke(Engine engine) {
        this(engine, ArtifactCredentials.of(engine));
    }

    public LambdaInvoke(Engine engine, ArtifactCredentials credentials) {
        this.jobs = new Jobs(engine, credentials);
    }

    @Override
    public boolean isAsynchronous() {
        return true;
    }

    @Override
    public Progress start(ActionWork work) throws ActionFailure {
        jobs.begin(work.run(), work.version(), work.record(), work.deadline());
        return new Progress.Working(jobs.shown(work.declaration(), work.record()), Optional.empty());
    }
}
