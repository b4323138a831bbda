package io.pipewright.local.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Lines of the input, read on a thread of its own: who asks goes on looking at other things. */
final class Keyboard {
    private final InputStream in;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private volatile boolean ended;
    private boolean listening;

    Keyboard(InputStream in) {
        this.in = in;
    }

    /** Begins to read; nothing is taken from the input before. */
    void listen() {
        if (!listening) {
            listening = true;
            Thread thread = new Thread(this::read, "keyboard");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private void read() {
        try {
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        } catch (IOException closed) {
            // Who can't be read from says nothing more.
        }
        ended = true;
    }

    /** The next line, if one has been entered. */
    Optional<String> line() {
        return Optional.ofNullable(lines.poll());
    }

    /** Whether nothing will be entered any more. */
    boolean hasEnded() {
        return ended && lines.isEmpty();
    }
}
