package io.pipewright.statemachine.definition;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.codepipeline.model.ActionCategory;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.OutputArtifact;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/** Facts that follow from a declaration. All maps and lists are in declaration order. */
public final class Declarations {

    private static final int DEFAULT_RUN_ORDER = 1;

    private Declarations() {
    }

    /** The stage's groups from the lowest runOrder to the highest. */
    public static List<ActionGroup> groups(StageDeclaration stage) {
        Map<Integer, List<Integer>> byRunOrder = IntStream.range(0, stage.actions().size()).boxed()
                .collect(Collectors.groupingBy(
                        index -> runOrder(stage.actions().get(index)), TreeMap::new, Collectors.toList()));
        return byRunOrder.entrySet().stream()
                .map(group -> new ActionGroup(group.getKey(), group.getValue()))
                .collect(Collectors.toUnmodifiableList());
    }

    /** The action's runOrder, 1 when it has none. */
    public static int runOrder(ActionDeclaration action) {
        return action.runOrder() == null ? DEFAULT_RUN_ORDER : action.runOrder();
    }

    /** The declaration of the action at this position. */
    public static ActionDeclaration action(PipelineDeclaration pipeline, ActionPosition position) {
        return pipeline.stages().get(position.stage()).actions().get(position.action());
    }

    /** Every action's position. */
    public static List<ActionPosition> actions(PipelineDeclaration pipeline) {
        List<ActionPosition> positions = new ArrayList<>();
        for (int stage = 0; stage < pipeline.stages().size(); stage++) {
            for (int action = 0; action < pipeline.stages().get(stage).actions().size(); action++) {
                positions.add(new ActionPosition(stage, action));
            }
        }
        return List.copyOf(positions);
    }

    /** The positions of the source actions. */
    public static List<ActionPosition> sourceActions(PipelineDeclaration pipeline) {
        return actions(pipeline).stream()
                .filter(position -> isSource(action(pipeline, position)))
                .collect(Collectors.toUnmodifiableList());
    }

    /** Whether the action's category is Source. */
    public static boolean isSource(ActionDeclaration action) {
        return action.actionTypeId().category() == ActionCategory.SOURCE;
    }

    /** The action that writes each output artifact; of several that claim one name the first. */
    public static Map<String, ActionPosition> producers(PipelineDeclaration pipeline) {
        Map<String, ActionPosition> producers = new LinkedHashMap<>();
        for (ActionPosition position : actions(pipeline)) {
            for (OutputArtifact output : action(pipeline, position).outputArtifacts()) {
                producers.putIfAbsent(output.name(), position);
            }
        }
        return producers;
    }

    /** The action whose output variables each namespace holds; of several that claim one namespace the first. */
    public static Map<String, ActionPosition> namespaces(PipelineDeclaration pipeline) {
        Map<String, ActionPosition> namespaces = new LinkedHashMap<>();
        for (ActionPosition position : actions(pipeline)) {
            String namespace = action(pipeline, position).namespace();
            if (namespace != null) {
                namespaces.putIfAbsent(namespace, position);
            }
        }
        return namespaces;
    }

    /** Whether {@code earlier} has surely ended before {@code later} starts: an earlier stage or a lower runOrder. */
    public static boolean runsBefore(PipelineDeclaration pipeline, ActionPosition earlier, ActionPosition later) {
        return earlier.stage() < later.stage()
                || earlier.stage() == later.stage()
                && runOrder(action(pipeline, earlier)) < runOrder(action(pipeline, later));
    }

    /** The region in which the action runs: its own, else the pipeline's. */
    public static String region(ActionDeclaration action, String pipelineRegion) {
        return action.region() == null ? pipelineRegion : action.region();
    }

    /** The index of the stage with this name. */
    public static OptionalInt stageIndex(PipelineDeclaration pipeline, String stageName) {
        return index(pipeline.stages(), stage -> stage.name().equals(stageName));
    }

    /** The index of the action with this name in its stage. */
    public static OptionalInt actionIndex(StageDeclaration stage, String actionName) {
        return index(stage.actions(), action -> action.name().equals(actionName));
    }

    private static <T> OptionalInt index(List<T> elements, Predicate<T> wanted) {
        return IntStream.range(0, elements.size()).filter(index -> wanted.test(elements.get(index))).findFirst();
    }
}
