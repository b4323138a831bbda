package io.pipewright.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** What an approver topic delivers, by a queue that subscribes to it. */
final class Mailbox implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final SqsClient sqs;
    private final String queue;
    private final List<JsonNode> received = new ArrayList<>();

    Mailbox(Emulator aws, String topic, String name) {
        sqs = aws.client(SqsClient.builder());
        queue = sqs.createQueue(request -> request.queueName(name)).queueUrl();
        String arn = sqs.getQueueAttributes(request -> request.queueUrl(queue).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes().get(QueueAttributeName.QUEUE_ARN);
        sqs.setQueueAttributes(request -> request.queueUrl(queue).attributes(
                Map.of(QueueAttributeName.POLICY, """
                        {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},\
                        "Action":"sqs:SendMessage","Resource":"%s","Condition":{"ArnEquals":{"aws:SourceArn":"%s"}}}]}"""
                        .formatted(arn, topic))));
        try (SnsClient sns = aws.client(SnsClient.builder())) {
            sns.subscribe(request -> request.topicArn(topic).protocol("sqs").endpoint(arn));
        }
    }

    /** Waits for the next message that asks for an approval in the pipeline, and takes it out. */
    JsonNode approval(String pipeline) {
        return await().atMost(Duration.ofMinutes(3)).pollInterval(Duration.ofMillis(200))
                .until(() -> take(pipeline), Optional::isPresent).orElseThrow();
    }

    private Optional<JsonNode> take(String pipeline) throws IOException {
        for (Message message : sqs.receiveMessage(request -> request.queueUrl(queue).waitTimeSeconds(1)).messages()) {
            received.add(JSON.readTree(JSON.readTree(message.body()).path("Message").asText()).path("approval"));
            sqs.deleteMessage(request -> request.queueUrl(queue).receiptHandle(message.receiptHandle()));
        }
        Optional<JsonNode> found = received.stream()
                .filter(one -> one.path("pipelineName").asText().equals(pipeline)).findFirst();
        found.ifPresent(received::remove);
        return found;
    }

    @Override
    public void close() {
        sqs.deleteQueue(request -> request.queueUrl(queue));
        sqs.close();
    }
}
