package io.pipewright.functions.action;

import io.pipewright.functions.store.ActionResult;
import java.util.Map;
import java.util.Optional;

/** How an action stands when its provider returns. */
public sealed interface Progress {

    /**
     * Done.
     *
     * @param variables output variables
     * @param revision id of the revision that a source took
     */
    record Succeeded(ActionResult result, Map<String, String> variables, Optional<String> revision)
            implements Progress {

        public static Succeeded with(ActionResult result) {
            return new Succeeded(result, Map.of(), Optional.empty());
        }
    }

    /**
     * Someone else is at work, and reports when it ends.
     *
     * @param sofar what is known of the work; its external id, once there, says that the work was set going
     * @param reportedAs the name under which events find the action by that external id; empty when none does
     */
    record Working(ActionResult sofar, Optional<String> reportedAs) implements Progress { }
}
