package io.pipewright.local.codebuild;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Chooses the files of an output. Links that lead out of the build's own directory are left out: the output holds what was built,
 * not what happens to lie on the host.
 */
final class ArtifactFiles {
    private static final int MAX_FILES = 500_000;

    /** A file of the output; {@code link} says that it goes into a ZIP as a link instead of its content. */
    record Output(Path path, boolean link) {
    }

    private final Path boundary;
    private final boolean keepLinks;
    private final Consumer<String> log;

    private ArtifactFiles(Path boundary, boolean keepLinks, Consumer<String> log) throws IOException {
        this.boundary = boundary.toRealPath();
        this.keepLinks = keepLinks;
        this.log = log;
    }

    /**
     * The files of {@code spec} by their names in the output, in the order of names. A later file of the same name wins, which
     * happens when paths are discarded or several base directories match.
     *
     * @param spec with variables expanded; its base directory is relative to {@code source}, or absolute inside {@code boundary}
     * @param boundary the build's own directory, which nothing leaves
     * @param log takes the service's log lines
     */
    static Map<String, Output> select(Buildspec.Artifacts spec, Path source, Path boundary, Consumer<String> log) throws IOException {
        return new ArtifactFiles(boundary, spec.enableSymlinks() && !spec.discardPaths(), log).select(spec, source);
    }

    private Map<String, Output> select(Buildspec.Artifacts spec, Path source) throws IOException {
        String baseDirectory = spec.baseDirectory();
        for (String pattern : spec.files()) {
            if (ArtifactPattern.escapes(pattern)) {
                throw PhaseFailure.client("artifact path " + pattern + " lies outside of the base directory");
            }
        }
        log.accept("Expanding base directory path: " + baseDirectory);
        Map<String, Output> selected = new TreeMap<>();
        log.accept("Assembling file list");
        List<ArtifactPattern> excluded = spec.excludePaths().stream().map(ArtifactPattern::of).toList();
        for (Path base : baseDirectories(baseDirectory, source)) {
            log.accept("Expanding file paths for base directory " + baseDirectory);
            Map<String, Output> below = filesBelow(base);
            for (String pattern : spec.files()) {
                log.accept("Expanding " + pattern);
                Map<String, Output> matches = matches(below, pattern, excluded);
                if (matches.isEmpty()) {
                    log.accept("Skipping invalid file path " + pattern);
                }
                matches.forEach((name, file) -> selected.put(
                        spec.discardPaths() ? name.substring(name.lastIndexOf('/') + 1) : name, file));
            }
        }
        if (selected.isEmpty()) {
            throw PhaseFailure.client("no matching artifact paths found");
        }
        log.accept("Found " + selected.size() + " file(s)");
        return selected;
    }

    private static Map<String, Output> matches(Map<String, Output> files, String text, List<ArtifactPattern> excluded) {
        ArtifactPattern pattern = ArtifactPattern.of(text);
        Map<String, Output> matches = new LinkedHashMap<>();
        files.forEach((name, file) -> {
            if (pattern.matches(name) && excluded.stream().noneMatch(exclusion -> exclusion.matches(name))) {
                matches.put(name, file);
            }
        });
        return matches;
    }

    private List<Path> baseDirectories(String text, Path source) throws IOException {
        Path plain = source.resolve(text).normalize();
        if (Files.isDirectory(plain)) {
            if (!plain.toRealPath().startsWith(boundary)) {
                throw PhaseFailure.client("base directory path " + text + " lies outside of the build's directory");
            }
            return List.of(plain);
        }
        List<Path> directories = new ArrayList<>();
        if (!ArtifactPattern.escapes(text)) {
            ArtifactPattern pattern = ArtifactPattern.of(text);
            Files.walkFileTree(source, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    if (!directory.equals(source) && pattern.matches(source.relativize(directory).toString())) {
                        directories.add(directory);
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        if (directories.isEmpty()) {
            throw PhaseFailure.client("no matching base directory path found for " + text);
        }
        directories.sort(null);
        return directories;
    }

    private Map<String, Output> filesBelow(Path base) throws IOException {
        Map<String, Output> files = new TreeMap<>();
        collect(base, base, files, new HashSet<>(Set.of(base.toRealPath())));
        return files;
    }

    /** @param open the real directories on the way down, so that a link to one of them is not followed for ever */
    private void collect(Path base, Path directory, Map<String, Output> files, Set<Path> open) throws IOException {
        List<Path> children;
        try (var stream = Files.list(directory)) {
            children = stream.sorted().toList();
        }
        for (Path child : children) {
            boolean link = Files.isSymbolicLink(child);
            if (link && !staysInside(child)) {
                log.accept("Skipping " + base.relativize(child) + ": the link leads out of the build's directory or nowhere");
            } else if (Files.isRegularFile(child) || link && isKept(base, child)) {
                files.put(base.relativize(child).toString(), new Output(child, link && isKept(base, child)));
                if (files.size() > MAX_FILES) {
                    throw PhaseFailure.client("more than " + MAX_FILES + " files below the base directory");
                }
            } else if (Files.isDirectory(child)) {
                Path real = child.toRealPath();
                if (open.add(real)) {
                    collect(base, child, files, open);
                    open.remove(real);
                }
            } else {
                log.accept("Skipping " + base.relativize(child) + ": not a file");
            }
        }
    }

    private boolean staysInside(Path link) throws IOException {
        return Files.exists(link) && link.toRealPath().startsWith(boundary);
    }

    /** Only a relative link to something in the output means the same where the output is unpacked. */
    private boolean isKept(Path base, Path link) throws IOException {
        Path target = Files.readSymbolicLink(link);
        return keepLinks && !target.isAbsolute() && link.resolveSibling(target).normalize().startsWith(base);
    }

    /** Permission bits of a file, of its target where it is a link. */
    static int permissions(Path file) throws IOException {
        return (int) Files.getAttribute(file, "unix:mode") & 0777;
    }
}
