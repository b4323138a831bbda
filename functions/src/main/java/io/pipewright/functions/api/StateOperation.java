package io.pipewright.functions.api;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.pipeline.Sources;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.Listener;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.PipelineRecord;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.statemachine.actiontypes.ActionTypes;
import io.pipewright.statemachine.definition.Declarations;
import io.pipewright.statemachine.execution.ActiveRun;
import io.pipewright.statemachine.execution.RunState;
import io.pipewright.statemachine.execution.RunStatus;
import io.pipewright.statemachine.execution.StageGate;
import io.pipewright.statemachine.execution.Transition;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionExecution;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.ActionRevision;
import software.amazon.awssdk.services.codepipeline.model.ActionState;
import software.amazon.awssdk.services.codepipeline.model.ErrorDetails;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineStateRequest;
import software.amazon.awssdk.services.codepipeline.model.GetPipelineStateResponse;
import software.amazon.awssdk.services.codepipeline.model.RetryStageMetadata;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageExecution;
import software.amazon.awssdk.services.codepipeline.model.StageExecutionStatus;
import software.amazon.awssdk.services.codepipeline.model.StageState;
import software.amazon.awssdk.services.codepipeline.model.TransitionState;

/** The live state of a pipeline's stages: the current version's stages, and of each the execution that entered it last. */
final class StateOperation {
    private final Engine engine;
    private final Store store;

    StateOperation(Engine engine) {
        this.engine = engine;
        this.store = engine.store();
    }

    void register(Api api) {
        api.operation("GetPipelineState", GetPipelineStateRequest::builder, this::state);
    }

    private SdkPojo state(GetPipelineStateRequest request, Caller caller) {
        PipelineEntry entry = store.entry(request.name()).orElseThrow(() -> notFound(request.name()));
        PipelineRecord record = store.pipeline(entry.generation()).orElseThrow(() -> notFound(request.name()));
        PipelineVersion version = store.version(entry.generation(), record.state().version()).orElseThrow();
        boolean parallel = record.state().mode() == ExecutionMode.PARALLEL;
        return GetPipelineStateResponse.builder()
                .pipelineName(entry.name()).pipelineVersion(version.version())
                .stageStates(parallel ? List.of() : new View(entry, record, version).stages())
                .created(Instant.ofEpochMilli(entry.created())).updated(Instant.ofEpochMilli(version.created()))
                .build();
    }

    private ApiError notFound(String name) {
        return ApiError.pipelineNotFound(engine.settings().account(), name);
    }

    /** One answer in the making. */
    private final class View {
        private final PipelineEntry entry;
        private final PipelineRecord record;
        private final PipelineVersion version;
        private final Map<String, RunRecord> runs;
        private final Map<String, List<ActionRecord>> actions = new HashMap<>();

        View(PipelineEntry entry, PipelineRecord record, PipelineVersion version) {
            this.entry = entry;
            this.record = record;
            this.version = version;
            this.runs = store.runs(record.state().stages().stream()
                    .flatMap(stage -> stage.latest().stream()).map(StageGate.Latest::run).distinct().toList());
        }

        List<StageState> stages() {
            return version.declaration().stages().stream().map(this::stage).toList();
        }

        private StageState stage(StageDeclaration declared) {
            StageGate gate = record.state().stage(declared.name()).orElseThrow();
            Optional<RunRecord> latest = gate.latest().map(one -> runs.get(one.run()))
                    .filter(run -> hasEntered(run, declared.name()));
            StageState.Builder stage = StageState.builder()
                    .stageName(declared.name())
                    .inboundTransitionState(transition(gate.inbound()))
                    .actionStates(declared.actions().stream().map(action -> action(declared, action, latest)).toList());
            latest.ifPresent(run -> {
                stage.latestExecution(StageExecution.builder()
                        .pipelineExecutionId(run.state().run()).status(status(run, declared.name())).build());
                stage.retryStageMetadata(retries(run, declared.name()));
            });
            inbound(stage, declared.name());
            return stage.build();
        }

        /** A run that was let in may have ended before it entered. */
        private boolean hasEntered(RunRecord run, String stage) {
            int position = position(run, stage);
            return position >= 0 && (run.state().stage() > position
                    || run.state().stage() == position && run.state().inside());
        }

        private int position(RunRecord run, String stage) {
            return store.version(entry.generation(), run.state().version())
                    .map(of -> Declarations.stageIndex(of.declaration(), stage).orElse(-1)).orElse(-1);
        }

        private void inbound(StageState.Builder stage, String name) {
            List<StageExecution> waiting = record.state().waitingFor(name).map(this::execution).toList();
            boolean queued = record.state().mode() == ExecutionMode.QUEUED;
            stage.inboundExecutions(queued ? waiting : List.of());
            if (!waiting.isEmpty()) {
                stage.inboundExecution(waiting.get(0));
            }
        }

