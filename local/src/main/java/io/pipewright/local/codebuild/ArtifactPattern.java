package io.pipewright.local.codebuild;

import java.util.ArrayList;
import java.util.List;

/**
 * A path pattern of a buildspec: {@code *} and {@code ?} within a name, {@code [abc]} and {@code [a-z]} one character, {@code **} any
 * number of directories, none included. Matching takes time proportional to pattern times path, whatever the pattern.
 */
final class ArtifactPattern {
    private static final String ANY_DIRECTORIES = "**";

    private final List<String> segments = new ArrayList<>();

    private ArtifactPattern(String pattern) {
        for (String segment : pattern.split("/")) {
            if (!segment.isEmpty() && !segment.equals(".")) {
                segments.add(segment);
            }
        }
        // `dir/**` means everything below, as `dir/**/*` does.
        if (!segments.isEmpty() && segments.get(segments.size() - 1).equals(ANY_DIRECTORIES)) {
            segments.add("*");
        }
    }

    /** Reads a pattern; {@code .} segments and doubled slashes don't count. */
    static ArtifactPattern of(String pattern) {
        return new ArtifactPattern(pattern);
    }

    /** Whether the pattern could leave its base: it is absolute or holds a {@code ..}. */
    static boolean escapes(String pattern) {
        return pattern.startsWith("/") || List.of(pattern.split("/")).contains("..");
    }

    /** @param path relative, with {@code /} between the names */
    boolean matches(String path) {
        String[] names = path.split("/");
        boolean[] reachable = new boolean[names.length + 1];
        reachable[0] = true;
        for (String segment : segments) {
            boolean[] next = new boolean[names.length + 1];
            if (segment.equals(ANY_DIRECTORIES)) {
                boolean any = false;
                for (int i = 0; i <= names.length; i++) {
                    any |= reachable[i];
                    next[i] = any;
                }
            } else {
                for (int i = 0; i < names.length; i++) {
                    next[i + 1] = reachable[i] && matchesName(segment, names[i]);
                }
            }
            reachable = next;
        }
        return reachable[names.length];
    }

    /** Greedy with one point of return: a later star makes all earlier choices irrelevant. */
    private static boolean matchesName(String pattern, String name) {
        int p = 0;
        int n = 0;
        int starAt = -1;
        int resumeAt = 0;
        while (n < name.length()) {
            int width = p < pattern.length() ? width(pattern, p) : 0;
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                starAt = p++;
                resumeAt = n;
            } else if (width > 0 && matchesOne(pattern.substring(p, p + width), name.charAt(n))) {
                p += width;
                n++;
            } else if (starAt >= 0) {
                p = starAt + 1;
                n = ++resumeAt;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }

    private static int width(String pattern, int at) {
        if (pattern.charAt(at) == '[') {
            int end = pattern.indexOf(']', at + 2);
            return end < 0 ? 1 : end - at + 1;
        }
        return pattern.charAt(at) == '\\' && at + 1 < pattern.length() ? 2 : 1;
    }

    private static boolean matchesOne(String element, char c) {
        if (element.length() == 1) {
            return element.equals("?") || element.charAt(0) == c;
        }
        if (element.charAt(0) == '\\') {
            return element.charAt(1) == c;
        }
        boolean negated = element.charAt(1) == '^' || element.charAt(1) == '!';
        String set = element.substring(negated ? 2 : 1, element.length() - 1);
        return inSet(set, c) != negated;
    }

    private static boolean inSet(String set, char c) {
        for (int i = 0; i < set.length(); i++) {
            if (i + 2 < set.length() && set.charAt(i + 1) == '-') {
                if (set.charAt(i) <= c && c <= set.charAt(i + 2)) {
                    return true;
                }
                i += 2;
            } else if (set.charAt(i) == c) {
                return true;
            }
        }
        return false;
    }
}
