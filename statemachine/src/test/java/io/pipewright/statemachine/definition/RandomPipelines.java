package io.pipewright.statemachine.definition;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

/** Right declarations of every shape: modes, gaps and order of runOrder, artifacts and variables of surely earlier actions. */
public final class RandomPipelines {

    private static final int MOST_STAGES = 7;
    private static final int MOST_ACTIONS = 12;
    private static final int MOST_SOURCES = 4;

    private final Random random;
    private final Map<String, ActionPosition> artifacts = new LinkedHashMap<>();
    private final Map<String, ActionPosition> namespaces = new LinkedHashMap<>();
    private final List<StageDeclaration> stages = new ArrayList<>();

    private RandomPipelines(Random random) {
        this.random = random;
    }

    /** Declarations as a client would send them, without defaults. */
    public static Arbitrary<PipelineDeclaration> declarations() {
        return Arbitraries.randomValue(random -> new RandomPipelines(random).declaration());
    }

    private PipelineDeclaration declaration() {
        stages.add(stage(0, 1 + random.nextInt(MOST_SOURCES), true));
        int count = 1 + random.nextInt(MOST_STAGES);
        for (int stage = 1; stage <= count; stage++) {
            stages.add(stage(stage, 1 + random.nextInt(MOST_ACTIONS), false));
        }
        return Declared.with(Declared.pipeline(stages.toArray(StageDeclaration[]::new)), it -> it.executionMode(
                List.of("SUPERSEDED", "QUEUED", "PARALLEL").get(random.nextInt(3))));
    }

    /** Actions are made from the lowest runOrder on, so that each knows what ran before it, and stand in any order. */
    private StageDeclaration stage(int stage, int count, boolean sources) {
        List<Integer> places = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Collections.shuffle(places, random);
        ActionDeclaration[] actions = new ActionDeclaration[count];
        int runOrder = 1 + random.nextInt(3);
        List<Runnable> ofThisGroup = new ArrayList<>();
        for (int place : places) {
            if (random.nextBoolean()) {
                runOrder += 1 + random.nextInt(3);
                ofThisGroup.forEach(Runnable::run);
                ofThisGroup.clear();
            }
            ActionPosition position = new ActionPosition(stage, place);
            actions[place] = action(position, runOrder, sources);
            ofThisGroup.add(() -> remember(position, actions[position.action()]));
        }
        ofThisGroup.forEach(Runnable::run);
        return Declared.stage("Stage" + stage, actions);
    }

    private void remember(ActionPosition position, ActionDeclaration action) {
        action.outputArtifacts().forEach(output -> artifacts.put(output.name(), position));
        if (action.namespace() != null) {
            namespaces.put(action.namespace(), position);
        }
    }

    private ActionDeclaration action(ActionPosition position, int runOrder, boolean source) {
        String name = "Action" + position.action();
        String unique = "s" + position.stage() + "a" + position.action();
        ActionDeclaration action = source ? Declared.s3Source(name, unique) : work(name, unique);
        return Declared.with(action, it -> it
                .runOrder(runOrder == 1 && random.nextBoolean() ? null : runOrder)
                .namespace(random.nextBoolean() ? unique : null));
    }

    private ActionDeclaration work(String name, String output) {
        switch (random.nextInt(5)) {
            case 0:
                return Declared.with(Declared.approval(name), it -> it.timeoutInMinutes(random.nextBoolean() ? 60 : null));
            case 1:
                return reading(Declared.codeBuild(name, output));
            case 2:
                return reading(Declared.commands(name));
            case 3:
                return Declared.action(name, "Invoke/AWS/Lambda/1", Map.of("FunctionName", "check"), List.of(), List.of());
            default:
                return referring(reading(Declared.s3Deploy(name, "App")));
        }
    }

    private ActionDeclaration reading(ActionDeclaration action) {
        return Declared.with(action, it -> it.inputArtifacts(Declared.inputs(any(artifacts))));
    }

    private ActionDeclaration referring(ActionDeclaration action) {
        return namespaces.isEmpty() ? action : Declared.configured(action, "ObjectKey", "a/#{" + any(namespaces) + ".Key}/b");
    }

    private String any(Map<String, ActionPosition> names) {
        return new ArrayList<>(names.keySet()).get(random.nextInt(names.size()));
    }
}
