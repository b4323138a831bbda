package io.pipewright.functions.pipeline;

import io.pipewright.functions.execution.Engine;
import io.pipewright.functions.execution.Starts;
import io.pipewright.functions.git.GitRefusal;
import io.pipewright.functions.log.Log;
import io.pipewright.functions.store.Due;
import io.pipewright.functions.store.DueKind;
import io.pipewright.functions.store.Listener;
import io.pipewright.functions.store.PipelineEntry;
import io.pipewright.functions.store.Store;
import io.pipewright.functions.wire.ApiError;
import io.pipewright.statemachine.definition.Declarations;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionOwner;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionOverride;
import software.amazon.awssdk.services.codepipeline.model.SourceRevisionType;
import software.amazon.awssdk.services.codepipeline.model.TriggerType;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * The sources that pipelines poll: {@code PollForSourceChanges} true or absent. An event starts the execution where one arrives,
 * else a look does, once per revision either way.
 */
public final class Sources {
    /** CodePipeline's own period, recorded. */
    static final long PERIOD_MILLIS = 120_000;
    /** How long a look leaves a new version to its event, which comes in its turn where the look would overtake others. */
    private static final long ON_ITS_WAY_MILLIS = 10_000;
    private static final int FORBIDDEN = 403;
    private static final int SERVER_FAULT = 500;
    private static final String S3 = "s3#";
    private static final String CODECOMMIT = "codecommit#";

    private final Engine engine;
    private final Store store;
    private final Starts starts;

    public Sources(Engine engine, Starts starts) {
        this.engine = engine;
        this.store = engine.store();
        this.starts = starts;
    }

    /** Whether a source action of the declaration is polled. */
    static boolean anyPolled(PipelineDeclaration declaration) {
        return !polled(declaration).isEmpty();
    }

    /** The polled source actions by what they listen to. Only {@code true} and silence mean polling, in any letter case. */
    private static Map<String, ActionDeclaration> polled(PipelineDeclaration declaration) {
        Map<String, ActionDeclaration> polled = new HashMap<>();
        Declarations.sourceActions(declaration).stream()
                .map(position -> Declarations.action(declaration, position))
                .filter(action -> of(action).isPresent())
                .filter(action -> action.configuration().getOrDefault("PollForSourceChanges", "true")
                        .equalsIgnoreCase("true"))
                .forEach(action -> polled.put(action.name(), action));
        return polled;
    }

    /** What a source action listens to when it is polled; empty for those that never are. */
    public static Optional<String> of(ActionDeclaration action) {
        if (action.actionTypeId().owner() != ActionOwner.AWS) {
            return Optional.empty();
        }
        Map<String, String> configuration = action.configuration();
        return switch (action.actionTypeId().provider()) {
            case "S3" -> Optional.of(s3(configuration.get("S3Bucket"), configuration.get("S3ObjectKey")));
            case "CodeCommit" -> Optional.of(
                    codeCommit(configuration.get("RepositoryName"), configuration.get("BranchName")));
            default -> Optional.empty();
        };
    }

    private static String source(ActionDeclaration action) {
        return of(action).orElseThrow();
    }

    /** The name of an object as a source. */
    public static String s3(String bucket, String key) {
        return S3 + bucket + "/" + key;
    }

    /** The name of a branch as a source. */
    public static String codeCommit(String repository, String branch) {
        return CODECOMMIT + repository + "/" + branch;
    }

    /** Makes a pipeline listen to what its declaration says, and to nothing else. */
    void listen(PipelineEntry entry, PipelineDeclaration declaration) {
        Map<String, ActionDeclaration> polled = polled(declaration);
        for (Listener known : store.listenersOf(entry.generation())) {
            ActionDeclaration action = polled.get(known.action());
            boolean wanted = action != null && source(action).equals(known.source());
            if (wanted) {
                polled.remove(known.action());
            }
            if (wanted != known.listening()) {
                store.put(known.listening(wanted));
                remind(known.source(), wanted);
            }
        }
        polled.values().forEach(action -> {
            store.put(Listener.on(source(action), entry, action.name()));
            remind(source(action), true);
        });
    }

    private void remind(String source, boolean wanted) {
        if (wanted) {
            store.putDue(new Due(engine.now(), DueKind.SOURCE, source));
        }
    }

    /** Nobody listens for a deleted pipeline. */
    void ignore(PipelineEntry entry) {
        store.listenersOf(entry.generation()).forEach(store::delete);
    }

