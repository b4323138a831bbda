package io.pipewright.functions.action;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.RunSession;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.role.RoleRefusedException;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ActionResult;
import io.pipewright.functions.store.ArtifactLocation;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.Revision;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.statemachine.actiontypes.ActionTypes;
import io.pipewright.statemachine.definition.ActionPosition;
import io.pipewright.statemachine.definition.Declarations;
import io.pipewright.statemachine.execution.ActionRun;
import io.pipewright.statemachine.execution.RunEffect;
import io.pipewright.statemachine.execution.RunMessage;
import io.pipewright.statemachine.execution.RunReply;
import io.pipewright.statemachine.variables.Resolution;
import io.pipewright.statemachine.variables.VariableReference;
import io.pipewright.statemachine.variables.Variables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ActionOwner;

/** Starts actions for their machines and ends them for whoever reports the end. Both may be repeated. */
public final class Actions {
    private static final int LONGEST_SUMMARY = 2_048;
    private static final int LONGEST_MESSAGE = 5_000;

    private final Engine engine;

    public Actions(Engine engine) {
        this.engine = engine;
    }

    /**
     * An action's turn has come: its provider is set to work, or its task is answered where the outcome is known.
     *
     * @param providers by provider name, of the category that the caller serves
     */
    public void start(Task task, Map<String, ActionProvider> providers) {
        Optional<RunSession> opened = engine.open(task.run());
        if (opened.isEmpty()) {
            engine.machines().answerAction(task.token(), false, RunEffect.Answer.ENDED);
            return;
        }
        try (RunSession session = opened.get()) {
            session.holdActionToken(task.attempt(), task.stage(), task.action(), task.token());
            ActionDeclaration declaration = session.version().action(task.stage(), task.action());
            ActionProvider provider = provider(declaration, providers);
            if (provider.isAsynchronous()) {
                engine.store().putToken(task.run(), task.attempt(), task.stage(), task.action(), task.token());
            }
            long deadline = engine.now() + ActionTypes.timeLimit(declaration).toMillis();
            RunReply reply = session.tell(new RunMessage.StartAction(
                    task.attempt(), task.stage(), task.action(), engine.newId(), deadline));
            if (reply instanceof RunReply.Answered answered) {
                session.answerActionNow(task.attempt(), task.stage(), task.action(), answered.answer());
            } else if (reply instanceof RunReply.Work work) {
                work(session, task, declaration, provider, work);
                if (work.again() || !provider.isAsynchronous()) {
                    answerIfKnownNow(session, task, deadline);
                }
            }
        }
    }

    /** Somebody else may have ended the action meanwhile, who doesn't have this task's token: the reconciler, or an earlier task. */
    private void answerIfKnownNow(RunSession session, Task task, long deadline) {
        if (session.hasAnsweredAction(task.attempt(), task.stage(), task.action())) {
            return;
        }
        session.refresh();
        RunReply reply = session.tell(new RunMessage.StartAction(
                task.attempt(), task.stage(), task.action(), engine.newId(), deadline));
        if (reply instanceof RunReply.Answered answered) {
            session.answerActionNow(task.attempt(), task.stage(), task.action(), answered.answer());
        }
    }

    private ActionProvider provider(ActionDeclaration declaration, Map<String, ActionProvider> providers) {
        String home = engine.settings().region();
        if (!Declarations.region(declaration, home).equals(home)) {
            return UnavailableProvider.OTHER_REGION;
        }
        return declaration.actionTypeId().owner() == ActionOwner.AWS
                ? providers.getOrDefault(declaration.actionTypeId().provider(), UnavailableProvider.OTHER_TYPE)
                : UnavailableProvider.OTHER_TYPE;
    }

