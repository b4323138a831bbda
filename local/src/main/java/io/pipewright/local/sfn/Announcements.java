package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the event bus that an execution started or ended. */
final class Announcements {
    private static final Logger LOG = LoggerFactory.getLogger(Announcements.class);
    /** Above it, EventBridge events go without input, and without output if that alone is larger (Step Functions guide). */
    private static final int MOST_BYTES = 248 * 1024;

    private final EventSink sink;
    private final Arns arns;

    Announcements(EventSink sink, Arns arns) {
        this.sink = sink;
        this.arns = arns;
    }

    /** The execution is now as given: just started, or ended. */
    void put(Execution execution) {
        String arn = arns.execution(execution);
        try {
            sink.put("aws.states", "Step Functions Execution Status Change", List.of(arn), Json.text(detail(arn, execution)));
        } catch (RuntimeException e) {
            LOG.warn("The status change of {} could not be announced", arn, e);
        }
    }

    private ObjectNode detail(String arn, Execution execution) {
        int outputBytes = bytes(execution.output());
        boolean withOutput = execution.output() != null && outputBytes <= MOST_BYTES;
        boolean withInput = bytes(execution.input()) + (withOutput ? outputBytes : 0) <= MOST_BYTES;
        ObjectNode detail = Json.object().put("executionArn", arn).put("stateMachineArn", arns.machine(execution.machine()))
                .put("name", execution.name()).put("status", execution.status().toString())
                .put("startDate", execution.started().toEpochMilli())
                .put("stopDate", execution.stopped() == null ? null : execution.stopped().toEpochMilli())
                .put("input", withInput ? execution.input() : null).put("output", withOutput ? execution.output() : null)
                .put("stateMachineVersionArn", arns.version(execution)).putNull("stateMachineAliasArn").put("redriveCount", 0)
                .putNull("redriveDate").put("redriveStatus", Shapes.REDRIVE_STATUS)
                .put("redriveStatusReason", Shapes.redriveReason(execution)).put("error", execution.error())
                .put("cause", execution.cause());
        detail.putObject("inputDetails").put("included", withInput);
        if (execution.output() == null) {
            detail.putNull("outputDetails");
        } else {
            detail.putObject("outputDetails").put("included", withOutput);
        }
        return detail;
    }

    private static int bytes(String text) {
        return text == null ? 0 : Json.quoted(text).getBytes(StandardCharsets.UTF_8).length;
    }
}