        private StageExecution execution(ActiveRun run) {
            return StageExecution.builder().pipelineExecutionId(run.run())
                    .status(StageExecutionStatus.IN_PROGRESS).build();
        }

        private StageExecutionStatus status(RunRecord run, String stage) {
            RunState state = run.state();
            if (state.stage() > position(run, stage) || state.status() == RunStatus.SUCCEEDED) {
                return StageExecutionStatus.SUCCEEDED;
            }
            return switch (state.status()) {
                case CREATED, IN_PROGRESS, SUPERSEDED, SUCCEEDED -> StageExecutionStatus.IN_PROGRESS;
                case STOPPING -> StageExecutionStatus.STOPPING;
                case STOPPED -> StageExecutionStatus.STOPPED;
                case FAILED -> StageExecutionStatus.FAILED;
                case CANCELLED -> StageExecutionStatus.CANCELLED;
            };
        }

        private RetryStageMetadata retries(RunRecord run, String stage) {
            RunState.Retries retries = run.state().retries();
            if (run.state().stage() != position(run, stage) || retries.latest().isEmpty()) {
                return null;
            }
            return RetryStageMetadata.builder()
                    .manualStageRetryAttempt(retries.manual() == 0 ? null : retries.manual())
                    .autoStageRetryAttempt(retries.automatic() == 0 ? null : retries.automatic())
                    .latestRetryTrigger(retries.latest().get()).build();
        }

        private ActionState action(StageDeclaration stage, ActionDeclaration declared, Optional<RunRecord> latest) {
            ActionState.Builder state = ActionState.builder().actionName(declared.name());
            Optional<ActionRecord> newest = latest.flatMap(run -> actionsOf(run).stream()
                    .filter(one -> one.stageName().equals(stage.name()) && one.actionName().equals(declared.name()))
                    .findFirst())
                    .filter(action -> ActionViews.isVisible(declared, action) && isOfThisSource(declared, action));
            newest.ifPresent(action -> state.latestExecution(ActionViews.state(declared, action)));
            Optional<ActionExecution> failedLook =
                    Declarations.isSource(declared) ? failedLook(declared) : Optional.empty();
            if (failedLook.isPresent()) {
                state.latestExecution(failedLook.get());
            } else if (Declarations.isSource(declared)) {
                newest.filter(action -> action.status() == ActionExecutionStatus.SUCCEEDED)
                        .flatMap(action -> action.outputs().stream().findFirst())
                        .flatMap(output -> output.revision())
                        .ifPresent(revision -> {
                            state.currentRevision(ActionRevision.builder().revisionId(revision).build());
                            ActionTypes.find(declared.actionTypeId()).flatMap(type -> type.revisionUrl(
                                            newest.get().resolved(), revision, engine.settings().region()))
                                    .ifPresent(state::revisionUrl);
                        });
            }
            Map<String, String> configuration =
                    newest.map(ActionRecord::resolved).orElseGet(declared::configuration);
            ActionTypes.find(declared.actionTypeId())
                    .flatMap(type -> type.entityUrl(configuration, engine.settings().region()))
                    .filter(url -> !url.isEmpty())
                    .ifPresent(state::entityUrl);
            return state.build();
        }

        /** An update that points a source elsewhere resets it: what it took before came from another place. */
        private static boolean isOfThisSource(ActionDeclaration declared, ActionRecord action) {
            return !Declarations.isSource(declared)
                    || place(declared.configuration()).equals(place(action.resolved()));
        }

        private static Map<String, String> place(Map<String, String> configuration) {
            Map<String, String> place = new HashMap<>(configuration);
            place.remove("PollForSourceChanges");
            return place;
        }

        /** A source that couldn't be looked at shows that instead of its last execution. */
        private Optional<ActionExecution> failedLook(ActionDeclaration declared) {
            return Sources.of(declared)
                    .flatMap(source -> store.listener(source, entry.generation(), declared.name()))
                    .filter(Listener::listening).filter(listener -> listener.errorCode().isPresent())
                    .map(listener -> ActionExecution.builder().status(ActionExecutionStatus.FAILED)
                            .lastStatusChange(Instant.ofEpochMilli(listener.lookedAt()))
                            .errorDetails(ErrorDetails.builder().code(listener.errorCode().get())
                                    .message(listener.errorMessage().orElse(null)).build())
                            .build());
        }

        private List<ActionRecord> actionsOf(RunRecord run) {
            return actions.computeIfAbsent(run.state().run(), store::actions);
        }
    }

    private static TransitionState transition(Transition transition) {
        TransitionState.Builder state = TransitionState.builder().enabled(transition.isEnabled());
        transition.changedBy().ifPresent(by ->
                state.lastChangedBy(by).lastChangedAt(Instant.ofEpochMilli(transition.changedAt())));
        transition.disabledReason().ifPresent(state::disabledReason);
        return state.build();
    }
}
