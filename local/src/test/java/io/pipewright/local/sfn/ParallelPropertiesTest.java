package io.pipewright.local.sfn;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import software.amazon.awssdk.services.sfn.model.ExecutionStatus;

/** Parallel branches under any order of returns, answers, failures and repetitions, with a crash before each. */
class ParallelPropertiesTest {

    /** What a token's task is to a worker. */
    private record Work(int branch, int step) { }

    @Property(tries = 100)
    void theFirstAnswerCountsAndTheFirstFailureDecides(@ForAll @IntRange(min = 1, max = 4) int branches,
            @ForAll @IntRange(min = 1, max = 3) int steps, @ForAll @IntRange(max = 20) int failures, @ForAll long seed) {
        Random random = new Random(seed);
        Rehearsal rehearsal = new Rehearsal(machine(branches, steps), "{}");
        Map<String, Work> open = new HashMap<>();
        Set<String> unreturned = new HashSet<>();
        List<String> dead = new ArrayList<>();
        int[] reached = new int[branches];
        String failed = null;

        while (!rehearsal.hasEnded()) {
            while (!rehearsal.calls.isEmpty()) {
                LambdaCall call = rehearsal.calls.poll();
                int branch = Json.own(call.payload()).get("b").intValue();
                open.put(call.token(), new Work(branch, reached[branch]++));
                unreturned.add(call.token());
            }
            assertThat(rehearsal.openCalls()).extracting(LambdaCall::token).containsExactlyInAnyOrderElementsOf(unreturned);
            List<String> tokens = new ArrayList<>(open.keySet());
            tokens.sort(null);
            String token = tokens.get(random.nextInt(tokens.size()));
            Work work = open.get(token);
            switch (random.nextInt(4)) {
                case 0 -> assertThat(rehearsal.change(run -> run.returned(token, Json.object()))).isEqualTo(unreturned.remove(token));
                case 1 -> assertThat(rehearsal.change(run -> run.heartbeat(token))).isTrue();
                default -> {
                    if (random.nextInt(40) < failures) {
                        failed = "E" + work.branch() + work.step();
                        assertThat(rehearsal.fail(token, failed, null)).isTrue();
                        dead.addAll(open.keySet());
                        open.clear();
                        unreturned.clear();
                    } else {
                        assertThat(rehearsal.succeed(token, IntNode.valueOf(work.branch()))).isTrue();
                        open.remove(token);
                        unreturned.remove(token);
                        dead.add(token);
                    }
                }
            }
            if (!dead.isEmpty()) {
                String late = dead.get(random.nextInt(dead.size()));
                assertThat(rehearsal.succeed(late, IntNode.valueOf(-1))).isFalse();
                assertThat(rehearsal.change(run -> run.heartbeat(late))).isFalse();
            }
        }
        if (failed == null) {
            assertThat(rehearsal.ending().output()).isEqualTo(expected(branches));
        } else {
            assertThat(rehearsal.ending().status()).isEqualTo(ExecutionStatus.FAILED);
            assertThat(rehearsal.ending().error()).isEqualTo(failed);
        }
        wellFormed(rehearsal.history);
    }

    private static String machine(int branches, int steps) {
        List<String> texts = new ArrayList<>();
        for (int b = 0; b < branches; b++) {
            StringBuilder states = new StringBuilder();
            for (int s = 0; s < steps; s++) {
                states.append(s == 0 ? "" : ",").append("'T").append(b).append(s).append("':{'Type':'Task','Resource':"
                        + "'arn:aws:states:::lambda:invoke.waitForTaskToken','HeartbeatSeconds':1000,'Parameters':{'FunctionName':'f',"
                        + "'Payload':{'b':").append(b).append("}},").append(s + 1 < steps ? "'Next':'T" + b + (s + 1) + "'" : "'End':true")
                        .append("}");
            }
            texts.add("{'StartAt':'T" + b + "0','States':{" + states + "}}");
        }
        return ("{'StartAt':'P','States':{'P':{'Type':'Parallel','Branches':[" + String.join(",", texts) + "],'End':true}}}")
                .replace('\'', '"');
    }

    private static String expected(int branches) {
        List<Integer> outputs = new ArrayList<>();
        for (int b = 0; b < branches; b++) {
            outputs.add(b);
        }
        return outputs.toString().replace(" ", "");
    }

    /** Numbers without gaps, causes before effects, an entered state left or aborted at most once. */
    private static void wellFormed(List<Event> history) {
        Map<String, Integer> entered = new HashMap<>();
        for (int i = 0; i < history.size(); i++) {
            Event event = history.get(i);
            assertThat(event.id()).isEqualTo(i + 1);
            assertThat(event.previous()).isLessThan(event.id());
            if (event.type().toString().endsWith("StateEntered")) {
                entered.merge(event.details().get("name").textValue(), 1, Integer::sum);
            }
        }
        assertThat(entered.values()).allMatch(count -> count == 1);
    }
}
