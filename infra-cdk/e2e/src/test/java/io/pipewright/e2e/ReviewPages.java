package io.pipewright.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.e2e.GatewayFunction.Answer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;

/** The pages behind approvals' links, as a browser gets them. */
final class ReviewPages {
    private static final String FORM = "application/x-www-form-urlencoded";

    private final Emulator aws;
    private final String address;
    private final GatewayFunction function;
    private final boolean byGateway;

    /** @param address of the pages' API, as the stack's output says it */
    ReviewPages(Emulator aws, String address, GatewayFunction function) throws IOException, InterruptedException {
        this.aws = aws;
        this.address = address;
        this.function = function;
        Answer unknown = send("GET", "/approvals/unknown", "");
        byGateway = unknown.body().contains("This link leads to no approval");
        if (!byGateway) {
            System.out.println("[e2e] API Gateway doesn't reach the pages' function here (" + unknown
                    + "): pages come by Lambda's Invoke from now on.");
        }
    }

    /** Opens the page that a notification leads to. */
    Answer open(JsonNode approval) throws IOException, InterruptedException {
        return call("GET", approval, "");
    }

    /** Presses a button on it. */
    Answer decide(JsonNode approval, String decision) throws IOException, InterruptedException {
        return call("POST", approval, "summary=Seen+and+liked&decision=" + decision);
    }

    private Answer call(String method, JsonNode approval, String form) throws IOException, InterruptedException {
        String link = approval.path("approvalReviewLink").asText();
        assertThat(link).startsWith(address + "/approvals/");
        String path = link.substring(address.length());
        return byGateway ? send(method, path, form) : function.call(method, path, Map.of("Content-Type", FORM), form);
    }

    private Answer send(String method, String path, String form) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(aws.gateway(address + path)).header("Content-Type", FORM)
                .method(method, method.equals("GET") ? BodyPublishers.noBody() : BodyPublishers.ofString(form)).build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        return new Answer(response.statusCode(), response.headers().firstValue("Content-Type").orElse(""), response.body());
    }
}
