package io.pipewright.local.sfn;

import java.util.List;

/** Where status changes of executions are announced, as EventBridge's default bus would get them from Step Functions. */
@FunctionalInterface
public interface EventSink {

    /**
     * Takes one event. Called outside transactions, after the change is durable, best effort as at AWS: a crash between the two loses
     * the event, and one that the sink refuses is not offered again.
     *
     * @param source {@code aws.states}
     * @param detailType {@code Step Functions Execution Status Change}
     * @param resources the execution's ARN
     * @param detailJson JSON object text: the fields of DescribeExecution, unset ones null, times in epoch milliseconds
     */
    void put(String source, String detailType, List<String> resources, String detailJson);
}
