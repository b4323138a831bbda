package io.pipewright.functions.action;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.settings.Clients;
import io.pipewright.functions.store.ActionRecord;
import io.pipewright.functions.store.ArtifactLocation;
import io.pipewright.functions.store.PipelineVersion;
import io.pipewright.functions.store.RunRecord;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ArtifactStore;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionOverride;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionType;

/**
 * An action execution to be worked on.
 *
 * @param deadline epoch milliseconds after which it is failed as timed out
 * @param again whether a provider may have been set to work on it before
 */
public record ActionWork(
        RunRecord run, PipelineVersion version, ActionDeclaration declaration, ActionRecord record, long deadline,
        boolean again) {

    /** The action execution id. */
    public String id() {
        return record.id();
    }

    /** Clients that act as the action's role. */
    public Clients clients(Engine engine) {
        return engine.clientsFor(version, record);
    }

    /** The value of a configuration key, variables replaced. */
    public Optional<String> configuration(String key) {
        return Optional.ofNullable(record.resolved().get(key));
    }

    /** All of them. */
    public Map<String, String> configuration() {
        return record.resolved();
    }

    /** The revision that the execution's start names for this source. */
    public Optional<String> override(SourceRevisionType type) {
        return run.overrides().stream()
                .filter(one -> one.actionName().equals(declaration.name()) && one.revisionType() == type)
                .map(SourceRevisionOverride::revisionValue).findFirst();
    }

    public ArtifactLocation input(String name) {
        return named(record.inputs().stream().filter(one -> one.name().equals(name)).findFirst(), name);
    }

    /** The only output artifact of a source. */
    public ArtifactLocation firstOutput() {
        return record.outputs().get(0);
    }

    private static ArtifactLocation named(Optional<ArtifactLocation> found, String name) {
        return found.orElseThrow(() -> new IllegalArgumentException("The action has no artifact " + name));
    }

    /** The store that the action's artifacts lie in. */
    public ArtifactStore artifactStore(String region) {
        return Artifacts.store(version.declaration(), declaration, region);
    }
}
