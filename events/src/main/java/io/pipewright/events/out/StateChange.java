package io.pipewright.events.out;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;

/** A change of state of a run, of one of its stages, or of one of its actions. */
public sealed interface StateChange permits PipelineStateChange, StageStateChange, ActionStateChange {
    /** The run that changed. */
    Run run();

    /** When it changed. */
    Instant time();

    /** The event's {@code detail-type}, the same words as CodePipeline's. */
    String detailType();

    /** The event's {@code detail}: exactly the members that recordings of CodePipeline show for this state. */
    ObjectNode detail();

    /** The event for PutEvents. */
    default EventEntry entry() {
        return new EventEntry(EventEntry.SOURCE, detailType(), List.of(run().pipelineArn()), detail().toString(), time());
    }
}
