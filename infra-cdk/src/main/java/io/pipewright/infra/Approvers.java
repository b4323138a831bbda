package io.pipewright.infra;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awscdk.services.kms.Alias;
import software.amazon.awscdk.services.kms.IKey;
import software.amazon.awscdk.services.sns.ITopic;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sns.subscriptions.EmailSubscription;
import software.constructs.Construct;

/** The topic that asks approvers. Its messages carry links that decide, so it is encrypted. */
final class Approvers extends Construct {
    private final ITopic topic;

    Approvers(Construct scope, Decisions decisions, Functions functions, Optional<IKey> key) {
        super(scope, "Approvers");
        topic = decisions.approverTopic().map(arn -> Topic.fromTopicArn(this, "Topic", arn))
                .orElseGet(() -> createTopic(decisions, key));
        decisions.approverEmail().ifPresent(address -> topic.addSubscription(new EmailSubscription(address)));
        functions.of(Handler.APPROVAL).allow(List.of("sns:Publish"),
                Stream.concat(Stream.of(topic.getTopicArn()), decisions.approvalTopics().stream()).toList());
    }

    private ITopic createTopic(Decisions decisions, Optional<IKey> key) {
        return Topic.Builder.create(this, "Topic")
                .topicName(decisions.prefix() + "approvals")
                .displayName("Pipewright approvals")
                .enforceSsl(true)
                .masterKey(key.orElseGet(() -> Alias.fromAliasName(this, "Key", "alias/aws/sns")))
                .build();
    }

    ITopic topic() {
        return topic;
    }
}
