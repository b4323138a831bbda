package io.pipewright.functions.build;

import io.pipewright.functions.action.ActionFailure;
import io.pipewright.functions.action.ActionProvider;
import io.pipewright.functions.action.ActionWork;
import io.pipewright.functions.action.OutputVariables;
import io.pipewright.functions.action.Progress;
import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ActionResult;
import io.pipewright.functions.store.Store;
import io.pipewright.statemachine.actiontypes.ActionTypes;
import io.pipewright.statemachine.definition.Declarations;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codebuild.CodeBuildClient;
import software.amazon.awssdk.services.codebuild.model.AccountLimitExceededException;
import software.amazon.awssdk.services.codebuild.model.Build;
import software.amazon.awssdk.services.codebuild.model.CodeBuildException;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codebuild.model.StatusType;

/**
 * Builds and tests with a CodeBuild project ("AWS CodeBuild build and test action reference"). The build's own event says when it
 * has ended.
 */
public final class CodeBuildActions implements ActionProvider {
    /** The name under which {@link Store#external} finds the action by its build's id, {@code <project>:<uuid>}. */
    public static final String REPORTED_AS = "codebuild";

    /** CodeBuild forgets idempotency tokens after five minutes; half a minute is left for clocks that differ. */
    private static final Duration TOKEN_LIFE = Duration.ofSeconds(270);
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);
    /** For so long a build that was started may not show yet. */
    private static final Duration APPEARS_WITHIN = Duration.ofMinutes(5);

    private final Engine engine;

    public CodeBuildActions(Engine engine) {
        this.engine = engine;
    }

    @Override
    public boolean isAsynchronous() {
        return true;
    }

    @Override
    public Progress start(ActionWork work) throws ActionFailure {
        StartBuildRequest request = BuildRequest.of(work, engine.settings().region(),
                repository -> work.clients(engine).git().get().cloneUrl(repository));
        CodeBuildClient codeBuild = work.clients(engine).codeBuild().get();
        Optional<String> lost = work.again() && hasForgotten(work) ? lost(codeBuild, work, request) : Optional.empty();
        String id = lost.isPresent() ? lost.get() : started(codeBuild, request);
        return new Progress.Working(ActionResult.working(id, url(work, id)), Optional.of(REPORTED_AS));
    }

    private boolean hasForgotten(ActionWork work) {
        return engine.now() - work.record().startedAt() > TOKEN_LIFE.toMillis();
    }

    private Optional<String> url(ActionWork work, String id) {
        return ActionTypes.find(work.declaration().actionTypeId()).flatMap(type -> type.executionUrl(
                work.configuration(), id, Declarations.region(work.declaration(), engine.settings().region())));
    }

    private static String started(CodeBuildClient codeBuild, StartBuildRequest request) throws ActionFailure {
        try {
            return codeBuild.startBuild(request).build().id();
        } catch (AccountLimitExceededException e) {
            throw e;
        } catch (CodeBuildException e) {
            throw refused("startBuild", e);
        }
    }

    /** The build that an earlier call started and nobody wrote down; empty when none did. */
    private Optional<String> lost(CodeBuildClient codeBuild, ActionWork work, StartBuildRequest request)
            throws ActionFailure {
        List<String> found;
        try {
            Instant after = Instant.ofEpochMilli(work.record().startedAt()).minus(CLOCKS_DIFFER);
            found = new LostBuild(codeBuild).candidates(request, after).stream().map(Build::id)
                    .filter(id -> isNobodyElses(id, work)).toList();
        } catch (CodeBuildException e) {
            throw refused("listBuildsForProject", e);
        }
        if (found.size() > 1) {
            throw ActionFailure.system("The action was interrupted while it started its build, and " + found.size()
                    + " builds may be that build: " + String.join(", ", found) + ". Look at them, then retry the stage.", null);
        }
        return found.stream().findFirst();
    }

    private boolean isNobodyElses(String id, ActionWork work) {
        return engine.store().external(REPORTED_AS, id).map(owner -> owner.actionId().equals(work.id())).orElse(true);
    }

    @Override
    public Progress look(ActionRecord record) throws ActionFailure {
        String id = record.result().externalId().orElseThrow();
        List<Build> builds;
        try {
            builds = engine.clientsFor(record).codeBuild().get().batchGetBuilds(request -> request.ids(id)).builds();
        } catch (CodeBuildException e) {
            throw refused("batchGetBuilds", e).of(record.result());
        }
        Progress working = new Progress.Working(record.result(), Optional.of(REPORTED_AS));
        if (builds.isEmpty()) {
            if (engine.now() - record.startedAt() < APPEARS_WITHIN.toMillis()) {
                return working;
            }
            throw ActionFailure.job("The build " + id + " does not exist any more.").of(record.result());
        }
        Build build = builds.get(0);
        if (build.buildStatus() == StatusType.IN_PROGRESS) {
            return working;
        }
        if (build.buildStatus() != StatusType.SUCCEEDED) {
            throw ActionFailure.job("Build terminated with state: " + build.buildStatusAsString())
                    .of(record.result());
        }
        return new Progress.Succeeded(
                record.result().succeeded(Optional.empty()), variables(build, record), Optional.empty());
    }

    private Map<String, String> variables(Build build, ActionRecord record) throws ActionFailure {
        Map<String, String> variables = new LinkedHashMap<>();
        build.exportedEnvironmentVariables().forEach(variable -> variables.put(
                variable.name(), Optional.ofNullable(variable.value()).orElse("")));
        if (!OutputVariables.fit(variables, engine.settings().limits())) {
            throw ActionFailure.job("The build succeeded, but the variables that it exports are larger than the output "
                    + "variables of an action may be. Export fewer or shorter ones.").of(record.result());
        }
        return variables;
    }

    /** What can't be helped by trying again fails the action; the rest is thrown on. */
    private static ActionFailure refused(String call, CodeBuildException e) {
        String code = e.awsErrorDetails() == null ? "" : String.valueOf(e.awsErrorDetails().errorCode());
        boolean isFinal = e.statusCode() >= 400 && e.statusCode() < 500 && !e.isThrottlingException()
                && !code.startsWith("ExpiredToken");
        if (!isFinal) {
            throw e;
        }
        String text = "Error calling " + call + ": " + (e.awsErrorDetails() == null ? e.getMessage()
                : e.awsErrorDetails().errorMessage()) + " (Service: AWSCodeBuild; Status Code: " + e.statusCode()
                + "; Error Code: " + code + "; Request ID: " + e.requestId() + ")";
        return code.startsWith("AccessDenied") || e.statusCode() == 403
                ? ActionFailure.permission(text, e) : ActionFailure.configuration(text);
    }
}
