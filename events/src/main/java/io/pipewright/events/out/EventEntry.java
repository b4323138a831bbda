package io.pipewright.events.out;

import java.time.Instant;
import java.util.List;

/**
 * One event as EventBridge's PutEvents takes it, without its client's types.
 *
 * @param source who sends; {@link #SOURCE} for ours
 * @param detailType what kind of event, in the service's words
 * @param resources ARNs of what changed
 * @param detail the event's JSON object as text
 * @param time when it happened, which a delivery that is late or repeated does not change; the envelope shows whole seconds
 */
public record EventEntry(String source, String detailType, List<String> resources, String detail, Instant time) {
    /** The source of every event of ours. */
    public static final String SOURCE = "pipewright.codepipeline";

    public EventEntry {
        resources = List.copyOf(resources);
    }
}
