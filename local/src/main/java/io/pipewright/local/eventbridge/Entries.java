package io.pipewright.local.eventbridge;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/** PutEvents' rules for its entries: "Sending events with PutEvents", EventBridge user guide; texts as recorded. */
final class Entries {
    private static final int MOST = 10;
    private static final int LARGEST_REQUEST_BYTES = 256 * 1024;
    private static final int TIME_BYTES = 14;
    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant TOO_LATE = Instant.parse("+10000-01-01T00:00:00Z");

    private Entries() {
    }

    /** @throws software.amazon.awssdk.services.eventbridge.model.EventBridgeException the request as a whole is refused */
    static void check(List<PutEventsRequestEntry> entries) {
        if (entries.isEmpty()) {
            throw Errors.constraint(entries, "entries", "Member must have length greater than or equal to 1");
        }
        if (entries.size() > MOST) {
            throw Errors.constraint(entries, "entries", "Member must have length less than or equal to " + MOST);
        }
        if (entries.stream().mapToLong(Entries::bytes).sum() > LARGEST_REQUEST_BYTES) {
            throw Errors.validation("Total size of the entries in the request is over the limit.");
        }
    }

    private static long bytes(PutEventsRequestEntry entry) {
        long resources = entry.resources().stream().mapToLong(Entries::bytes).sum();
        return (entry.time() == null ? 0 : TIME_BYTES) + bytes(entry.source()) + bytes(entry.detailType()) + bytes(entry.detail()) + resources;
    }

    private static long bytes(String text) {
        return text == null ? 0 : text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** The entry's own error; empty if it is taken. */
    static Optional<PutEventsResultEntry> refusal(PutEventsRequestEntry entry) {
        return required("Source", entry.source())
            .or(() -> required("DetailType", entry.detailType()))
            .or(() -> required("Detail", entry.detail()))
            .or(() -> isInRange(entry.time())
                ? Optional.empty() : error("InvalidArgument", "Parameter Time is not valid. Reason: Time is out of range."))
            .or(() -> entry.source().startsWith("aws.")
                ? error("NotAuthorizedForSourceException", "Not authorized for the source.") : Optional.empty())
            .or(() -> Json.isObject(entry.detail()) ? Optional.empty() : error("MalformedDetail", "Detail is malformed."));
    }

    /** Years of four digits, which the envelope's form can show. */
    private static boolean isInRange(Instant time) {
        return time == null || (!time.isBefore(EARLIEST) && time.isBefore(TOO_LATE));
    }

    private static Optional<PutEventsResultEntry> required(String name, String value) {
        return value == null || value.isEmpty()
            ? error("InvalidArgument", "Parameter " + name + " is not valid. Reason: " + name + " is a required argument.") : Optional.empty();
    }

    private static Optional<PutEventsResultEntry> error(String code, String message) {
        return Optional.of(PutEventsResultEntry.builder().errorCode(code).errorMessage(message).build());
    }
}
