package io.pipewright.events.approval;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;

/**
 * The notice of a waiting approval, for an SNS topic: JSON for machines, a letter for {@code email} subscribers.
 *
 * <p>Publish {@link #subject()} and {@link #snsMessage()} with message structure {@value #MESSAGE_STRUCTURE} and no message attributes.
 *
 * @param region region of the pipeline
 * @param pipelineName name of the pipeline
 * @param stageName name of the stage
 * @param actionName name of the approval action
 * @param token what PutApprovalResult wants; it is no secret to those who may read the pipeline's state
 * @param expires when the approval fails if nobody answers; shown to the minute
 * @param consoleLink URL of the pipeline's page
 * @param reviewLink URL of the page that approves or rejects; whoever has it can decide
 * @param externalEntityLink URL of what is to be reviewed, variables resolved; null if not configured
 * @param customData the action's own text, variables resolved; null if not configured
 */
public record ApprovalNotification(
        String region,
        String pipelineName,
        String stageName,
        String actionName,
        String token,
        Instant expires,
        String consoleLink,
        String reviewLink,
        String externalEntityLink,
        String customData) {
    /** SNS's {@code MessageStructure} for {@link #snsMessage()}. */
    public static final String MESSAGE_STRUCTURE = "json";

    /** Recorded: longer names are cut, so that the whole never exceeds the 100 characters that SNS allows. */
    private static final int LONGEST_NAME = 24;
    private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm'Z'").withZone(ZoneOffset.UTC);

    public ApprovalNotification {
        Objects.requireNonNull(region, "region");
        Objects.requireNonNull(pipelineName, "pipelineName");
        Objects.requireNonNull(stageName, "stageName");
        Objects.requireNonNull(actionName, "actionName");
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(expires, "expires");
        Objects.requireNonNull(consoleLink, "consoleLink");
        Objects.requireNonNull(reviewLink, "reviewLink");
    }

    /** The subject that CodePipeline uses, at most 100 characters. */
    public String subject() {
        return "APPROVAL NEEDED: AWS CodePipeline " + cut(pipelineName) + " for action " + cut(actionName);
    }

    /** CodePipeline's JSON text, members in its order, unset ones null. */
    public String message() {
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("region", region).put("consoleLink", consoleLink);
        message.putObject("approval")
                .put("pipelineName", pipelineName)
                .put("stageName", stageName)
                .put("actionName", actionName)
                .put("token", token)
                .put("expires", MINUTES.format(expires))
                .put("externalEntityLink", externalEntityLink)
                .put("approvalReviewLink", reviewLink)
                .put("customData", customData);
        return message.toString();
    }

    /** The letter for people, plain text. The wording is ours. */
    public String letter() {
        StringBuilder letter = new StringBuilder()
                .append("Hello,\n\n")
                .append("the pipeline ").append(pipelineName).append(" waits for an approval. ")
                .append("It goes on when somebody approves, and stops when somebody rejects.\n\n")
                .append("Pipeline\n")
                .append("  Name:    ").append(pipelineName).append('\n')
                .append("  Stage:   ").append(stageName).append('\n')
                .append("  Action:  ").append(actionName).append('\n')
                .append("  Region:  ").append(region).append('\n')
                .append("  Page:    ").append(consoleLink).append("\n\n");
        if (externalEntityLink != null) {
            letter.append("To be reviewed\n  ").append(externalEntityLink).append("\n\n");
        }
        if (customData != null) {
            letter.append("Message\n  ").append(customData.replace("\n", "\n  ")).append("\n\n");
        }
        return letter
                .append("Approve or reject\n  ").append(reviewLink).append("\n")
                .append("  The page has two buttons, Approve and Reject, and room for a comment. Opening it decides nothing.\n")
                .append("  Whoever has this link can decide: forward this letter only to people who may.\n\n")
                .append("Deadline\n  ").append(MINUTES.format(expires)).append("; without an answer by then the action fails.\n\n")
                .append("Pipewright\n")
                .toString();
    }

    /** What SNS is given: the letter for {@code email} subscribers, the JSON for all others. */
    public String snsMessage() {
        return JsonNodeFactory.instance.objectNode().put("default", message()).put("email", letter()).toString();
    }

    private static String cut(String name) {
        return name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + "..." : name;
    }
}
