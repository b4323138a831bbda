package io.pipewright.local.cli;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;

/**
 * What a directory's {@code .gitignore} leaves out, and what nobody wants in a source archive. The file's usual forms are
 * understood: names, paths, {@code *}, {@code **}, {@code ?}, {@code […]}, a final slash for directories, and {@code !} to take a file in
 * again; the last line that fits decides. Files of this name further down are not read.
 */
final class IgnoreRules {
    private static final List<String> ALWAYS = List.of(".git", "target/", "node_modules/", ".DS_Store");

    private record Rule(PathMatcher matcher, boolean directoriesOnly, boolean ignored) {
    }

    private final List<Rule> rules = new ArrayList<>();

    /** @param lines of the directory's {@code .gitignore} */
    IgnoreRules(List<String> lines) {
        ALWAYS.forEach(this::add);
        lines.forEach(this::add);
    }

    private void add(String line) {
        String pattern = line.stripTrailing();
        if (pattern.isEmpty() || pattern.startsWith("#")) {
            return;
        }
        boolean ignored = !pattern.startsWith("!");
        pattern = ignored ? pattern : pattern.substring(1);
        boolean directoriesOnly = pattern.endsWith("/");
        pattern = directoriesOnly ? pattern.substring(0, pattern.length() - 1) : pattern;
        boolean anchored = pattern.contains("/");
        pattern = pattern.startsWith("/") ? pattern.substring(1) : pattern;
        if (!pattern.isEmpty()) {
            rules.add(new Rule(matcher(pattern, anchored), directoriesOnly, ignored));
        }
    }

    /** Braces mean alternatives in Java's globs and nothing in git's. */
    private static PathMatcher matcher(String pattern, boolean anchored) {
        String glob = pattern.replace("{", "\\{").replace("}", "\\}");
        if (anchored && glob.startsWith("**/")) {
            glob = "{" + glob.substring(3) + "," + glob + "}";
        }
        PathMatcher whole = FileSystems.getDefault().getPathMatcher("glob:" + glob);
        return anchored ? whole : path -> whole.matches(path.getFileName());
    }

    /** @param path relative to the directory; everything below an ignored directory is ignored too */
    boolean ignores(Path path, boolean directory) {
        boolean ignored = false;
        for (Rule rule : rules) {
            if ((directory || !rule.directoriesOnly()) && rule.matcher().matches(path)) {
                ignored = rule.ignored();
            }
        }
        return ignored;
    }
}
