package io.pipewright.local.sfn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One line of control: the execution's own, or that of a branch of a Parallel. It stands in one state, in one {@link Phase} of it.
 * The tree of strands is all that an execution needs to go on.
 */
final class Strand {

    /** How far a strand is in its state. */
    sealed interface Phase { }

    /** Just arrived, or about to try again. */
    record Ready() implements Phase { }

    /**
     * A Lambda call runs or, once {@code submitted}, its answer by task token is awaited.
     *
     * @param timeout {@link Instant#MAX} for never, as is {@code heartbeat}
     */
    record Attempt(String token, Instant timeout, Instant heartbeat, boolean submitted) implements Phase {
        Instant due() {
            return heartbeat.isBefore(timeout) ? heartbeat : timeout;
        }
    }

    /** A Wait state waits, or a failed state waits for its next attempt. */
    record Pause(Instant until) implements Phase { }

    /** A Parallel runs its branches. */
    record Fork(List<Strand> branches) implements Phase { }

    /** A branch has ended and waits for its siblings. */
    record Finished(JsonNode output) implements Phase { }

    /** Null for the execution's own strand. */
    final Strand parent;
    /** Null until the first state is entered. */
    String state;
    JsonNode input;
    Instant enteredAt;
    long enteredEvent;
    /** What the next event of this strand follows. */
    long lastEvent;
    /** Retries so far in this visit of the state, per retrier. */
    int[] retries = new int[0];
    Phase phase = new Ready();

    Strand(Strand parent, long lastEvent) {
        this.parent = parent;
        this.lastEvent = lastEvent;
    }

    /** Whether it still belongs to the execution: its Parallel may have failed meanwhile. */
    boolean isAlive() {
        return parent == null || parent.phase instanceof Fork fork && fork.branches().contains(this) && parent.isAlive();
    }

    boolean hasEnded() {
        return phase instanceof Finished;
    }

    int retryCount() {
        int sum = 0;
        for (int count : retries) {
            sum += count;
        }
        return sum;
    }

    /** When this strand itself, apart from its branches, wants to go on; {@link Instant#MAX} for never. */
    Instant due() {
        if (phase instanceof Attempt attempt) {
            return attempt.due();
        }
        return phase instanceof Pause pause ? pause.until() : Instant.MAX;
    }

    /** Visits this strand and all below it. */
    void forEach(Consumer<Strand> visitor) {
        visitor.accept(this);
        if (phase instanceof Fork fork) {
            fork.branches().forEach(branch -> branch.forEach(visitor));
        }
    }

    /** The strand whose attempt has this token. */
    Optional<Strand> holding(String token) {
        if (phase instanceof Attempt attempt) {
            return attempt.token().equals(token) ? Optional.of(this) : Optional.empty();
        }
        if (phase instanceof Fork fork) {
            return fork.branches().stream().flatMap(branch -> branch.holding(token).stream()).findFirst();
        }
        return Optional.empty();
    }

    ObjectNode write() {
        ObjectNode node = Json.object();
        node.put("last", lastEvent);
        if (phase instanceof Finished finished) {
            node.set("output", finished.output());
            return node;
        }
        node.put("state", state).put("at", enteredAt.toEpochMilli()).put("entered", enteredEvent);
        node.set("input", input);
        if (retryCount() > 0) {
            ArrayNode counts = node.putArray("retries");
            for (int count : retries) {
                counts.add(count);
            }
        }
        if (phase instanceof Attempt attempt) {
            node.put("token", attempt.token()).put("submitted", attempt.submitted());
            writeTime(node, "timeout", attempt.timeout());
            writeTime(node, "heartbeat", attempt.heartbeat());
        } else if (phase instanceof Pause pause) {
            writeTime(node, "until", pause.until());
        } else if (phase instanceof Fork fork) {
            ArrayNode branches = node.putArray("branches");
            fork.branches().forEach(branch -> branches.add(branch.write()));
        }
        return node;
    }

    static Strand read(Strand parent, JsonNode node, Definition definition) {
        Strand strand = new Strand(parent, node.get("last").longValue());
        if (node.has("output")) {
            strand.phase = new Finished(node.get("output"));
            return strand;
        }
        strand.state = node.get("state").textValue();
        strand.input = node.get("input");
        strand.enteredAt = Instant.ofEpochMilli(node.get("at").longValue());
        strand.enteredEvent = node.get("entered").longValue();
        strand.retries = new int[definition.state(strand.state).recovery().retriers().size()];
        for (int i = 0; node.has("retries") && i < strand.retries.length; i++) {
            strand.retries[i] = node.get("retries").get(i).intValue();
        }
        if (node.has("token")) {
            strand.phase = new Attempt(node.get("token").textValue(), readTime(node, "timeout"), readTime(node, "heartbeat"),
                    node.get("submitted").booleanValue());
        } else if (node.has("until")) {
            strand.phase = new Pause(readTime(node, "until"));
        } else if (node.has("branches")) {
            List<Strand> branches = new ArrayList<>();
            strand.phase = new Fork(branches);
            node.get("branches").forEach(branch -> branches.add(read(strand, branch, definition)));
        }
        return strand;
    }

    private static void writeTime(ObjectNode node, String field, Instant time) {
        if (!time.equals(Instant.MAX)) {
            node.put(field, time.toEpochMilli());
        }
    }

    private static Instant readTime(JsonNode node, String field) {
        return node.has(field) ? Instant.ofEpochMilli(node.get(field).longValue()) : Instant.MAX;
    }
}
