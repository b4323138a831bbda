package io.pipewright.functions.pipeline;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.Starts;
import io.pipewright.functions.store.Due;
import io.pipewright.functions.store.DueKind;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.PipelineRecord;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.functions.wire.Codec;
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
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineType;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;
import software.amazon.awssdk.services.sfn.model.StateMachineDoesNotExistException;
import software.amazon.awssdk.services.sfn.model.StateMachineType;

/** Creates, updates and deletes pipelines: the declaration's version, its state machine, and the name that leads to them. */
public final class Pipelines {
    /** How many versions of a machine are kept; an execution that waits for long still starts attempts of an old one. */
    private static final int KEPT_MACHINES = 500;

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
        long due = now + Engine.GUARD_MILLIS;
        store.putDue(new Due(due, DueKind.PIPELINE, generation));
        PipelineRecord record = new PipelineRecord(0, generation, declaration.name(),
                PipelineState.created(declaration.executionMode(), stageNames(declaration)), now, caller, due);
        store.create(record);
        if (!store.register(entry(declaration, generation, now, now))) {
            deleteMachine(version.machine());
            throw ApiError.pipelineNameInUse(engine.settings().account(), asked.name());
        }
        finishCreation(record);
        return declaration;
    }

    /** What a created pipeline does first; the reconciler sees to it where the process died before. May be repeated. */
    public void finishCreation(PipelineRecord record) {
        boolean begun = record.state().lastNumber() > 0 || record.state().version() > 1 || record.state().deleted();
        Optional<PipelineEntry> entry = store.entry(record.name())
                .filter(one -> one.generation().equals(record.generation()));
        if (begun || entry.isEmpty()) {
            return;
        }
        PipelineDeclaration declaration = store.version(record.generation(), 1).orElseThrow().declaration();
        sources.listen(entry.get(), declaration);
        if (!Sources.anyPolled(declaration)) {
            String first = UUID.nameUUIDFromBytes(record.generation().getBytes(StandardCharsets.UTF_8)).toString();
            starts.start(entry.get(), Starts.Cause.of(TriggerType.CREATE_PIPELINE, record.createdBy()).as(first));
        }
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
        return update(asked, false);
    }

    /**
     * The same for who may repeat it: a declaration that is in force already changes nothing.
     *
     * @return the declaration as stored
     */
    public PipelineDeclaration assure(PipelineDeclaration asked) {
        return update(asked, true);
    }

    private PipelineDeclaration update(PipelineDeclaration asked, boolean unlessInForce) {
        while (true) {
            PipelineEntry entry = store.entry(asked.name()).orElseThrow(() -> notFound(asked.name()));
            PipelineRecord record = store.pipeline(entry.generation()).orElseThrow(() -> notFound(asked.name()));
            Optional<PipelineDeclaration> same = inForce(entry, record).filter(declared -> unlessInForce
                    && Codec.write(declared).equals(Codec.write(
                            Normalizer.normalize(asked, declared.version(), Optional.of(entry.type())))));
            if (same.isPresent()) {
                sources.listen(entry, same.get());
                return same.get();
            }
            int number = record.state().version() + 1;
            PipelineDeclaration declaration = Normalizer.normalize(asked, number, Optional.of(entry.type()));
            refuseFaults(declaration);
            PipelineVersion version = Store.version(entry.generation(), number, declaration,
                    machine(declaration, entry.generation(), number), engine.now());
            if (!claim(version)) {
                continue;
            }
            PipelineDecision decision = engine.tell(entry.generation(), new PipelineMessage.Update(
                            number, declaration.executionMode(), stageNames(declaration)))
                    .orElseThrow(() -> notFound(asked.name())).decision();
            if (decision instanceof PipelineDecision.Changed) {
                PipelineEntry updated = entry(declaration, entry.generation(), entry.created(), version.created());
                if (store.update(updated)) {
                    sources.listen(updated, declaration);
                }
                forgetOldMachine(entry.generation(), number - KEPT_MACHINES);
                return declaration;
            }
            if (decision instanceof PipelineDecision.Refused refused
                    && refused.refusal() == PipelineDecision.Refusal.PIPELINE_DELETED) {
                throw notFound(asked.name());
            }
        }
    }

    /** The pipeline's declaration; empty where an update was left before its end. */
    private Optional<PipelineDeclaration> inForce(PipelineEntry entry, PipelineRecord record) {
        return entry.version() == record.state().version()
                ? store.version(entry.generation(), entry.version()).map(PipelineVersion::declaration) : Optional.empty();
    }

    /**
     * Takes the version's number: of two updates at a time one comes first and the other is decided anew. False when the number is
     * gone; what an update left there that died is replaced.
     */
    private boolean claim(PipelineVersion version) {
        if (store.putVersion(version)) {
            return true;
        }
        PipelineRecord record = store.pipeline(version.generation()).orElseThrow();
        if (record.state().version() >= version.version()) {
            return false;
        }
        if (!store.replaceVersion(version, engine.now() - Engine.GUARD_MILLIS)) {
            throw ApiError.concurrentModification(engine.settings().pipelineArn(record.name()));
        }
        return true;
    }

    /** Step Functions keeps a thousand versions of a machine; executions that run on a deleted one go on. */
    private void forgetOldMachine(String generation, int version) {
        if (version < 1) {
            return;
        }
        store.version(generation, version).ifPresent(old -> engine.clients().sfn().deleteStateMachineVersion(
                request -> request.stateMachineVersionArn(old.machine())));
    }

    /**
     * Deletes a pipeline; what runs ends untold. A name that nobody has needs nothing. The name goes last: until then the call can be
     * repeated.
     */
    public void delete(String name) {
        store.entry(name).ifPresent(entry -> {
            engine.tell(entry.generation(), new PipelineMessage.Delete());
            sources.ignore(entry);
            store.version(entry.generation(), entry.version()).ifPresent(
                    version -> deleteMachine(version.machine()));
            store.unregister(entry);
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
        String definition = Compiler.compile(declaration, new Target(
                generation, number, engine.settings()::functionArn, engine.settings().limits().parallelActions()));
        return number == 1 ? newMachine(generation, definition) : newDefinition(generation, definition);
    }

    private String newMachine(String generation, String definition) {
        return engine.clients().sfn().createStateMachine(request -> request
                .name(machineName(generation)).type(StateMachineType.STANDARD).definition(definition)
                .roleArn(engine.settings().machineRole()).publish(true)).stateMachineVersionArn();
    }

    /** A table that was restored may know pipelines whose machine is gone, or has the role of a deployment that is. */
    private String newDefinition(String generation, String definition) {
        try {
            return engine.clients().sfn().updateStateMachine(request -> request
                    .stateMachineArn(machineArn(generation)).definition(definition)
                    .roleArn(engine.settings().machineRole()).publish(true)).stateMachineVersionArn();
        } catch (StateMachineDoesNotExistException e) {
            return newMachine(generation, definition);
        }
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