    private void work(
            RunSession session, Task task, ActionDeclaration declaration, ActionProvider provider,
            RunReply.Work work) {
        ActionRun action = work.action();
        Optional<ActionRecord> known = work.again()
                ? engine.store().action(task.run(), action.startedAt(), action.id()) : Optional.empty();
        known.ifPresent(session::remember);
        if (known.isPresent() && !known.get().isInProgress()) {
            finish(session, known.get());
            return;
        }
        if (known.isPresent() && provider.isAsynchronous() && known.get().result().externalId().isPresent()) {
            return;
        }
        ActionRecord record = known.orElse(null);
        try {
            if (record == null) {
                record = begin(session, task, declaration, action);
                if (isOver(session, action)) {
                    return;
                }
            }
            ActionWork asked = new ActionWork(
                    session.record(), session.version(), declaration, record, action.deadline(), work.again());
            Progress progress = asRole(() -> provider.start(asked));
            record = noted(record, progress);
            if (progress instanceof Progress.Working working && hasEarlyEvent(working)) {
                progress = look(provider, record);
            }
            if (progress instanceof Progress.Succeeded succeeded) {
                succeed(session, record, succeeded);
            }
        } catch (ActionFailure failure) {
            if (record == null) {
                failAtOnce(session, empty(session, task, declaration, action), failure);
            } else {
                fail(session, record, failure);
            }
        }
    }

    /** Who stopped the execution before the action's record was there couldn't write its end: that is made up for here. */
    private static boolean isOver(RunSession session, ActionRun action) {
        session.refresh();
        boolean running = session.state().action(action.id()).map(ActionRun::isRunning).orElse(false);
        if (!running) {
            session.carryOutAll();
        }
        return !running;
    }

    /** In one write: an unfinished record would be taken for one whose variables and inputs are in place. */
    private void failAtOnce(RunSession session, ActionRecord empty, ActionFailure failure) {
        ActionRecord failed = failed(empty, failure);
        engine.store().start(session.record().generation(), failed);
        finish(session, failed);
    }

    /** Writes down what is known of work that was set going, so that events and later looks find it. */
    private ActionRecord noted(ActionRecord record, Progress progress) {
        if (!(progress instanceof Progress.Working working)) {
            return record;
        }
        ActionRecord noted = record.working(working.sofar());
        engine.store().saveWhileInProgress(noted);
        working.reportedAs().ifPresent(name -> engine.store().putExternal(
                name, working.sofar().externalId().orElseThrow(),
                new Store.ExternalWork(record.run(), record.startedAt(), record.id())));
        return noted;
    }

    private boolean hasEarlyEvent(Progress.Working working) {
        return working.reportedAs().isPresent() && engine.store().hasEarly(
                working.reportedAs().get(), working.sofar().externalId().orElseThrow());
    }

    private interface Call {
        Progress make() throws ActionFailure;
    }

    private static Progress look(ActionProvider provider, ActionRecord record) throws ActionFailure {
        return asRole(() -> provider.look(record));
    }

    private static Progress asRole(Call call) throws ActionFailure {
        try {
            return call.make();
        } catch (RoleRefusedException e) {
            throw ActionFailure.permission(e.getMessage(), e);
        }
    }

    /** Looks how an action's work stands and ends the action if the work has ended. */
    public void look(ActionRecord record, ActionProvider provider) {
        Optional<RunSession> opened = engine.open(record.run());
        if (opened.isEmpty()) {
            return;
        }
        try (RunSession session = opened.get()) {
            if (!record.isInProgress()) {
                finish(session, record);
                return;
            }
            try {
                if (look(provider, record) instanceof Progress.Succeeded succeeded) {
                    succeed(session, record, succeeded);
                }
            } catch (ActionFailure failure) {
                fail(session, record, failure);
            }
        }
    }

