package io.pipewright.statemachine.definition;

import io.pipewright.statemachine.variables.Variables;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** The topic to which an approval sends its request. That the topic exists is found out only when it is used. */
final class ApprovalRules {

    private static final String TOPIC = "NotificationArn";
    private static final Pattern ARN =
            Pattern.compile("arn:[^:\\s]+:(?<service>[^:\\s]+):(?<region>[^:\\s]*):[^:\\s]*:\\S+");

    private ApprovalRules() {
    }

    static Stream<Finding> topicsAreInTheRegion(PipelineDeclaration pipeline, Context context) {
        return Located.actions(pipeline)
                .filter(action -> action.declaration().actionTypeId().category() == ActionCategory.APPROVAL)
                .filter(action -> action.declaration().configuration().containsKey(TOPIC))
                .filter(action -> Variables.references(action.declaration().configuration().get(TOPIC)).isEmpty())
                .flatMap(action -> topic(action, action.declaration().configuration().get(TOPIC), context));
    }

    private static Stream<Finding> topic(Located.Action action, String topic, Context context) {
        Matcher arn = ARN.matcher(topic);
        String sending = " for sending notifications for the approval action " + action.name();
        if (!arn.matches()) {
            return finding(action, "The ARN " + topic + " you specified" + sending + " contains a format error.", context);
        }
        if (!arn.group("service").equals("sns")) {
            return finding(action, "The ARN " + topic + " has been specified" + sending
                    + ", but the AWS service for this ARN cannot be used to send approval requests.", context);
        }
        return arn.group("region").equals(context.region()) ? Stream.empty() : finding(action, "The ARN " + topic
                + " has been specified" + sending + ", but the ARN is not in the same region as the pipeline.", context);
    }

    private static Stream<Finding> finding(Located.Action action, String message, Context context) {
        return Stream.of(Finding.action(
                "approval-topic",
                action.path("configuration." + TOPIC),
                message,
                "Give the ARN of an SNS topic in " + context.region() + "."));
    }
}
