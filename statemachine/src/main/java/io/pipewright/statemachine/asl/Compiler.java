package io.pipewright.statemachine.asl;

import io.pipewright.statemachine.actiontypes.ActionTypes;
import io.pipewright.statemachine.definition.ActionGroup;
import io.pipewright.statemachine.definition.Declarations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ActionTypeId;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/**
 * Compiles one version of a pipeline into the definition of its state machine.
 *
 * <p>An execution's input is {@code {"run": id, "attempt": number, "entry": state name}}. A run of S stages and A actions
 * takes S + A + 2 transitions and 2 more per parallel group: the entry choice, a gate in front of each stage and one after
 * the last, a task per action, and a Parallel with the choice after it.
 *
 * <p>A single action that fails ends its machine by the error Failed; an action of a parallel group always answers a
 * status instead, so that its siblings run to their end.
 */
public final class Compiler {

    private static final String ENTRY = "entry";
    private static final String ENDED = "ended";
    private static final String GATE_FUNCTION = "gate";
    private static final String COMPUTE_FUNCTION = "compute";
    private static final String GROUP_RESULT = "$.group";

    /** The action's own timeout is decided in the table; the machine's only ends what nobody else ended. */
    private static final Duration BACKSTOP = Duration.ofHours(1);

    private final PipelineDeclaration pipeline;
    private final Target target;
    private final Map<String, State> states = new LinkedHashMap<>();

    private Compiler(PipelineDeclaration pipeline, Target target) {
        this.pipeline = pipeline;
        this.target = target;
    }

    /**
     * The definition as JSON text: always the same bytes for the same arguments.
     *
     * @param normalized a declaration that keeps all rules and has its defaults filled in
     */
    public static String compile(PipelineDeclaration normalized, Target target) {
        return AslWriter.write(new Compiler(normalized, target).machine());
    }

    /** The state in front of the stage with this index, or after the last stage for their number; also an entry's name. */
    public static String gate(int stage) {
        return "gate-" + stage;
    }

    /**
     * The first state of a group, which is also the entry that runs the stage from there.
     *
     * @param group the group's index among {@link Declarations#groups}
     */
    public static String group(PipelineDeclaration pipeline, int stage, int group) {
        ActionGroup actions = Declarations.groups(pipeline.stages().get(stage)).get(group);
        return actions.isParallel()
                ? "stage-" + stage + "-group-" + group
                : "stage-" + stage + "-action-" + actions.actions().get(0);
    }

    private StateMachine machine() {
        states.put(ENTRY, entry());
        for (int stage = 0; stage < pipeline.stages().size(); stage++) {
            states.put(gate(stage), gateInFrontOf(stage));
            addGroups(stage);
        }
        states.put(gate(pipeline.stages().size()), finalGate());
        states.put(ENDED, new State.Succeed());
        return new StateMachine(ENTRY, states);
    }

    private State entry() {
        List<String> entries = new ArrayList<>();
        for (int stage = 0; stage < pipeline.stages().size(); stage++) {
            int groups = Declarations.groups(pipeline.stages().get(stage)).size();
            for (int group = 0; group < groups; group++) {
                entries.add(group(pipeline, stage, group));
            }
            entries.add(gate(stage + 1));
        }
        return new State.Choice(
                entries.stream()
                        .map(name -> new State.Rule(List.of(new State.Comparison("$.entry", name)), name))
                        .collect(Collectors.toList()),
                gate(0));
    }

    private State gateInFrontOf(int stage) {
        return new State.Task(
                target.functionArn().apply(GATE_FUNCTION),
                payload(stage),
                null,
                null,
                List.of(new State.Catcher(List.of("End"), ENDED), new State.Catcher(List.of("Skip"), gate(stage + 1))),
                group(pipeline, stage, 0));
    }

    private State finalGate() {
        return new State.Task(
                target.functionArn().apply(GATE_FUNCTION),
                payload(pipeline.stages().size()),
                null,
                null,
                List.of(new State.Catcher(List.of("End"), ENDED)),
                null);
    }

    private void addGroups(int stage) {
        List<ActionGroup> groups = Declarations.groups(pipeline.stages().get(stage));
        for (int index = 0; index < groups.size(); index++) {
            String next = index + 1 < groups.size() ? group(pipeline, stage, index + 1) : gate(stage + 1);
            String name = group(pipeline, stage, index);
            if (groups.get(index).isParallel()) {
                addParallel(name, stage, groups.get(index), next);
            } else {
                states.put(name, single(stage, groups.get(index).actions().get(0), next));
            }
        }
    }

