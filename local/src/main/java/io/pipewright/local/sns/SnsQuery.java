package io.pipewright.local.sns;

import io.pipewright.local.http.QueryAnswer;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.Subscription;

/** SNS in the awsQuery protocol, as far as people need it to set topics up for approvals. */
public final class SnsQuery {
    /** The version of the API that clients name. */
    public static final String VERSION = "2010-03-31";

    private static final String NAMESPACE = "http://sns.amazonaws.com/doc/2010-03-31/";

    private SnsQuery() {
    }

    /**
     * Answers CreateTopic, DeleteTopic, ListTopics, GetTopicAttributes, Subscribe, Unsubscribe, ListSubscriptionsByTopic and
     * Publish; other actions with the error InvalidAction.
     *
     * @param form the request's decoded parameters
     * @param requestId shown in the answer
     */
    public static QueryAnswer answer(Map<String, String> form, SnsClient sns, String requestId) {
        String action = form.getOrDefault("Action", "");
        try {
            String result = result(action, form, sns);
            return result == null
                    ? QueryAnswer.error(NAMESPACE, 400, "InvalidAction", "Could not find operation " + action
                            + " for version " + VERSION, requestId)
                    : QueryAnswer.success(NAMESPACE, action, result, requestId);
        } catch (AwsServiceException e) {
            return QueryAnswer.error(NAMESPACE, e.statusCode(), e.awsErrorDetails().errorCode(),
                    e.awsErrorDetails().errorMessage(), requestId);
        }
    }

    private static String result(String action, Map<String, String> form, SnsClient sns) {
        String topic = form.get("TopicArn");
        return switch (action) {
            case "CreateTopic" -> QueryAnswer.element("TopicArn",
                    sns.createTopic(request -> request.name(form.get("Name"))).topicArn());
            case "DeleteTopic" -> {
                sns.deleteTopic(request -> request.topicArn(topic));
                yield "";
            }
            case "ListTopics" -> members("Topics", sns.listTopics().topics().stream()
                    .map(one -> QueryAnswer.element("TopicArn", one.topicArn())).toList());
            case "GetTopicAttributes" -> "<Attributes>" + sns.getTopicAttributes(request -> request.topicArn(topic))
                    .attributes().entrySet().stream()
                    .map(one -> "<entry>" + QueryAnswer.element("key", one.getKey())
                            + QueryAnswer.element("value", one.getValue()) + "</entry>")
                    .collect(Collectors.joining()) + "</Attributes>";
            case "Subscribe" -> QueryAnswer.element("SubscriptionArn", sns.subscribe(request -> request.topicArn(topic)
                    .protocol(form.get("Protocol")).endpoint(form.get("Endpoint"))).subscriptionArn());
            case "Unsubscribe" -> {
                sns.unsubscribe(request -> request.subscriptionArn(form.get("SubscriptionArn")));
                yield "";
            }
            case "ListSubscriptionsByTopic" -> members("Subscriptions",
                    sns.listSubscriptionsByTopic(request -> request.topicArn(topic)).subscriptions().stream()
                            .map(SnsQuery::subscription).toList());
            case "Publish" -> QueryAnswer.element("MessageId", sns.publish(request -> request.topicArn(topic)
                    .subject(form.get("Subject")).message(form.get("Message"))
                    .messageStructure(form.get("MessageStructure"))).messageId());
            default -> null;
        };
    }

    private static String members(String name, List<String> members) {
        return "<" + name + ">" + members.stream().map(one -> "<member>" + one + "</member>")
                .collect(Collectors.joining()) + "</" + name + ">";
    }

    private static String subscription(Subscription one) {
        return QueryAnswer.element("TopicArn", one.topicArn()) + QueryAnswer.element("Protocol", one.protocol())
                + QueryAnswer.element("SubscriptionArn", one.subscriptionArn())
                + QueryAnswer.element("Owner", one.owner()) + QueryAnswer.element("Endpoint", one.endpoint());
    }
}
