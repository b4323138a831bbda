package io.pipewright.functions.pipeline;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.Starts;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.PipelineRecord;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.statemachine.actiontypes.ActionTypes;
import io.pipewright.statemachine.asl.Compiler;
import io.pipewright.statemachine.asl.Target;
import io.pipewright.statemachine.definition.Context;
import io.pipewright.statemachine.definition.Finding;
import io.pipewright.statemachine.definition.Limit;
import io.pipewright.statemachine.definition.Normalizer;
import io.pipewright.statemachine.definition.PipelineRules;
import io.pipewright.statemachine.execution.PipelineDecision;
import io.pipewright.statemachine.execution.PipelineMessage;
import io.pipewright.statemachine.execution.PipelineState;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineType;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;
import software.amazon.awssdk.services.sfn.SfnClient;
import software.amazon.awssdk.services.sfn.model.StateMachineType;

/** Creates, updates and deletes pipelines: the declaration's version, its state machine, and the name that leads to them. */
public final class Pipelines {
    private final Engine engine;
    private final Store store;
    private final Starts starts;
    private final Sources sources;

    public Pipelines(Engine engine) {
        this.engine = engine;
        this.store = engine.store();
        this.starts = new Starts(engine);
        this.sources = new Sources(engine, starts);
    }

    /**
     * Creates a pipeline and starts its first execution, unless its sources are polled: each of those starts one of its own.
     *
     * @param caller ARN of who asked
     * @return the declaration as stored
     */
    public PipelineDeclaration create(PipelineDeclaration asked, String caller) {
        PipelineDeclaration declaration = Normalizer.normalize(asked, 1, Optional.empty());
        refuseFaults(declaration);
        if (store.entry(asked.name()).isPresent()) {
            throw ApiError.pipelineNameInUse(engine.settings().account(), asked.name());
        }
        refuseTooMany();
        String generation = engine.newId();
        long now = engine.now();
        PipelineVersion version = Store.version(generation, 1, declaration, machine(declaration, generation, 1), now);
        store.putVersion(version);
        store.create(new PipelineRecord(0, generation, declaration.name(),
                PipelineState.created(declaration.executionMode(), stageNames(declaration)), now, 0));
        PipelineEntry entry = entry(declaration, generation, now, now);
        if (!store.register(entry)) {
            deleteMachine(version.machine());
            throw ApiError.pipelineNameInUse(engine.settings().account(), asked.name());
        }
        sources.listen(entry, declaration);
        if (!Sources.anyPolled(declaration)) {
            starts.start(entry, Starts.Cause.of(TriggerType.CREATE_PIPELINE, caller));
        }
        return declaration;
    }

    private void refuseTooMany() {
        long limit = engine.settings().limits().get(Limit.PIPELINES);
        long counted = 0;
        Optional<String> after = Optional.empty();
        do {
            var page = store.entries(after, 1000);
            counted += page.elements().size();
            after = page.next();
        } while (after.isPresent());
        if (counted >= limit) {
            throw ApiError.limitExceeded("Maximum number of pipelines in account (" + limit + ") exceeded.");
        }
    }

    /**
     * Replaces a pipeline's declaration. Executions that wait or run end as Cancelled, except PARALLEL ones, which go on with
     * their own version.
     *
     * @return the declaration as stored
     */
    public PipelineDeclaration update(PipelineDeclaration asked) {
        while (true) {
            PipelineEntry entry = store.entry(asked.name()).orElseThrow(() -> notFound(asked.name()));
            PipelineRecord record = store.pipeline(entry.generation()).orElseThrow(() -> notFound(asked.name()));
            int number = record.state().version() + 1;
            PipelineDeclaration declaration = Normalizer.normalize(asked, number, Optional.of(entry.type()));
            refuseFaults(declaration);
            PipelineVersion version = Store.version(entry.generation(), number, declaration,
                    machine(declaration, entry.generation(), number), engine.now());
            store.putVersion(version);
            PipelineDecision decision = engine.tell(entry.generation(), new PipelineMessage.Update(
                            number, declaration.executionMode(), stageNames(declaration)))
                    .orElseThrow(() -> notFound(asked.name())).decision();
            if (decision instanceof PipelineDecision.Changed) {
                PipelineEntry updated = entry(declaration, entry.generation(), entry.created(), version.created());
                store.update(updated);
                sources.listen(updated, declaration);
                return declaration;
            }
            if (decision instanceof PipelineDecision.Refused refused
                    && refused.refusal() == PipelineDecision.Refusal.PIPELINE_DELETED) {
                throw notFound(asked.name());
            }
        }
    }