    private State single(int stage, int action, String next) {
        return new State.Task(
                functionArn(stage, action),
                payload(stage, action),
                timeout(stage, action),
                null,
                List.of(new State.Catcher(List.of("Failed", "End"), ENDED)),
                next);
    }

    private void addParallel(String name, int stage, ActionGroup group, String next) {
        List<List<Integer>> lanes = lanes(group);
        String outcome = name + "-outcome";
        states.put(name, new State.Parallel(
                lanes.stream().map(lane -> lane(stage, lane)).collect(Collectors.toList()),
                branchInput(),
                GROUP_RESULT,
                outcome));
        states.put(outcome, new State.Choice(List.of(new State.Rule(allSucceeded(lanes), next)), ENDED));
    }

    /** A branch per action, or as many lanes as actions may be in progress, dealt out in declaration order. */
    private List<List<Integer>> lanes(ActionGroup group) {
        int most = pipeline.executionMode() == ExecutionMode.PARALLEL ? target.parallelActions() : Integer.MAX_VALUE;
        int count = Math.min(group.actions().size(), most);
        List<List<Integer>> lanes = new ArrayList<>();
        for (int k = 0; k < group.actions().size(); k++) {
            if (k < count) {
                lanes.add(new ArrayList<>());
            }
            lanes.get(k % count).add(group.actions().get(k));
        }
        return lanes;
    }

    private StateMachine lane(int stage, List<Integer> actions) {
        Map<String, State> tasks = new LinkedHashMap<>();
        for (int k = 0; k < actions.size(); k++) {
            int action = actions.get(k);
            tasks.put(task(stage, action), new State.Task(
                    functionArn(stage, action),
                    payload(stage, action),
                    timeout(stage, action),
                    "$.a" + action,
                    List.of(),
                    k + 1 < actions.size() ? task(stage, actions.get(k + 1)) : null));
        }
        return new StateMachine(task(stage, actions.get(0)), tasks);
    }

    private static List<State.Comparison> allSucceeded(List<List<Integer>> lanes) {
        List<State.Comparison> comparisons = new ArrayList<>();
        for (int lane = 0; lane < lanes.size(); lane++) {
            for (int action : lanes.get(lane)) {
                comparisons.add(new State.Comparison(
                        GROUP_RESULT + "[" + lane + "].a" + action + ".status", "Succeeded"));
            }
        }
        return comparisons;
    }

    /**
     * What the tasks' payloads need and no more: every branch returns its input with its results, so a branch that also
     * got the previous group's results would multiply them with each group until they exceed 256 KiB.
     */
    private static Map<String, Object> branchInput() {
        Map<String, Object> input = new LinkedHashMap<>();
        input.put("run.$", "$.run");
        input.put("attempt.$", "$.attempt");
        return input;
    }

    private Map<String, Object> payload(int stage) {
        Map<String, Object> payload = new LinkedHashMap<>();
        payload.put("token.$", "$$.Task.Token");
        payload.put("generation", target.generation());
        payload.put("version", target.version());
        payload.put("run.$", "$.run");
        payload.put("attempt.$", "$.attempt");
        payload.put("stage", stage);
        return payload;
    }

    private Map<String, Object> payload(int stage, int action) {
        Map<String, Object> payload = payload(stage);
        payload.put("action", action);
        return Collections.unmodifiableMap(payload);
    }

    private String functionArn(int stage, int action) {
        ActionTypeId type = declaration(stage, action).actionTypeId();
        boolean onCompute = type.category() == ActionCategory.BUILD && type.provider().equals("Commands");
        return target.functionArn().apply(
                onCompute ? COMPUTE_FUNCTION : type.categoryAsString().toLowerCase(Locale.ROOT));
    }

    private Duration timeout(int stage, int action) {
        return ActionTypes.timeLimit(declaration(stage, action)).plus(BACKSTOP);
    }

    private ActionDeclaration declaration(int stage, int action) {
        StageDeclaration declared = pipeline.stages().get(stage);
        return declared.actions().get(action);
    }

    private static String task(int stage, int action) {
        return "stage-" + stage + "-action-" + action;
    }
}
