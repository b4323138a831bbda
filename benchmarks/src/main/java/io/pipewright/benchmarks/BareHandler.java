package io.pipewright.benchmarks;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import software.amazon.awssdk.core.SdkClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.sfn.SfnClient;

/** What a handler can't do without: the clients that all handlers hold when they have started, and nothing else. */
public final class BareHandler implements RequestStreamHandler {
    private final List<SdkClient> clients = List.of(DynamoDbClient.create(), SfnClient.create(), EventBridgeClient.create());

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) {
        throw new UnsupportedOperationException("Only the start of " + clients + " is measured");
    }
}
