package io.pipewright.functions.deploy;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.ActionProvider;
import io.pipewright.functions.action.ActionWork;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.store.ActionResult;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Writes the input artifact into a bucket: the archive as it is, or its files ("Amazon S3 deploy action reference"). What the
 * reference leaves open is as recordings of CodePipeline show it. A repeated call writes the same objects again.
 */
public final class S3Deploy implements ActionProvider {
    /** "Amazon S3 deploy action reference": the most files of one deployment. */
    static final int MOST_FILES = 100_000;

    private final Engine engine;
    /** Shared by all deployments: a small one would spend more time on threads of its own than on its files. */
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "s3-deploy");
        thread.setDaemon(true);
        return thread;
    });

    public S3Deploy(Engine engine) {
        this.engine = engine;
    }

    @Override
    public boolean isAsynchronous() {
        return false;
    }

    @Override
    public Progress start(ActionWork work) throws ActionFailure {
        Target target = Target.of(
                work.configuration(), Instant.ofEpochMilli(work.record().startedAt()), work.id());
        new S3Deployment(work.clients(engine).s3().get(), engine::now, threads)
                .run(work.record().inputs().get(0), target, work.deadline());
        return Progress.Succeeded.with(ActionResult.working(target.externalId(), Optional.empty())
                .succeeded(Optional.of("Deployment Succeeded")));
    }
}
