package io.pipewright.functions.invoke;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.Actions;
import io.pipewright.functions.action.OutputVariables;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.role.RoleRefusedException;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ActionResult;
import io.pipewright.functions.store.Due;
import io.pipewright.functions.store.DueKind;
import io.pipewright.functions.store.Job;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.statemachine.actiontypes.ActionTypes;
import io.pipewright.statemachine.definition.Declarations;
import io.pipewright.statemachine.definition.Limit;
import io.pipewright.statemachine.execution.ActionRun;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.FailureDetails;
import software.amazon.awssdk.services.codepipeline.model.FailureType;
import software.amazon.awssdk.services.codepipeline.model.JobDetails;
import software.amazon.awssdk.services.codepipeline.model.PutJobFailureResultRequest;
import software.amazon.awssdk.services.codepipeline.model.PutJobSuccessResultRequest;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/**
 * The jobs of Lambda actions: one for each invocation of the function, ended by its answer.
 *
 * <p>An answer is written first and carried out then, as often as need be: by the caller, by a caller that repeats it, and by
 * {@link #expire}, whose reminder stays until then. A function may be invoked twice for one job, never for two jobs at a time;
 * Lambda itself promises no more for asynchronous invocations.
 */
public final class Jobs {
    private static final long GUARD_MILLIS = 60_000;
    private static final int CONFLICT = 409;

    private final Engine engine;
    private final Store store;
    private final Actions actions;
    private final ArtifactCredentials credentials;

    public Jobs(Engine engine) {
        this(engine, ArtifactCredentials.of(engine));
    }

    public Jobs(Engine engine, ArtifactCredentials credentials) {
        this.engine = engine;
        this.store = engine.store();
        this.actions = new Actions(engine);
        this.credentials = credentials;
    }

    // Handing out

    /** Hands the action's first job to its function, unless that has been done. */
    void begin(RunRecord run, PipelineVersion version, ActionRecord action, long deadline) throws ActionFailure {
        Optional<Store.CurrentJob> current = store.currentJob(action.id());
        if (current.isEmpty()) {
            create(action, deadline, Optional.empty(), Optional.empty());
            current = store.currentJob(action.id());
        }
        handOver(current.orElseThrow(), run, version, action);
    }

    /** Makes the job that the action waits for now, unless it waits for another one already. */
    private void create(ActionRecord action, long deadline, Optional<String> token, Optional<String> insteadOf) {
        long limit = Duration.ofMinutes(engine.settings().limits().get(Limit.LAMBDA_ANSWER_MINUTES)).toMillis();
        Job job = new Job(engine.newId(), action.run(), action.startedAt(), action.id(),
                Math.min(deadline, engine.now() + limit), token, Optional.empty(), false);
        if (insteadOf.isPresent()) {
            // Nobody repeats this start as a machine repeats the first one: the reconciler must, and soon.
            store.putDue(new Due(engine.now() + GUARD_MILLIS, DueKind.JOB, job.id()));
            store.putDue(new Due(job.deadline(), DueKind.JOB, job.id()));
        }
        store.put(job);
        store.waitFor(job, insteadOf);
    }

    private void handOver(Store.CurrentJob current, RunRecord run, PipelineVersion version, ActionRecord action)
            throws ActionFailure {
        Job job = store.job(current.id()).orElseThrow();
        boolean handedOver = current.handedOver() || isFirst(job) && action.result().externalId().isPresent();
        if (!handedOver && job.result().isEmpty()) {
            invoke(new JobDescription(job, action, run, version, engine.settings()));
            if (!isFirst(job)) {
                store.handedOver(job);
            }
        }
    }

    /**
     * An action's first job saves writes: the action's own record tells, by its external id, that the job was handed over, and the
     * reminder of the execution, which is there as long as an action runs, leads to the job's deadline.
     */
    private static boolean isFirst(Job job) {
        return job.continuationToken().isEmpty();
    }

