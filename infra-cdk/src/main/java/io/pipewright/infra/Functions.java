package io.pipewright.infra;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/**
 * The functions, the log that they share, and the queue of events that none of them could deal with. One log group, so that one
 * search shows an execution's way through all of them.
 */
final class Functions extends Construct {
    private final Map<Handler, HandlerFunction> all = new EnumMap<>(Handler.class);
    private final LogGroup logs;
    private final Queue undelivered;

    Functions(Construct scope, Decisions decisions, Map<String, String> environment) {
        super(scope, "Functions");
        logs = LogGroup.Builder.create(this, "Logs")
                .logGroupName("/pipewright/" + decisions.prefix() + "functions")
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        ((CfnLogGroup) logs.getNode().getDefaultChild()).setRetentionInDays(decisions.logDays());
        undelivered = Queue.Builder.create(this, "Undelivered")
                .queueName(decisions.prefix() + "undelivered")
                .encryption(QueueEncryption.SQS_MANAGED)
                .enforceSsl(true)
                .retentionPeriod(Duration.days(14))
                .build();
        Explained.rule(undelivered, "AwsSolutions-SQS3", "It is the dead-letter queue.");
        Handler.all().forEach(handler ->
                all.put(handler, new HandlerFunction(this, handler, decisions, logs, environment)));
        all.forEach((handler, function) -> handler.repeats().ifPresent(repeats ->
                function.keepFailedEvents(undelivered, repeats)));
    }

    HandlerFunction of(Handler handler) {
        return all.get(handler);
    }

    List<HandlerFunction> of(List<Handler> handlers) {
        return handlers.stream().map(all::get).toList();
    }

    List<HandlerFunction> all() {
        return List.copyOf(all.values());
    }

    LogGroup logs() {
        return logs;
    }

    /** Where events end that were tried in vain. */
    Queue undelivered() {
        return undelivered;
    }
}
