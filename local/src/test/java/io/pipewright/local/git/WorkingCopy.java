package io.pipewright.local.git;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A working copy and the git on this machine, with no one's configuration. */
public final class WorkingCopy {
    private final Path directory;

    public WorkingCopy(Path directory) {
        this.directory = directory;
    }

    /** A new working copy on branch {@code main} whose {@code origin} is a repository of the home. */
    public static WorkingCopy init(Path directory, URI endpoint, String repository) {
        WorkingCopy git = new WorkingCopy(directory);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        git.run("init", "-q", "-b", "main");
        git.run("remote", "add", "origin", url(endpoint, repository));
        return git;
    }

    public static String url(URI endpoint, String repository) {
        return endpoint + "/v1/repos/" + repository;
    }

    public Path directory() {
        return directory;
    }

    /** Commits a file; returns the commit's id. */
    public String commit(String file, String content, String message) {
        try {
            Path path = directory.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return commitAll(message);
    }

    public String commitAll(String message) {
        run("add", "-A");
        run("commit", "-q", "--allow-empty", "-m", message);
        return head();
    }

    public String head() {
        return run("rev-parse", "HEAD").strip();
    }

    /** What git prints; it must succeed. */
    public String run(String... arguments) {
        Result result = attempt(arguments);
        assertThat(result.status()).as(String.join(" ", arguments) + "\n" + result.output()).isZero();
        return result.output();
    }

    public record Result(int status, String output) { }

    public Result attempt(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("git", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                    .redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(Map.of(
                    "GIT_CONFIG_GLOBAL", "/dev/null", "GIT_CONFIG_NOSYSTEM", "1", "GIT_TERMINAL_PROMPT", "0",
                    "GIT_AUTHOR_NAME", "Ada", "GIT_AUTHOR_EMAIL", "ada@example.org",
                    "GIT_AUTHOR_DATE", "2031-03-04T10:18:05+0100",
                    "GIT_COMMITTER_NAME", "Ben", "GIT_COMMITTER_EMAIL", "ben@example.org", "HOME", "/nonexistent"));
            Process process = builder.start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("git %s ends", command).isTrue();
            String text = Files.readString(output, StandardCharsets.ISO_8859_1);
            Files.delete(output);
            return new Result(process.exitValue(), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