    private void invoke(JobDescription description) throws ActionFailure {
        String function = function(description.action());
        try {
            ArtifactCredentials.Session session = credentials.session(
                    description.action(), Instant.ofEpochMilli(engine.now()));
            LambdaClient lambda = engine.clientsFor(description.version(), description.action()).lambda().get();
            lambda.invoke(request -> request.functionName(function).invocationType(InvocationType.EVENT)
                    .payload(SdkBytes.fromUtf8String(description.event(session).toString())));
        } catch (RoleRefusedException e) {
            throw ActionFailure.permission(e.getMessage(), e);
        } catch (ResourceNotFoundException e) {
            throw ActionFailure.configuration("The AWS Lambda function " + function + " does not exist.");
        } catch (LambdaException e) {
            throw refused(function, e);
        }
    }

    /** What can't be helped by trying again fails the action; the rest is thrown on. */
    private static ActionFailure refused(String function, LambdaException e) {
        boolean isFinal = e.statusCode() >= 400 && e.statusCode() < 500 && e.statusCode() != CONFLICT
                && !e.isThrottlingException();
        String code = e.awsErrorDetails() == null ? "" : String.valueOf(e.awsErrorDetails().errorCode());
        if (!isFinal || code.startsWith("ExpiredToken")) {
            throw e;
        }
        String text = "The AWS Lambda function " + function + " can't be invoked: "
                + (e.awsErrorDetails() == null ? e.getMessage() : e.awsErrorDetails().errorMessage())
                + " (Service: AWSLambda; Status Code: " + e.statusCode() + "; Error Code: " + code + "; Request ID: "
                + e.requestId() + ")";
        return e.statusCode() == 403 || code.startsWith("AccessDenied")
                ? ActionFailure.permission(text, e) : ActionFailure.configuration(text);
    }

    private static String function(ActionRecord action) {
        return action.resolved().getOrDefault("FunctionName", "");
    }

    /** What CodePipeline shows of the action all along, whatever the function says of itself. */
    ActionResult shown(ActionDeclaration declaration, ActionRecord action) {
        String region = Declarations.region(declaration, engine.settings().region());
        return ActionResult.working(function(action), ActionTypes.find(declaration.actionTypeId())
                .flatMap(type -> type.executionUrl(action.resolved(), function(action), region)));
    }

    // Answers

    /**
     * GetJobDetails.
     *
     * @throws ApiError JobNotFound; AccessDenied when the role that reaches the artifacts can't be assumed
     */
    public JobDetails details(String jobId) {
        JobDescription found = store.job(jobId).flatMap(this::description)
                .orElseThrow(() -> ApiError.jobNotFound(jobId));
        try {
            return found.details(credentials.session(found.action(), Instant.ofEpochMilli(engine.now())));
        } catch (RoleRefusedException e) {
            throw ApiError.accessDenied(e.getMessage());
        }
    }

    /**
     * PutJobSuccessResult. Late answers, to a job whose action has ended, are taken and change nothing.
     *
     * @throws ApiError JobNotFound; Validation for a continuation token together with output variables;
     *     OutputVariablesSizeExceeded; InvalidJobState for another answer than the job has already
     */
    public void succeed(PutJobSuccessResultRequest request) {
        Job job = job(request.jobId());
        if (request.continuationToken() != null && !request.outputVariables().isEmpty()) {
            throw ApiError.continuationWithOutputVariables();
        }
        if (!OutputVariables.fit(request.outputVariables(), engine.settings().limits())) {
            throw ApiError.outputVariablesSizeExceeded(
                    Math.toIntExact(engine.settings().limits().get(Limit.OUTPUT_VARIABLES_BYTES)));
        }
        answer(job, JobAnswer.of(request));
    }

    /**
     * PutJobFailureResult. Late answers are taken and change nothing.
     *
     * @throws ApiError JobNotFound; InvalidJobState for another answer than the job has already
     */
    public void fail(PutJobFailureResultRequest request) {
        answer(job(request.jobId()), JobAnswer.of(request.failureDetails()));
    }

