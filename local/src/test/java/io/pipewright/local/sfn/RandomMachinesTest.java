package io.pipewright.local.sfn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import software.amazon.awssdk.services.sfn.model.HistoryEventType;

/** Machines of any shape, nested branches, retries and catchers included, come to an end with a history that makes sense. */
class RandomMachinesTest {

    @Property(tries = 150)
    void everyMachineEndsAndItsHistoryMakesSense(@ForAll long seed) {
        Random random = new Random(seed);
        Rehearsal rehearsal = new Rehearsal(Json.text(new Generator(random).block(2)), "{\"a\":1}");
        List<String> tokens = new ArrayList<>();
        for (int step = 0; step < 2000 && !rehearsal.hasEnded(); step++) {
            rehearsal.draw(random.nextDouble());
            while (!rehearsal.calls.isEmpty()) {
                tokens.add(rehearsal.calls.poll().token());
            }
            if (tokens.isEmpty() || random.nextInt(5) == 0) {
                rehearsal.waitForTimer();
                continue;
            }
            String token = tokens.get(random.nextInt(tokens.size()));
            switch (random.nextInt(4)) {
                case 0 -> rehearsal.change(run -> run.returned(token, Json.object()));
                case 1 -> rehearsal.fail(token, random.nextBoolean() ? "E" : "F", "c");
                default -> rehearsal.succeed(token, IntNode.valueOf(step));
            }
        }
        assertThat(rehearsal.hasEnded()).isTrue();
        makesSense(rehearsal.history);
    }

    /** Nothing that a parallel attempt began goes on after its end, and what begins ends once. */
    private static void makesSense(List<Event> history) {
        Map<Long, Event> byId = new HashMap<>();
        Set<Long> left = new HashSet<>();
        for (int i = 0; i < history.size(); i++) {
            Event event = history.get(i);
            byId.put(event.id(), event);
            assertThat(event.id()).isEqualTo(i + 1);
            assertThat(event.previous()).isBetween(0L, event.id() - 1);
            if (event.type().toString().endsWith("StateExited")) {
                assertThat(left.add(entry(event, byId))).as("left once: " + event).isTrue();
            }
            if (event.type() == HistoryEventType.TASK_SUCCEEDED) {
                assertThat(byId.get(event.previous()).type())
                        .isIn(HistoryEventType.TASK_STARTED, HistoryEventType.TASK_SUBMITTED);
            }
        }
        assertThat(history.get(history.size() - 1).type().toString()).startsWith("Execution");
        assertThat(history.stream().filter(event -> event.type().toString().startsWith("Execution"))).hasSize(2);
    }

    /** The last entry of the state that is left. */
    private static long entry(Event exited, Map<Long, Event> byId) {
        String name = exited.details().get("name").textValue();
        for (long id = exited.id() - 1; id > 0; id--) {
            Event event = byId.get(id);
            if (event.type().toString().endsWith("StateEntered") && event.details().get("name").textValue().equals(name)) {
                return id;
            }
        }
        throw new AssertionError("Never entered: " + exited);
    }

    /** Straight lines of states, in which catchers jump ahead. */
    private static final class Generator {
        private final Random random;
        private int names;

        Generator(Random random) {
            this.random = random;
        }

        ObjectNode block(int depth) {
            int length = 1 + random.nextInt(3);
            List<String> line = new ArrayList<>();
            for (int i = 0; i < length; i++) {
                line.add("S" + names++);
            }
            ObjectNode block = Json.object().put("StartAt", line.get(0));
            ObjectNode states = block.putObject("States");
            for (int i = 0; i < length; i++) {
                states.set(line.get(i), state(depth, line, i));
            }
            return block;
        }

        private ObjectNode state(int depth, List<String> line, int i) {
            String last = line.get(line.size() - 1);
            boolean atEnd = i == line.size() - 1;
            int kind = random.nextInt(depth > 0 ? 6 : 4);
            if (atEnd && random.nextInt(8) == 0) {
                return Json.object().put("Type", "Fail").put("Error", "G");
            }
            if (!atEnd && random.nextInt(8) == 0) {
                ObjectNode choice = Json.object().put("Type", "Choice").put("Default", line.get(i + 1));
                choice.putArray("Choices").addObject().put("Variable", "$").put("IsNumeric", true).put("Next", last);
                return choice;
            }
            ObjectNode state = kind == 0 ? Json.object().put("Type", "Pass")
                    : kind == 1 ? Json.object().put("Type", "Wait").put("Seconds", random.nextInt(5))
                    : kind < 4 ? task() : parallel(depth);
            if (kind > 1) {
                recovery(state, atEnd ? null : last);
            }
            return atEnd ? state.put("End", true) : state.put("Next", line.get(i + 1));
        }

        private ObjectNode task() {
            ObjectNode task = Json.object().put("Type", "Task").put("Resource", "arn:aws:states:::lambda:invoke"
                    + (random.nextBoolean() ? ".waitForTaskToken" : ""));
            task.putObject("Parameters").put("FunctionName", "f");
            return random.nextInt(3) == 0 ? task.put("TimeoutSeconds", 3 + random.nextInt(5)).put("HeartbeatSeconds", 2) : task;
        }

        private ObjectNode parallel(int depth) {
            ObjectNode parallel = Json.object().put("Type", "Parallel");
            int branches = 1 + random.nextInt(3);
            for (int b = 0; b < branches; b++) {
                parallel.withArray("Branches").add(block(depth - 1));
            }
            return parallel;
        }

        private void recovery(ObjectNode state, String target) {
            if (random.nextInt(2) == 0) {
                ObjectNode retrier = state.putArray("Retry").addObject().put("MaxAttempts", random.nextInt(3))
                        .put("JitterStrategy", random.nextBoolean() ? "FULL" : "NONE");
                retrier.putArray("ErrorEquals").add(random.nextBoolean() ? "E" : "States.Timeout");
            }
            if (target != null && random.nextInt(2) == 0) {
                ObjectNode catcher = state.putArray("Catch").addObject().put("Next", target);
                catcher.putArray("ErrorEquals").add(random.nextBoolean() ? "States.ALL" : "F");
            }
        }
    }
}
