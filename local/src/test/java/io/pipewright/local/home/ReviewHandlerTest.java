package io.pipewright.local.home;

import static io.pipewright.local.home.Sample.approval;
import static io.pipewright.local.home.Sample.pipeline;
import static io.pipewright.local.home.Sample.source;
import static io.pipewright.local.home.Sample.stage;
import static io.pipewright.local.home.TestHome.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.functions.approval.ApprovalPage;
import io.pipewright.functions.gateway.ReviewHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

/** The approval pages behind API Gateway. */
class ReviewHandlerTest {
    @RegisterExtension
    static final TestHome HOME = new TestHome();

    private static GatewayServer pages;

    @BeforeAll
    static void serve() {
        pages = new GatewayServer("live", new ReviewHandler(HOME.home().engine()), GatewayServer.Authorizer.NONE);
    }

    @AfterAll
    static void close() {
        pages.close();
    }

    private static HttpResponse<String> send(String path, Optional<String> form) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(pages.url() + path));
        form.ifPresent(fields -> request.header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(fields)));
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** The token of the link in the notification about the pipeline's approval. */
    private static String token(String name) throws IOException {
        String topic = HOME.home().topics().createTopic(request -> request.name("approvers")).topicArn();
        PipelineDeclaration declaration = pipeline(name, source(), stage("Gate", approval("Ask").toBuilder()
                .configuration(Map.of("NotificationArn", topic)).build()));
        HOME.create(declaration);
        eventually(() -> assertThat(HOME.home().topics().messages()).anyMatch(message -> message.subject().contains(name)));
        String message = HOME.home().topics().messages().stream().filter(one -> one.subject().contains(name))
                .findFirst().orElseThrow().message();
        String link = new ObjectMapper().readTree(message).at("/approval/approvalReviewLink").asText();
        return link.substring(link.lastIndexOf('/') + 1);
    }

    @Test
    void theLinkShowsAndDecides() throws Exception {
        String path = "/approvals/" + token("reviewed");

        HttpResponse<String> shown = send(path, Optional.empty());
        assertThat(shown.statusCode()).isEqualTo(200);
        assertThat(shown.body()).contains("reviewed");
        assertThat(shown.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(shown.headers().firstValue("Content-Security-Policy")).isPresent();

        assertThat(send(path, Optional.of("summary=looks+good%21&decision=Approved")).statusCode()).isEqualTo(200);
        Pipeline pipeline = new Pipeline(HOME.codePipeline(), "reviewed", null);
        pipeline.awaitSucceeded(pipeline.firstRun());
        var ended = pipeline.newest(pipeline.firstRun(), "Ask").orElseThrow();
        assertThat(ended.updatedBy()).isEqualTo(ApprovalPage.LINK_HOLDER);
        assertThat(ended.output().executionResult().externalExecutionSummary()).isEqualTo("looks good!");
        assertThat(send(path, Optional.of("decision=Rejected")).statusCode()).isEqualTo(410);
    }

    @Test
    void whatDecidesNothing() throws Exception {
        String path = "/approvals/" + token("undecided");
        assertThat(send(path, Optional.of("")).statusCode()).isEqualTo(400);
        assertThat(send(path, Optional.of("decision=%zz")).statusCode()).isEqualTo(400);
        assertThat(send(path, Optional.of("decision=Approved&summary=" + "x".repeat(64 * 1024))).statusCode()).isEqualTo(400);
        assertThat(send(path + "x", Optional.of("decision=Approved")).statusCode()).isEqualTo(404);
        assertThat(send("/elsewhere", Optional.empty()).statusCode()).isEqualTo(404);
        ObjectNode event = new ObjectMapper().createObjectNode().put("httpMethod", "DELETE").put("path", path);
        assertThat(GatewayServer.invoke(new ReviewHandler(HOME.home().engine()), event).path("statusCode").intValue())
                .isEqualTo(405);
        event.put("httpMethod", "POST").put("body", "decision=Approved").putObject("headers").put("sec-fetch-site", "cross-site");
        assertThat(GatewayServer.invoke(new ReviewHandler(HOME.home().engine()), event).path("statusCode").intValue())
                .as("a form of another site").isEqualTo(403);
        assertThat(new Pipeline(HOME.codePipeline(), "undecided", null).stage("Gate").latestExecution().statusAsString())
                .isEqualTo("InProgress");
    }
}
