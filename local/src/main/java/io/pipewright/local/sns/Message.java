package io.pipewright.local.sns;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A published message.
 *
 * @param subject null if the publisher gave none
 * @param message the text that subscribers of other protocols than e-mail would get
 * @param email the text that e-mail subscribers get
 * @param recipients the addresses that were subscribed when it was published, maybe none
 * @param file where a person reads it
 */
public record Message(
        String messageId, String topicArn, Instant time, String subject, String message, String email, List<String> recipients, Path file) {
    public Message {
        recipients = List.copyOf(recipients);
    }
}
