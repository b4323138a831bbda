package io.pipewright.events.approval;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ApprovalNotificationTest {
    private static final String CONSOLE = "https://ci.example.org/pipelines/shop-release/view?region=eu-west-1";
    private static final String REVIEW = "https://ci.example.org/approve?t=abc&x=1";

    @Test
    void theMessageHasTheMembersInTheirOrder() {
        assertThat(notification("https://beta.example.org?a=1&b=2", "commit 4f1e2d3 \"hot\"").message()).isEqualTo(
                "{\"region\":\"eu-west-1\",\"consoleLink\":\"" + CONSOLE + "\",\"approval\":{\"pipelineName\":\"shop-release\","
                        + "\"stageName\":\"Gate\",\"actionName\":\"Release\",\"token\":\"3f2e1d0c-4b5a-4697-8877-665544332211\","
                        + "\"expires\":\"2031-03-11T09:30Z\",\"externalEntityLink\":\"https://beta.example.org?a=1&b=2\","
                        + "\"approvalReviewLink\":\"" + REVIEW + "\",\"customData\":\"commit 4f1e2d3 \\\"hot\\\"\"}}");
    }

    @Test
    void whatIsNotConfiguredIsNull() {
        assertThat(notification(null, null).message())
                .contains("\"externalEntityLink\":null,\"approvalReviewLink\"").endsWith("\"customData\":null}}");
    }

    @Test
    void theSubjectNamesPipelineAndAction() {
        assertThat(named("shop-release", "Release").subject()).isEqualTo("APPROVAL NEEDED: AWS CodePipeline shop-release for action Release");
    }

    @Test
    void namesLongerThanTwentyFourCharactersAreCut() {
        assertThat(named("stackd-approval-cd77cbd0-with-more-x", "a".repeat(24)).subject())
                .isEqualTo("APPROVAL NEEDED: AWS CodePipeline stackd-approval-cd77cbd0... for action " + "a".repeat(24));
        assertThat(named("p".repeat(100), "a".repeat(100)).subject()).hasSizeLessThanOrEqualTo(100)
                .endsWith(" for action " + "a".repeat(24) + "...");
    }

    @Test
    void theLetterTellsAReaderEverything() {
        assertThat(notification("https://beta.example.org", "first line\nsecond line").letter()).isEqualTo("""
                Hello,

                the pipeline shop-release waits for an approval. It goes on when somebody approves, and stops when somebody rejects.

                Pipeline
                  Name:    shop-release
                  Stage:   Gate
                  Action:  Release
                  Region:  eu-west-1
                  Page:    https://ci.example.org/pipelines/shop-release/view?region=eu-west-1

                To be reviewed
                  https://beta.example.org

                Message
                  first line
                  second line

                Approve or reject
                  https://ci.example.org/approve?t=abc&x=1
                  The page has two buttons, Approve and Reject, and room for a comment. Opening it decides nothing.
                  Whoever has this link can decide: forward this letter only to people who may.

                Deadline
                  2031-03-11T09:30Z; without an answer by then the action fails.

                Pipewright
                """);
    }

    @Test
    void theLetterLeavesOutWhatIsNotConfigured() {
        assertThat(notification(null, null).letter()).doesNotContain("To be reviewed", "Message", "null");
    }

    @Test
    void snsGetsTheLetterForMailAndTheJsonForAllOthers() throws JsonProcessingException {
        ApprovalNotification notification = notification(null, "x");
        JsonNode message = new ObjectMapper().readTree(notification.snsMessage());
        assertThat(message.path("default").textValue()).isEqualTo(notification.message());
        assertThat(message.path("email").textValue()).isEqualTo(notification.letter());
        assertThat(message).hasSize(2);
    }

    private static ApprovalNotification named(String pipeline, String action) {
        return new ApprovalNotification("eu-west-1", pipeline, "Gate", action, "3f2e1d0c-4b5a-4697-8877-665544332211",
                Instant.parse("2031-03-11T09:30:59.999Z"), CONSOLE, REVIEW, null, null);
    }

    private static ApprovalNotification notification(String externalEntityLink, String customData) {
        return new ApprovalNotification("eu-west-1", "shop-release", "Gate", "Release", "3f2e1d0c-4b5a-4697-8877-665544332211",
                Instant.parse("2031-03-11T09:30:59.999Z"), CONSOLE, REVIEW, externalEntityLink, customData);
    }
}
