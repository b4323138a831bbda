package io.pipewright.local.eventbridge;

/** Where matched events go: whoever wires the local home knows what stands behind each target's ARN. */
@FunctionalInterface
public interface Targets {

    /**
     * Hands one event to one target. Called from several threads, up to {@value LocalEventBridge#CONCURRENT_DELIVERIES}
     * at a time for a target that doesn't want its events in order, and again for an event that was already taken when the process
     * died in between.
     *
     * @param targetArn the ARN as PutTargets gave it, unchecked beyond its form
     * @param event what the target receives: the event, or what Input, InputPath or InputTransformer made of it; UTF-8 JSON
     * @throws Exception the target didn't take the event; it is offered again later
     */
    void deliver(String targetArn, byte[] event) throws Exception;

    /** Whether the target gets its events one at a time, as they came; one that it didn't take is passed by others. */
    default boolean inOrder(String targetArn) {
        return false;
    }
}
