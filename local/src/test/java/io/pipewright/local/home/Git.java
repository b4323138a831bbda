package io.pipewright.local.home;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A working copy and the git on this machine, with no one's configuration. */
final class Git {
    private final Path directory;

    Git(Path directory) {
        this.directory = directory;
    }

    /** A new working copy on branch {@code main} whose {@code origin} is a repository of the home. */
    static Git init(Path directory, URI endpoint, String repository) {
        Git git = new Git(directory);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        git.run("init", "-q", "-b", "main");
        git.run("remote", "add", "origin", url(endpoint, repository));
        return git;
    }

    static String url(URI endpoint, String repository) {
        return endpoint + "/v1/repos/" + repository;
    }

    Path directory() {
        return directory;
    }

    /** Commits a file; returns the commit's id. */
    String commit(String file, String content, String message) {
        try {
            Path path = directory.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return commitAll(message);
    }

    String commitAll(String message) {
        run("add", "-A");
        run("commit", "-q", "--allow-empty", "-m", message);
        return head();
    }

    String head() {
        return run("rev-parse", "HEAD").strip();
    }

    /** What git prints; it must succeed. */
    String run(String... arguments) {
        Result result = attempt(arguments);
        assertThat(result.status()).as(String.join(" ", arguments) + "\n" + result.output()).isZero();
        return result.output();
    }

    record Result(int status, String output) { }

    Result attempt(String... arguments) {
        List<String> command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile("git", ".txt");
            ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile())
                    .redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(java.util.Map.of(
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
