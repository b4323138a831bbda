package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sfn.model.CloudWatchEventsExecutionDataDetails;
import software.amazon.awssdk.services.sfn.model.DescribeExecutionResponse;
import software.amazon.awssdk.services.sfn.model.DescribeStateMachineResponse;
import software.amazon.awssdk.services.sfn.model.ExecutionListItem;
import software.amazon.awssdk.services.sfn.model.ExecutionRedriveStatus;
import software.amazon.awssdk.services.sfn.model.HistoryEvent;
import software.amazon.awssdk.services.sfn.model.HistoryEventExecutionDataDetails;
import software.amazon.awssdk.services.sfn.model.LogLevel;
import software.amazon.awssdk.services.sfn.model.StateMachineListItem;
import software.amazon.awssdk.services.sfn.model.StateMachineStatus;
import software.amazon.awssdk.services.sfn.model.StateMachineType;
import software.amazon.awssdk.services.sfn.model.StateMachineVersionListItem;
import software.amazon.awssdk.services.sfn.model.Tag;

/** Rows as the API's shapes. */
final class Shapes {
    /** RedriveExecution is not supported, so nothing can be redriven. */
    static final String REDRIVE_STATUS = ExecutionRedriveStatus.NOT_REDRIVABLE.toString();
    private static final HistoryEventExecutionDataDetails WHOLE =
            HistoryEventExecutionDataDetails.builder().truncated(false).build();

    private Shapes() { }

    static String redriveReason(Execution execution) {
        return "Execution is " + execution.status() + " and cannot be redriven";
    }

    static DescribeExecutionResponse description(Execution execution, Arns arns, boolean withData) {
        CloudWatchEventsExecutionDataDetails included =
                CloudWatchEventsExecutionDataDetails.builder().included(withData).build();
        return DescribeExecutionResponse.builder()
                .executionArn(arns.execution(execution))
                .stateMachineArn(arns.machine(execution.machine()))
                .stateMachineVersionArn(arns.version(execution))
                .name(execution.name())
                .status(execution.status())
                .startDate(execution.started())
                .stopDate(execution.stopped())
                .input(withData ? execution.input() : null)
                .inputDetails(included)
                .output(withData ? execution.output() : null)
                .outputDetails(execution.output() == null ? null : included)
                .error(execution.error())
                .cause(execution.cause())
                .redriveCount(0)
                .redriveStatus(REDRIVE_STATUS)
                .redriveStatusReason(redriveReason(execution))
                .build();
    }

    static ExecutionListItem item(Execution execution, Arns arns) {
        return ExecutionListItem.builder()
                .executionArn(arns.execution(execution))
                .stateMachineArn(arns.machine(execution.machine()))
                .stateMachineVersionArn(arns.version(execution))
                .name(execution.name())
                .status(execution.status())
                .startDate(execution.started())
                .stopDate(execution.stopped())
                .redriveCount(0)
                .build();
    }

    static StateMachineListItem item(Machines.Machine machine, Arns arns) {
        return StateMachineListItem.builder()
                .stateMachineArn(arns.machine(machine.name()))
                .name(machine.name())
                .type(StateMachineType.STANDARD)
                .creationDate(machine.created())
                .build();
    }

    static StateMachineVersionListItem item(Machines.Version version, Arns arns) {
        return StateMachineVersionListItem.builder()
                .stateMachineVersionArn(arns.version(version.machine(), version.number()))
                .creationDate(version.created())
                .build();
    }

    static DescribeStateMachineResponse description(Machines.Machine machine, Machines.Revision revision, Arns arns) {
        return machine(machine, revision)
                .stateMachineArn(arns.machine(machine.name()))
                .creationDate(machine.created())
                .revisionId(machine.revisionId())
                .build();
    }

    static DescribeStateMachineResponse description(Machines.Machine machine, Machines.Version version, Machines.Revision revision,
            Arns arns) {
        return machine(machine, revision)
                .stateMachineArn(arns.version(machine.name(), version.number()))
                .creationDate(version.created())
                .revisionId(version.revisionId())
                .description(version.description())
                .build();
    }

    private static DescribeStateMachineResponse.Builder machine(Machines.Machine machine, Machines.Revision revision) {
        return DescribeStateMachineResponse.builder()
                .name(machine.name())
                .status(machine.deleting() ? StateMachineStatus.DELETING : StateMachineStatus.ACTIVE)
                .type(StateMachineType.STANDARD)
                .definition(revision.definition())
                .roleArn(revision.role())
                .loggingConfiguration(logging -> logging.level(LogLevel.OFF).includeExecutionData(false))
                .tracingConfiguration(tracing -> tracing.enabled(false));
    }