    /** The action's record, with variables replaced and artifacts located. */
    private ActionRecord begin(RunSession session, Task task, ActionDeclaration declaration, ActionRun action)
            throws ActionFailure {
        PipelineVersion version = session.version();
        boolean needsOthers = !Declarations.isSource(declaration) && (!declaration.inputArtifacts().isEmpty()
                || declaration.configuration().values().stream().anyMatch(value -> value.contains("#{")));
        Map<ActionPosition, ActionRecord> succeeded = needsOthers
                ? Artifacts.succeeded(engine.store().actions(task.run())) : Map.of();
        Map<String, String> resolved = resolved(session, declaration, succeeded);
        List<ArtifactLocation> inputs = Artifacts.inputs(version, declaration, succeeded);
        ActionRecord record = new ActionRecord(
                task.run(), action.id(), version.version(), task.attempt(), task.stage(), task.action(),
                version.stage(task.stage()).name(), declaration.name(), action.startedAt(), action.startedAt(),
                ActionExecutionStatus.IN_PROGRESS, false, Optional.empty(), resolved, inputs,
                Artifacts.outputs(version.declaration(), declaration, engine.settings().region()), Map.of(),
                ActionResult.NONE);
        engine.store().start(session.record().generation(), record);
        session.remember(record);
        return record;
    }

    /** The record of an action that failed before it could begin. */
    private static ActionRecord empty(
            RunSession session, Task task, ActionDeclaration declaration, ActionRun action) {
        return new ActionRecord(
                task.run(), action.id(), session.version().version(), task.attempt(), task.stage(), task.action(),
                session.version().stage(task.stage()).name(), declaration.name(), action.startedAt(),
                action.startedAt(), ActionExecutionStatus.IN_PROGRESS, false, Optional.empty(),
                declaration.configuration(), List.of(), List.of(), Map.of(), ActionResult.NONE);
    }

    private static Map<String, String> resolved(
            RunSession session, ActionDeclaration declaration, Map<ActionPosition, ActionRecord> succeeded)
            throws ActionFailure {
        if (Declarations.isSource(declaration)) {
            return declaration.configuration();
        }
        Map<String, ActionPosition> namespaces = Declarations.namespaces(session.version().declaration());
        Resolution resolution = Variables.resolve(declaration.configuration(),
                reference -> value(session, reference, namespaces, succeeded));
        if (resolution instanceof Resolution.Resolved found) {
            return found.configuration();
        }
        throw ActionFailure.configuration(((Resolution.Unresolved) resolution).references().stream()
                .map(VariableReference::text)
                .collect(Collectors.joining(", ", "The action's configuration refers to variables that have no value: ",
                        ". Check the namespace and key, and that the action that sets them ran before.")));
    }

    private static Optional<String> value(
            RunSession session, VariableReference reference, Map<String, ActionPosition> namespaces,
            Map<ActionPosition, ActionRecord> succeeded) {
        ActionPosition position = namespaces.get(reference.namespace());
        if (position != null) {
            return Optional.ofNullable(succeeded.get(position))
                    .flatMap(action -> Optional.ofNullable(action.variables().get(reference.key())));
        }
        if (reference.namespace().equals(VariableReference.EXECUTION)) {
            return reference.key().equals("PipelineExecutionId") ? Optional.of(session.run()) : Optional.empty();
        }
        if (reference.namespace().equals(VariableReference.PIPELINE_LEVEL)) {
            return Optional.ofNullable(session.record().variables().get(reference.key()));
        }
        return Optional.empty();
    }

    private ActionRecord succeed(
            RunSession session, ActionRecord record, Progress.Succeeded outcome, Optional<String> by) {
        ActionRecord carrying = outcome.revision().map(record::withOutputRevision).orElse(record);
        return finish(session, end(carrying.ended(
                ActionExecutionStatus.SUCCEEDED, bounded(outcome.result()), outcome.variables(), by, engine.now())));
    }

    private void succeed(RunSession session, ActionRecord record, Progress.Succeeded outcome) {
        succeed(session, record, outcome, Optional.empty());
    }

    private void fail(RunSession session, ActionRecord record, ActionFailure failure) {
        finish(session, end(failed(record, failure)));
    }

