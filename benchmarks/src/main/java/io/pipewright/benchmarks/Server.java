package io.pipewright.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A {@code pipewright serve} in a process of its own. */
final class Server implements AutoCloseable {
    /** What an answered write survives besides the death of the process: {@code --sync}. */
    enum Sync { NORMAL, FULL }

    private static final String ADDRESS = "export AWS_ENDPOINT_URL=";

    private final Process process;
    private final URI endpoint;
    private final Duration ready;

    private Server(Process process, URI endpoint, Duration ready) {
        this.process = process;
        this.endpoint = endpoint;
        this.ready = ready;
    }

    /**
     * Starts a server and waits until it says where it serves.
     *
     * @param launcher the {@code pipewright} script
     * @param data its data directory
     */
    static Server start(Path launcher, Path data, Sync sync) {
        List<String> command = new ArrayList<>(List.of(
                launcher.toString(), "serve", "--port", "0", "--data", data.toString()));
        if (sync == Sync.FULL) {
            command.addAll(List.of("--sync", "full"));
        }
        try {
            long from = System.nanoTime();
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            URI endpoint = endpoint(process);
            return new Server(process, endpoint, Duration.ofNanos(System.nanoTime() - from));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI endpoint(Process process) throws IOException {
        BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(ADDRESS)) {
                return URI.create(line.substring(ADDRESS.length()));
            }
        }
        throw new IOException("The server ended before it served");
    }

    URI endpoint() {
        return endpoint;
    }

    /** From the launcher's start until the server said where it serves. */
    Duration ready() {
        return ready;
    }

    /** What it has used of the processors so far; counted by the operating system in steps of 10 ms. */
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Resident memory in MB, as {@code ps} sees it. */
    double residentMegabytes() {
        try {
            Process ps = new ProcessBuilder("ps", "-o", "rss=", "-p", Long.toString(process.pid())).start();
            String kilobytes = new String(ps.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return Long.parseLong(kilobytes) / 1024.0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
