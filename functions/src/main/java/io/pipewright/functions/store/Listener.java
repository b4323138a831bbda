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
 * @param sequence the event's place among those of its object, as S3 numbers them; empty when a look found the revision
 * @param listening false once the pipeline no longer polls this
 * @param errorCode why the last look failed
 * @param errorMessage the same for people
 * @param lookedAt epoch milliseconds of that look
 */
public record Listener(
        String source, String generation, String pipeline, String action, Optional<String> revision,
        Optional<String> sequence, boolean listening, Optional<String> errorCode, Optional<String> errorMessage, long lookedAt) {

    public static Listener on(String source, PipelineEntry pipeline, String action) {
        return new Listener(source, pipeline.generation(), pipeline.name(), action, Optional.empty(), Optional.empty(), true,
                Optional.empty(), Optional.empty(), 0);
    }

    public Listener listening(boolean now) {
        return new Listener(
                source, generation, pipeline, action, revision, sequence, now, Optional.empty(), Optional.empty(), 0);
    }

    /** Whether an event is older than the newest one that was heard. Events of one object arrive in any order. */
    public boolean isBehind(Optional<String> event) {
        if (sequence.isEmpty() || event.isEmpty()) {
            return false;
        }
        int length = Math.max(sequence.get().length(), event.get().length());
        return padded(event.get(), length).compareTo(padded(sequence.get(), length)) < 0;
    }

    /** S3's rule for comparing its sequencers ("EventBridge event message structure"). */
    private static String padded(String text, int length) {
        return text + "0".repeat(length - text.length());
    }

    /** It has started an execution for this revision. */
    public Listener saw(String newRevision, Optional<String> event, long at) {
        return new Listener(source, generation, pipeline, action, Optional.of(newRevision), event, listening,
                Optional.empty(), Optional.empty(), at);
    }

    /** A look failed. */
    public Listener failed(String code, String message, long at) {
        return new Listener(source, generation, pipeline, action, revision, sequence, listening,
                Optional.of(code), Optional.of(message), at);
    }
}