    static String tags(List<Tag> tags) {
        var object = Json.object();
        tags.forEach(tag -> object.put(tag.key(), tag.value()));
        return Json.text(object);
    }

    static List<Tag> tags(String stored) {
        List<Tag> tags = new ArrayList<>();
        Json.own(stored).properties().forEach(
                tag -> tags.add(Tag.builder().key(tag.getKey()).value(tag.getValue().textValue()).build()));
        return tags;
    }

    /** @param withData whether inputs and outputs are wanted */
    static HistoryEvent event(Event event, boolean withData) {
        JsonNode details = event.details();
        String input = withData ? text(details, "input") : null;
        String output = withData ? text(details, "output") : null;
        String error = text(details, "error");
        String cause = text(details, "cause");
        String resource = text(details, "resource");
        String resourceType = text(details, "resourceType");
        HistoryEvent.Builder shape = HistoryEvent.builder()
                .id(event.id()).previousEventId(event.previous()).timestamp(event.at()).type(event.type());
        switch (event.type()) {
            case EXECUTION_STARTED -> shape.executionStartedEventDetails(each -> each.input(input).inputDetails(ofData(input))
                    .roleArn(text(details, "roleArn")).stateMachineVersionArn(text(details, "stateMachineVersionArn")));
            case EXECUTION_SUCCEEDED -> shape.executionSucceededEventDetails(
                    each -> each.output(output).outputDetails(ofData(output)));
            case EXECUTION_FAILED -> shape.executionFailedEventDetails(each -> each.error(error).cause(cause));
            case EXECUTION_ABORTED -> shape.executionAbortedEventDetails(each -> each.error(error).cause(cause));
            case EXECUTION_TIMED_OUT -> shape.executionTimedOutEventDetails(each -> each.error(error).cause(cause));
            case TASK_STATE_ENTERED, PASS_STATE_ENTERED, CHOICE_STATE_ENTERED, WAIT_STATE_ENTERED, PARALLEL_STATE_ENTERED,
                    SUCCEED_STATE_ENTERED, FAIL_STATE_ENTERED -> shape.stateEnteredEventDetails(
                            each -> each.name(text(details, "name")).input(input).inputDetails(ofData(input)));
            case TASK_STATE_EXITED, PASS_STATE_EXITED, CHOICE_STATE_EXITED, WAIT_STATE_EXITED, PARALLEL_STATE_EXITED,
                    SUCCEED_STATE_EXITED -> shape.stateExitedEventDetails(
                            each -> each.name(text(details, "name")).output(output).outputDetails(ofData(output)));
            case TASK_SCHEDULED -> shape.taskScheduledEventDetails(each -> each.resource(resource).resourceType(resourceType)
                    .region(text(details, "region")).parameters(withData ? text(details, "parameters") : null)
                    .timeoutInSeconds(number(details, "timeoutInSeconds"))
                    .heartbeatInSeconds(number(details, "heartbeatInSeconds")));
            case TASK_STARTED -> shape.taskStartedEventDetails(each -> each.resource(resource).resourceType(resourceType));
            case TASK_SUBMITTED -> shape.taskSubmittedEventDetails(each -> each.resource(resource).resourceType(resourceType)
                    .output(output).outputDetails(ofData(output)));
            case TASK_SUCCEEDED -> shape.taskSucceededEventDetails(each -> each.resource(resource).resourceType(resourceType)
                    .output(output).outputDetails(ofData(output)));
            case TASK_FAILED -> shape.taskFailedEventDetails(each -> each.resource(resource).resourceType(resourceType)
                    .error(error).cause(cause));
            case TASK_TIMED_OUT -> shape.taskTimedOutEventDetails(each -> each.resource(resource).resourceType(resourceType)
                    .error(error).cause(cause));
            default -> { }
        }
        return shape.build();
    }

    private static HistoryEventExecutionDataDetails ofData(String data) {
        return data == null ? null : WHOLE;
    }

    private static String text(JsonNode details, String field) {
        return details.path(field).textValue();
    }

    private static Long number(JsonNode details, String field) {
        return details.has(field) ? details.get(field).longValue() : null;
    }
}
