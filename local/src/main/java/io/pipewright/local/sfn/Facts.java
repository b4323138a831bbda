package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * What never changes during an execution.
 *
 * @param versionArn null when started on the machine itself
 * @param input JSON text
 * @param deadline when it times out as a whole
 * @param terminating whether its machine is being deleted: it ends instead of entering another state
 */
record Facts(String executionArn, String name, String machineArn, String machineName, String versionArn, String roleArn,
        Instant startedAt, String input, Instant deadline, boolean terminating, LambdaCall.Home functions) {

    /** The context object ({@code $$}) in AWS's key order; {@code token} is null where a task has none to show. */
    JsonNode context(Strand strand, State state, String token) {
        ObjectNode context = Json.object();
        ObjectNode execution = context.putObject("Execution").put("Id", executionArn);
        execution.set("Input", Json.own(input));
        execution.put("StartTime", Timestamps.format(startedAt)).put("Name", name).put("RoleArn", roleArn).put("RedriveCount", 0);
        context.putObject("StateMachine").put("Id", machineArn).put("Name", machineName);
        ObjectNode here = context.putObject("State").put("Name", state.name())
                .put("EnteredTime", Timestamps.format(strand.enteredAt));
        if (state.type() == State.Type.TASK) {
            here.put("RetryCount", strand.retryCount());
        }
        if (token != null) {
            context.putObject("Task").put("Token", token);
        }
        return context;
    }
}
