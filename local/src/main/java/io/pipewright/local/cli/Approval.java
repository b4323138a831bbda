package io.pipewright.local.cli;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.codepipeline.model.ActionExecutionDetail;
import software.amazon.awssdk.services.codepipeline.model.ApprovalStatus;

/**
 * An action that waits for a person.
 *
 * @param token with which it is answered
 * @param about what the pipeline says to the reviewer, may be empty
 * @param link what is to be reviewed, may be empty
 * @param since when it began to wait
 * @param isAnnounced whether a notification goes out
 * @param page where it can be answered in a browser, if known
 */
record Approval(String pipeline, String stage, String action, String token, String about, String link, Instant since,
        boolean isAnnounced, Optional<String> page) {

    /** What a person says to an approval. */
    record Answer(ApprovalStatus status, String comment) {
    }

    /** @param detail of an approval in progress; its id is the token */
    static Approval of(String pipeline, ActionExecutionDetail detail, Optional<String> page) {
        Map<String, String> said = detail.input().resolvedConfiguration();
        return new Approval(pipeline, detail.stageName(), detail.actionName(), detail.actionExecutionId(),
                Printable.of(said.getOrDefault("CustomData", "")), Printable.of(said.getOrDefault("ExternalEntityLink", "")), detail.startTime(),
                !said.getOrDefault("NotificationArn", "").isEmpty(), page);
    }

    /** What to show before the answer is read. */
    List<String> question() {
        List<String> lines = new ArrayList<>();
        lines.add(pipeline + " / " + stage + " / " + action + " waits for your approval.");
        about.lines().forEach(line -> lines.add("  " + line));
        if (!link.isEmpty()) {
            lines.add("  To review: " + link);
        }
        page.ifPresent(address -> lines.add("  Or answer at " + address));
        return lines;
    }

    /** The command that answers it from another shell. */
    String command(URI endpoint) {
        return "aws --endpoint-url " + endpoint + " codepipeline put-approval-result --pipeline-name " + pipeline
                + " --stage-name " + stage + " --action-name " + action + " --token " + token
                + " --result status=Approved,summary=";
    }

    /** What was typed, if it is an answer: approve or reject, or their first letters, or yes or no, then perhaps a comment. */
    static Optional<Answer> answer(String typed) {
        String[] words = typed.strip().split("\\s+", 2);
        String comment = words.length > 1 ? words[1] : "";
        return switch (words[0].toLowerCase(Locale.ROOT)) {
            case "a", "approve", "approved", "y", "yes" -> Optional.of(new Answer(ApprovalStatus.APPROVED, comment));
            case "r", "reject", "rejected", "n", "no" -> Optional.of(new Answer(ApprovalStatus.REJECTED, comment));
            default -> Optional.empty();
        };
    }
}
