package io.pipewright.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The addresses where approvals can be answered in a browser. Only the notification holds them, because whoever has the address may
 * answer: so there is one for approvals with a topic, in the local inbox.
 */
final class ReviewPages {
    private static final Pattern LINK = Pattern.compile("\\\\?\"approvalReviewLink\\\\?\"\\s*:\\s*\\\\?\"([^\"\\\\]+)");

    /** Files' times are coarser than the clock's. */
    private static final Duration CLOCKS_APART = Duration.ofSeconds(2);

    private final Path inbox;
    private final Map<String, String> known = new HashMap<>();

    /** @param data the data directory of the system that notifies */
    ReviewPages(Path data) {
        this.inbox = data.resolve("inbox");
    }

    /**
     * @param token of the approval
     * @param since when the approval began; what is older is not about it
     */
    Optional<String> page(String token, Instant since) {
        if (!known.containsKey(token)) {
            find(token, since).ifPresent(page -> known.put(token, page));
        }
        return Optional.ofNullable(known.get(token));
    }

    private Optional<String> find(String token, Instant since) {
        if (!Files.isDirectory(inbox)) {
            return Optional.empty();
        }
        try (Stream<Path> messages = Files.walk(inbox, 2)) {
            return messages.filter(file -> file.toString().endsWith(".txt") && isNewer(file, since))
                    .map(ReviewPages::text).filter(text -> text.contains(token))
                    .map(LINK::matcher).filter(Matcher::find).map(link -> link.group(1)).findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    private static boolean isNewer(Path file, Instant since) {
        try {
            return !Files.getLastModifiedTime(file).toInstant().isBefore(since.minus(CLOCKS_APART));
        } catch (IOException gone) {
            return false;
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            return "";
        }
    }
}
