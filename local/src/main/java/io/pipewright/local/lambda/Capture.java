package io.pipewright.local.lambda;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** What a process writes to one of its streams: the first or the last bytes of it, so that it can't fill the memory. */
final class Capture implements Runnable {
    private static final int BUFFER = 8192;
    /** A process that left its group may keep the stream open for ever; what is there after this long has to do. */
    private static final long WAIT_FOR_END_SECONDS = 1;

    private final InputStream stream;
    private final int most;
    private final boolean keepEnd;
    private final CountDownLatch ended = new CountDownLatch(1);
    private byte[] bytes = new byte[0];
    private int length;

    private Capture(InputStream stream, int most, boolean keepEnd) {
        this.stream = stream;
        this.most = most;
        this.keepEnd = keepEnd;
    }

    static Capture first(InputStream stream, int most) {
        return new Capture(stream, most, false);
    }

    static Capture last(InputStream stream, int most) {
        return new Capture(stream, most, true);
    }

    @Override
    public void run() {
        byte[] buffer = new byte[BUFFER];
        try {
            for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                add(buffer, read);
            }
        } catch (IOException e) {
            // The stream breaks when the process is killed; what came before counts.
        } finally {
            ended.countDown();
        }
    }

    private synchronized void add(byte[] more, int count) {
        int added = keepEnd ? count : Math.min(count, most - length);
        if (length + added > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + added, 2 * bytes.length));
        }
        System.arraycopy(more, 0, bytes, length, added);
        length += added;
        if (keepEnd && length > 2 * most) {
            System.arraycopy(bytes, length - most, bytes, 0, most);
            length = most;
        }
    }

    /** To be called when the process has ended. */
    byte[] result() throws InterruptedException, IOException {
        if (!ended.await(WAIT_FOR_END_SECONDS, TimeUnit.SECONDS)) {
            stream.close();
        }
        synchronized (this) {
            return Arrays.copyOfRange(bytes, Math.max(0, length - most), length);
        }
    }
}
