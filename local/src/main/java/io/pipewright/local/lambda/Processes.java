package io.pipewright.local.lambda;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** Runs commands, each in a process group of its own, of which nothing stays alive when its run ends. */
final class Processes implements AutoCloseable {

    /**
     * How a run ended.
     *
     * @param exitCode meaningless if the time was over
     * @param output standard output, cut after {@code mostOutput} bytes
     * @param errors the end of standard error
     */
    record Outcome(boolean timeOver, int exitCode, byte[] output, byte[] errors) {
    }

    private static final int MOST_ERRORS = 64 * 1024;
    private static final List<String> OWN_GROUP = ownGroup();

    private final Set<Process> running = ConcurrentHashMap.newKeySet();
    private final ExecutorService pipes = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "lambda-pipe");
        thread.setDaemon(true);
        return thread;
    });
    private volatile boolean closed;

    /** What makes a program the leader of its own process group; Java itself can't. Empty where neither is installed. */
    private static List<String> ownGroup() {
        if (Files.isExecutable(Path.of("/usr/bin/setsid"))) {
            return List.of("/usr/bin/setsid");
        }
        if (Files.isExecutable(Path.of("/usr/bin/perl"))) {
            return List.of("/usr/bin/perl", "-e", "use POSIX; POSIX::setsid(); exec { $ARGV[0] } @ARGV or die qq($ARGV[0]: $!\\n)", "--");
        }
        return List.of();
    }

    /**
     * Runs the command to its end or to the timeout's. The environment is exactly the one given.
     *
     * @throws CancellationException {@link #close} ended it
     */
    Outcome run(List<String> command, Path directory, Map<String, String> environment, byte[] input, int mostOutput, Duration timeout)
            throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(OWN_GROUP);
        words.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(words).directory(directory.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        Process process = builder.start();
        running.add(process);
        try {
            requireOpen();
            Capture output = Capture.first(process.getInputStream(), mostOutput);
            Capture errors = Capture.last(process.getErrorStream(), MOST_ERRORS);
            pipes.execute(output);
            pipes.execute(errors);
            pipes.execute(() -> feed(process.getOutputStream(), input));
            boolean ended = process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
            kill(process);
            requireOpen();
            return new Outcome(!ended, ended ? process.exitValue() : -1, output.result(), errors.result());
        } catch (InterruptedException | CancellationException e) {
            kill(process);
            throw e;
        } finally {
            running.remove(process);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new CancellationException("The local Lambda was closed");
        }
    }

    private static void feed(OutputStream stream, byte[] input) {
        try (stream) {
            stream.write(input);
        } catch (IOException e) {
            // A program may end, or close its standard input, without reading all of it.
        }
    }

    /** Kills whatever is left of the process and its group. */
    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        if (!OWN_GROUP.isEmpty()) {
            killGroup(process.pid());
        }
        // Not Process.destroyForcibly: it closes the streams, and with them goes output that isn't read yet.
        process.toHandle().destroyForcibly();
    }

    private static void killGroup(long leader) {
        try {
            new ProcessBuilder("/bin/sh", "-c", "kill -KILL -" + leader)
                .redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
        } catch (IOException e) {
            // Without a shell there is no group to kill; the descendants were.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Kills everything that runs; later runs end at once. */
    @Override
    public void close() {
        closed = true;
        running.forEach(Processes::kill);
    }
}