    /**
     * Looks at a job when its reminder is due: fails it when its worker stayed silent, and else does what was left undone.
     *
     * @return when to look again, epoch milliseconds; empty when there is nothing more to look at
     */
    public Optional<Long> expire(String jobId) {
        Optional<Job> found = store.job(jobId);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Job job = found.get();
        if (job.result().isPresent()) {
            carryOut(job);
            return Optional.empty();
        }
        Optional<JobDescription> running = description(job).filter(Jobs::isRunning);
        boolean awaited = store.currentJob(job.actionId()).map(current -> current.id().equals(jobId)).orElse(false);
        if (running.isEmpty() || !awaited) {
            return Optional.empty();
        }
        if (engine.now() < job.deadline()) {
            handOver(running.get());
            return Optional.of(job.deadline());
        }
        String function = function(running.get().action());
        try {
            answer(job, JobAnswer.of(FailureDetails.builder().type(FailureType.JOB_FAILED)
                    .message("The AWS Lambda function " + function + " failed to return a result. Check the function to "
                            + "verify that it has permission to call the PutJobSuccessResult action and that it made a "
                            + "call to PutJobSuccessResult.").build()));
        } catch (ApiError e) {
            // It was answered at the last moment, and whoever did carries that out.
            engine.log().info("A job was answered when its time was over", Log.EXECUTION, job.run());
        }
        return Optional.empty();
    }

    /**
     * The same for the job that an action waits for.
     *
     * @return when to look again, epoch milliseconds; empty when the action waits for none that was handed over
     */
    public Optional<Long> look(ActionRecord action) {
        return action.result().externalId().isEmpty() ? Optional.empty()
                : store.currentJob(action.id()).flatMap(current -> expire(current.id()));
    }

    private Job job(String id) {
        return store.job(id).orElseThrow(() -> ApiError.jobNotFound(id));
    }

    private void answer(Job job, JobAnswer answer) {
        Job answered = job;
        if (job.result().isEmpty()) {
            answered = job.answered(answer.text(), answer.succeeded());
            if (!store.answer(answered)) {
                answered = job(job.id());
            }
        }
        answer.requireRepetition(answered);
        carryOut(answered);
        if (!isFirst(job)) {
            store.deleteDue(new Due(job.deadline(), DueKind.JOB, job.id()));
        }
    }

    private Optional<JobDescription> description(Job job) {
        return store.action(job.run(), job.startedAt(), job.actionId()).flatMap(action -> store.run(job.run())
                .flatMap(run -> store.version(run.generation(), action.version())
                        .map(version -> new JobDescription(job, action, run, version, engine.settings()))));
    }

    private static boolean isRunning(JobDescription description) {
        return description.action().isInProgress() && !description.run().state().status().isEnded()
                && description.run().state().action(description.action().id()).map(ActionRun::isRunning).orElse(false);
    }

    /** Does what an answer asks for. */
    private void carryOut(Job job) {
        Optional<JobDescription> found = description(job);
        if (found.isEmpty()) {
            return;
        }
        JobDescription description = found.get();
        if (!job.succeeded()) {
            FailureDetails failure = JobAnswer.failure(job);
            end(description, shown(description).failed(failure.typeAsString(), failure.message()));
            return;
        }
        PutJobSuccessResultRequest success = JobAnswer.success(job);
        if (success.continuationToken() != null) {
            proceed(description, success.continuationToken());
            return;
        }
        ActionRecord action = description.action();
        actions.succeeded(action.run(), action.startedAt(), action.id(), new Progress.Succeeded(
                shown(description), success.outputVariables(), Optional.empty()), Optional.empty());
    }

    private ActionResult shown(JobDescription description) {
        return shown(description.declaration(), description.action());
    }

    private void end(JobDescription description, ActionResult failed) {
        ActionRecord action = description.action();
        actions.failed(action.run(), action.startedAt(), action.id(), failed, Optional.empty());
    }

    /** The same action goes on with a new job, which carries the token. */
    private void proceed(JobDescription description, String token) {
        if (!isRunning(description)) {
            return;
        }
        ActionRecord action = description.action();
        boolean waits = store.currentJob(action.id()).map(Store.CurrentJob::id)
                .equals(Optional.of(description.job().id()));
        if (waits) {
            long deadline = description.run().state().action(action.id()).map(ActionRun::deadline).orElseThrow();
            create(action, deadline, Optional.of(token), Optional.of(description.job().id()));
        }
        handOver(description);
    }

    private void handOver(JobDescription description) {
        Optional<Store.CurrentJob> current = store.currentJob(description.action().id());
        try {
            if (current.isPresent()) {
                handOver(current.get(), description.run(), description.version(), description.action());
            }
        } catch (ActionFailure failure) {
            end(description, shown(description).failed(failure.code(), failure.getMessage()));
        }
    }
}
