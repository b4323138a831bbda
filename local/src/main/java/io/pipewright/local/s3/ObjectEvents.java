package io.pipewright.local.s3;

/**
 * Hears of every object created or deleted, as EventBridge would, in whichever bucket.
 *
 * <p>Events arrive after the change is durable, on one thread of the store's own, at least once: after a crash or an
 * exception from {@link #publish} they come again. Order is that of the changes, except among concurrent ones and
 * repetitions.
 */
@FunctionalInterface
public interface ObjectEvents {

    /** Takes the event, durably if it matters to the receiver: it is forgotten once this returns. */
    void publish(ObjectEvent event);

    /**
     * Whether an event must reach {@link #publish} even if the process is killed right after the change. Others are
     * published too, but only once, and cost no extra row; buckets whose notification configuration asks for
     * EventBridge never skip it.
     */
    default boolean wanted(String bucket, String key) {
        return true;
    }
}
