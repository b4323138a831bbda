package io.pipewright.local.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What the builds of one execution write, action by action. */
final class BuildLogs {
    /** CodeBuild's prefix of its own lines. */
    private static final Pattern SERVICE = Pattern.compile("^\\[Container] \\S+ \\S+ ");
    private static final String COMMAND = "Running command ";
    /** What a person wants to know of them: commands, and everything that isn't as it should be. */
    private static final Pattern TELLING = Pattern.compile("\\$ |Command did not |Skipping |.* State: (?!SUCCEEDED)"
            + "|Phase context status code: \\S");

    /**
     * A line of a log.
     *
     * @param source the action's name
     * @param service whether CodeBuild wrote it and not a command
     */
    record LogLine(String source, String text, boolean service) {
        static LogLine of(String source, String raw) {
            String last = raw.substring(raw.stripTrailing().lastIndexOf('\r') + 1);
            String clean = Printable.of(last);
            String text = SERVICE.matcher(clean).replaceFirst("");
            boolean service = text.length() < clean.length();
            return new LogLine(source, service && text.startsWith(COMMAND) ? "$ " + text.substring(COMMAND.length()) : text, service);
        }

        /** Whether the line is worth showing while the build runs; the file has them all. */
        boolean isTelling() {
            return !service || TELLING.matcher(text).lookingAt();
        }
    }

    private final Path data;
    private final Map<String, Tail> open = new LinkedHashMap<>();
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Set<String> closed = new HashSet<>();

    /** @param data the data directory of the system that builds */
    BuildLogs(Path data) {
        this.data = data;
    }

    /** Where a build's log lies. */
    static Path file(Path data, String buildId) {
        int colon = buildId.indexOf(':');
        return data.resolve("codebuild/logs").resolve(buildId.substring(0, colon)).resolve(buildId.substring(colon + 1) + ".log");
    }

    /** Follows a build from here on, if it isn't followed yet. */
    void follow(String action, String buildId) {
        if (!closed.contains(buildId)) {
            names.put(buildId, action);
            open.computeIfAbsent(buildId, id -> new Tail(file(data, id)));
        }
    }

    /** New lines of all builds, those that tell something. */
    List<LogLine> next() {
        List<LogLine> lines = new ArrayList<>();
        open.forEach((id, tail) -> lines.addAll(telling(names.get(id), tail.next(true))));
        return lines;
    }

    /** The rest of a build that has ended; it isn't followed any more. */
    List<LogLine> rest(String action, String buildId) {
        if (!closed.add(buildId)) {
            return List.of();
        }
        Tail tail = open.remove(buildId);
        return telling(action, (tail == null ? new Tail(file(data, buildId)) : tail).next(false));
    }

    private static List<LogLine> telling(String action, List<String> lines) {
        return lines.stream().map(line -> LogLine.of(action, line)).filter(LogLine::isTelling).toList();
    }
}
