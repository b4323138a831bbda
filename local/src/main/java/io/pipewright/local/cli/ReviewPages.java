package io.pipewright.local.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private final Path inbox;
    private final Map<String, Optional<String>> known = new HashMap<>();

    /** @param data the data directory of the system that notifies */
    ReviewPages(Path data) {
        this.inbox = data.resolve("inbox");
    }

    /** @param token of the approval; looked for once */
    Optional<String> page(String token) {
        return known.computeIfAbsent(token, this::find);
    }

    private Optional<String> find(String token) {
        if (!Files.isDirectory(inbox)) {
            return Optional.empty();
        }
        try (Stream<Path> messages = Files.walk(inbox, 2)) {
            return messages.filter(file -> file.toString().endsWith(".txt"))
                    .map(ReviewPages::text).filter(text -> text.contains(token))
                    .map(LINK::matcher).filter(Matcher::find).map(link -> link.group(1)).findFirst();
        } catch (IOException unreadable) {
            return Optional.empty();
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
