package io.pipewright.local.eventbridge;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Those who watch the bus live. A slow or failing one holds up nobody. */
final class Watchers implements AutoCloseable {
    private static final int LONGEST_LAG = 10_000;

    private final List<Watcher> watchers = new CopyOnWriteArrayList<>();

    private final class Watcher implements AutoCloseable {
        private final BlockingQueue<String> behind = new ArrayBlockingQueue<>(LONGEST_LAG);
        private final Thread thread;

        private Watcher(Consumer<String> listener) {
            thread = new Thread(() -> watch(listener), "eventbridge-watcher");
            thread.setDaemon(true);
            thread.start();
        }

        private void watch(Consumer<String> listener) {
            try {
                while (true) {
                    listener.accept(behind.take());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                watchers.remove(this);
            }
        }

        @Override
        public void close() {
            watchers.remove(this);
            thread.interrupt();
        }
    }

    AutoCloseable add(Consumer<String> listener) {
        Watcher watcher = new Watcher(listener);
        watchers.add(watcher);
        return watcher;
    }

    void show(String event) {
        for (Watcher watcher : watchers) {
            watcher.behind.offer(event);
        }
    }

    @Override
    public void close() {
        watchers.forEach(Watcher::close);
    }
}