    private ActionRecord failed(ActionRecord record, ActionFailure failure) {
        ActionResult sofar = failure.sofar().externalId().isPresent() ? failure.sofar() : record.result();
        return record.ended(ActionExecutionStatus.FAILED, bounded(sofar.failed(failure.code(), failure.getMessage())),
                Map.of(), Optional.empty(), engine.now());
    }

    /**
     * Someone reports that an action has succeeded.
     *
     * @return the action's end as it holds, which somebody else may have reported before; empty for an unknown action, or one that
     *     was abandoned meanwhile
     */
    public Optional<ActionRecord> succeeded(
            String run, long startedAt, String id, Progress.Succeeded outcome, Optional<String> by) {
        return withRecord(run, startedAt, id, (session, record) -> succeed(session, record, outcome, by));
    }

    /**
     * Someone reports that an action has failed.
     *
     * @return the action's end as it holds, which somebody else may have reported before; empty for an unknown action, or one that
     *     was abandoned meanwhile
     */
    public Optional<ActionRecord> failed(
            String run, long startedAt, String id, ActionResult result, Optional<String> by) {
        return withRecord(run, startedAt, id, (session, record) -> finish(session, end(record.ended(
                ActionExecutionStatus.FAILED, bounded(result), Map.of(), by, engine.now()))));
    }

    private interface Ending {
        ActionRecord end(RunSession session, ActionRecord record);
    }

    private Optional<ActionRecord> withRecord(String run, long startedAt, String id, Ending ending) {
        Optional<ActionRecord> record = engine.store().action(run, startedAt, id);
        Optional<RunSession> opened = record.flatMap(found -> engine.open(run));
        if (opened.isEmpty()) {
            engine.log().info("An end was reported for an action that nobody knows", Log.EXECUTION, run);
            return Optional.empty();
        }
        try (RunSession session = opened.get()) {
            if (record.get().isInProgress()) {
                session.remindSoon();
            }
            ActionRecord end = ending.end(session, record.get());
            boolean overruled = session.state().action(id)
                    .map(action -> action.status() == ActionRun.Status.ABANDONED).orElse(false);
            return overruled ? Optional.empty() : Optional.of(end);
        }
    }

    /** Writes the end unless the action has ended already; what is stored then holds. */
    private ActionRecord end(ActionRecord ended) {
        if (engine.store().saveWhileInProgress(ended)) {
            return ended;
        }
        return engine.store().action(ended.run(), ended.startedAt(), ended.id()).orElse(ended);
    }

    private ActionRecord finish(RunSession session, ActionRecord ended) {
        session.remember(ended);
        boolean ok = ended.status() == ActionExecutionStatus.SUCCEEDED;
        session.tell(new RunMessage.FinishAction(ended.id(), ok), record -> ok ? withRevision(session, ended, record) : record);
        return ended;
    }

    private RunRecord withRevision(RunSession session, ActionRecord ended, RunRecord record) {
        ActionDeclaration declaration = session.version().action(ended.stage(), ended.action());
        if (!Declarations.isSource(declaration)) {
            return record;
        }
        RunRecord carrying = record;
        for (ArtifactLocation output : ended.outputs()) {
            if (output.revision().isPresent()) {
                String id = output.revision().get();
                Optional<String> url = ActionTypes.find(declaration.actionTypeId()).flatMap(type -> type.revisionUrl(
                        ended.resolved(), id, Declarations.region(declaration, engine.settings().region())));
                carrying = carrying.with(new Revision(
                        ended.actionName(), output.name(), id, ended.result().summary(), url));
            }
        }
        return carrying;
    }

    private static ActionResult bounded(ActionResult result) {
        return new ActionResult(
                result.externalId(), result.url(), result.summary().map(text -> cut(text, LONGEST_SUMMARY)),
                result.errorCode(), result.errorMessage().map(text -> cut(text, LONGEST_MESSAGE)));
    }

    private static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) : text;
    }
}