    /** Deletes a pipeline; what runs ends untold. A name that nobody has needs nothing. */
    public void delete(String name) {
        store.entry(name).ifPresent(entry -> {
            store.unregister(entry);
            sources.ignore(entry);
            engine.tell(entry.generation(), new PipelineMessage.Delete());
            store.version(entry.generation(), entry.version()).ifPresent(
                    version -> deleteMachine(version.machine()));
        });
    }

    /** The first thing wrong with a declaration, as AWS's exception. */
    private void refuseFaults(PipelineDeclaration declaration) {
        Context context = new Context(engine.settings().region(), engine.settings().limits(),
                ActionTypes.with(id -> Optional.empty()));
        Stream.concat(PipelineRules.check(declaration, context).stream(),
                        PipelineRules.unsupported(declaration).stream())
                .findFirst().ifPresent(finding -> {
                    throw refusal(finding);
                });
    }

    private static ApiError refusal(Finding finding) {
        return switch (finding.exception()) {
            case "InvalidStageDeclarationException" -> ApiError.invalidStageDeclaration(finding.message());
            case "InvalidActionDeclarationException" -> ApiError.invalidActionDeclaration(finding.message());
            case "LimitExceededException" -> ApiError.limitExceeded(finding.message());
            default -> ApiError.invalidStructure(finding.message());
        };
    }

    /** Publishes the machine of a version and answers the ARN of what was published. */
    private String machine(PipelineDeclaration declaration, String generation, int number) {
        SfnClient sfn = engine.clients().sfn();
        String definition = Compiler.compile(declaration, new Target(
                generation, number, engine.settings()::functionArn, engine.settings().limits().parallelActions()));
        if (number == 1) {
            return sfn.createStateMachine(request -> request
                    .name(machineName(generation)).type(StateMachineType.STANDARD).definition(definition)
                    .roleArn(engine.settings().machineRole()).publish(true)).stateMachineVersionArn();
        }
        return sfn.updateStateMachine(request -> request
                .stateMachineArn(machineArn(generation)).definition(definition)
                .publish(true)).stateMachineVersionArn();
    }

    private String machineName(String generation) {
        return engine.settings().functionPrefix() + generation;
    }

    private String machineArn(String generation) {
        return "arn:aws:states:" + engine.settings().region() + ":" + engine.settings().account()
                + ":stateMachine:" + machineName(generation);
    }

    private void deleteMachine(String versionArn) {
        String machine = versionArn.substring(0, versionArn.lastIndexOf(':'));
        engine.clients().sfn().deleteStateMachine(request -> request.stateMachineArn(machine));
    }

    private static List<String> stageNames(PipelineDeclaration declaration) {
        return declaration.stages().stream().map(StageDeclaration::name).toList();
    }

    private static PipelineEntry entry(PipelineDeclaration declaration, String generation, long created, long updated) {
        PipelineType type = declaration.pipelineType();
        return new PipelineEntry(declaration.name(), generation, declaration.version(), type,
                declaration.executionMode(), created, updated);
    }

    private ApiError notFound(String name) {
        return ApiError.pipelineNotFound(engine.settings().account(), name);
    }
}
