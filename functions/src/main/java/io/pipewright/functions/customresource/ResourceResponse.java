package io.pipewright.functions.customresource;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pipewright.functions.store.StackAnswer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** An answer on its way to CloudFormation, which reads it from an object that the request names. */
record ResourceResponse(ResourceRequest request, StackAnswer answer) {
    /** "The total size of the response body can't exceed 4096 bytes." */
    static final int MOST_BYTES = 4096;
    /** Bytes of one character in JSON. */
    private static final int LARGEST_CHARACTER = 6;
    private static final String CUT = "… (there is more)";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** The answer's JSON; a reason that is too long for it ends early and says so. */
    byte[] body() {
        String reason = answer.reason();
        byte[] body = body(reason);
        while (body.length > MOST_BYTES) {
            reason = reason.substring(0, reason.length() - 1 - (body.length - MOST_BYTES) / LARGEST_CHARACTER);
            body = body(reason + CUT);
        }
        return body;
    }

    private byte[] body(String reason) {
        return JsonNodeFactory.instance.objectNode()
                .put("Status", answer.succeeded() ? "SUCCESS" : "FAILED")
                .put("Reason", reason)
                .put("PhysicalResourceId", answer.physicalId())
                .put("StackId", request.stackId())
                .put("RequestId", request.requestId())
                .put("LogicalResourceId", request.logicalId())
                .toString().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Hands the answer over. The URL's signature covers a request without content type, and this one has none.
     *
     * @throws IOException if it isn't taken
     */
    void put() throws IOException {
        URI url = request.responseUrl();
        HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection();
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.setConnectTimeout((int) PATIENCE.toMillis());
        connection.setReadTimeout((int) PATIENCE.toMillis());
        byte[] body = body();
        connection.setFixedLengthStreamingMode(body.length);
        try (OutputStream stream = connection.getOutputStream()) {
            stream.write(body);
        }
        int status = connection.getResponseCode();
        connection.disconnect();
        if (status / 100 != 2) {
            // Without the query: it holds the signature.
            throw new IOException("CloudFormation's " + url.getHost() + " answered " + status + " to the answer for " + request.logicalId());
        }
    }
}