    /**
     * A source has a new revision: everyone who listens to it starts, once.
     *
     * @param sequence the event's place among those of its source, where it says so: one that comes late starts nothing, as
     *     executions go in the order of their starts and the older revision would be the one that stays deployed
     */
    public void changed(String source, String revision, Optional<String> sequence) {
        for (Listener listener : store.listeners(source)) {
            boolean known = listener.revision().equals(Optional.of(revision));
            boolean news = sequence.isPresent() && listener.sequence().isEmpty() || listener.errorCode().isPresent()
                    || listener.lookedAt() == 0;
            if (listener.listening() && known && news) {
                store.saveWhileListening(listener.saw(revision, sequence.or(listener::sequence), engine.now()));
            } else if (listener.listening() && !known && !listener.isBehind(sequence)) {
                start(listener, revision, sequence);
            }
        }
    }

    private void start(Listener listener, String revision, Optional<String> sequence) {
        Optional<PipelineEntry> entry = store.entry(listener.pipeline())
                .filter(found -> found.generation().equals(listener.generation()));
        if (entry.isEmpty()) {
            store.delete(listener);
            return;
        }
        String identity = listener.generation() + "/" + listener.action() + "/" + listener.source() + "/" + revision;
        try {
            starts.start(entry.get(), Starts.Cause.of(TriggerType.POLL_FOR_SOURCE_CHANGES, listener.action())
                    .taking(List.of(SourceRevisionOverride.builder().actionName(listener.action())
                            .revisionType(revisionType(listener.source())).revisionValue(revision).build()))
                    .as(UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8)).toString()));
        } catch (ApiError e) {
            engine.log().warn("A new revision started no execution", e, Log.PIPELINE, listener.pipeline(),
                    Log.ACTION, listener.action());
            if (e.code().equals("ConcurrentPipelineExecutionsLimitExceededException")) {
                return;
            }
        }
        store.saveWhileListening(listener.saw(revision, sequence, engine.now()));
    }

    private static SourceRevisionType revisionType(String source) {
        return source.startsWith(CODECOMMIT) ? SourceRevisionType.COMMIT_ID : SourceRevisionType.S3_OBJECT_VERSION_ID;
    }

    /** Looks at a source whose turn it is, and says when its next turn comes; empty when nobody listens any more. */
    public Optional<Long> look(String source) {
        List<Listener> listening = store.listeners(source).stream().filter(Listener::listening).toList();
        if (listening.isEmpty()) {
            return Optional.empty();
        }
        if (source.startsWith(CODECOMMIT)) {
            lookAtBranch(source, listening);
        } else if (!lookAtObject(source, listening)) {
            return Optional.of(engine.now() + ON_ITS_WAY_MILLIS);
        }
        return Optional.of((engine.now() / PERIOD_MILLIS + 1) * PERIOD_MILLIS);
    }

    private void lookAtBranch(String source, List<Listener> listening) {
        String[] branch = source.substring(CODECOMMIT.length()).split("/", 2);
        try {
            changed(source, engine.clients().git().get().head(branch[0], branch[1]), Optional.empty());
        } catch (GitRefusal e) {
            fail(listening, e.isDenied() ? "PermissionError" : "ConfigurationError", e.getMessage());
        }
    }

    /** False when the newest version is too young to be looked at. */
    private boolean lookAtObject(String source, List<Listener> listening) {
        String[] object = source.substring(S3.length()).split("/", 2);
        try {
            HeadObjectResponse found = engine.clients().s3().get()
                    .headObject(request -> request.bucket(object[0]).key(object[1]));
            if (found.versionId() == null || found.versionId().equals("null")) {
                fail(listening, "ConfigurationError", "The bucket " + object[0]
                        + " has no versions. Enable versioning on it: a source action takes versions of its object.");
            } else if (isLeftToItsEvent(found, listening)) {
                return false;
            } else {
                changed(source, found.versionId(), Optional.empty());
            }
        } catch (S3Exception e) {
            String text = "Could not access the Amazon S3 object: \"" + object[0] + "/" + object[1]
                    + "\". Make sure that the names of the bucket and object are both correct";
            if (e.statusCode() == FORBIDDEN) {
                fail(listening, "PermissionError", text
                        + ", and that the pipeline IAM role has sufficient permissions to access this bucket.");
            } else if (e.statusCode() >= SERVER_FAULT) {
                throw e;
            } else {
                fail(listening, "ConfigurationError", text + ".");
            }
        }
        return true;
    }

    /** Who has just begun to listen may have missed the event. */
    private boolean isLeftToItsEvent(HeadObjectResponse found, List<Listener> listening) {
        return found.lastModified().toEpochMilli() > engine.now() - ON_ITS_WAY_MILLIS
                && listening.stream().allMatch(listener -> listener.lookedAt() > 0);
    }

    private void fail(List<Listener> listening, String code, String message) {
        listening.stream()
                .filter(listener -> !listener.errorMessage().equals(Optional.of(message)))
                .forEach(listener -> store.saveWhileListening(listener.failed(code, message, engine.now())));
    }
}
