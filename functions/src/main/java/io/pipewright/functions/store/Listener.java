package io.pipewright.functions.store;

import java.util.Optional;

/**
 * A source action that listens to something.
 *
 * @param source what it listens to, such as {@code s3#<bucket>/<key>}
 * @param generation the pipeline's generation
 * @param pipeline the pipeline's name
 * @param action the source action
 * @param revision the revision for which it started an execution last; remembered while it doesn't listen
 * @param listening false once the pipeline no longer polls this
 * @param errorCode why the last look failed
 * @param errorMessage the same for people
 * @param lookedAt epoch milliseconds of that look
 */
public record Listener(
        String source, String generation, String pipeline, String action, Optional<String> revision,
        boolean listening, Optional<String> errorCode, Optional<String> errorMessage, long lookedAt) {

    public static Listener on(String source, PipelineEntry pipeline, String action) {
        return new Listener(source, pipeline.generation(), pipeline.name(), action, Optional.empty(), true,
                Optional.empty(), Optional.empty(), 0);
    }

    public Listener listening(boolean now) {
        return new Listener(source, generation, pipeline, action, revision, now, Optional.empty(), Optional.empty(), 0);
    }

    /** It has started an execution for this revision. */
    public Listener saw(String newRevision, long at) {
        return new Listener(source, generation, pipeline, action, Optional.of(newRevision), listening,
                Optional.empty(), Optional.empty(), at);
    }

    /** A look failed. */
    public Listener failed(String code, String message, long at) {
        return new Listener(source, generation, pipeline, action, revision, listening,
                Optional.of(code), Optional.of(message), at);
    }
}
