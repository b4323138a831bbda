package io.pipewright.statemachine.asl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.statemachine.actiontypes.ActionTypes;
import io.pipewright.statemachine.definition.ActionGroup;
import io.pipewright.statemachine.definition.Context;
import io.pipewright.statemachine.definition.Declarations;
import io.pipewright.statemachine.definition.Declared;
import io.pipewright.statemachine.definition.Limits;
import io.pipewright.statemachine.definition.Normalizer;
import io.pipewright.statemachine.definition.PipelineRules;
import io.pipewright.statemachine.definition.RandomPipelines;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.StageDeclaration;

class CompilerTest {

    private static final int DEFINITION_LIMIT = 1_048_576;

    @Provide
    Arbitrary<PipelineDeclaration> declarations() {
        return RandomPipelines.declarations();
    }

    @Property(tries = 300)
    void randomPipelinesAreRight(@ForAll("declarations") PipelineDeclaration declaration) {
        Context context = new Context(Declared.REGION, Limits.AWS, ActionTypes::find);

        assertThat(PipelineRules.check(declaration, context)).isEmpty();
        assertThat(PipelineRules.check(normalized(declaration), context)).isEmpty();
    }

    @Property(tries = 300)
    void theSameDeclarationCompilesToTheSameBytes(@ForAll("declarations") PipelineDeclaration declaration) {
        PipelineDeclaration normalized = normalized(declaration);

        assertThat(Compiler.compile(normalized, Machines.target(5)))
                .isEqualTo(Compiler.compile(normalized(normalized), Machines.target(5)));
    }

    @Property(tries = 300)
    void everyStateIsNamedOnceAndReachableAndEveryTargetExists(@ForAll("declarations") PipelineDeclaration declaration) {
        Machines.assertSound(compiled(declaration));
    }

    @Property(tries = 300)
    void aNormalRunKeepsTheTransitionBudget(@ForAll("declarations") PipelineDeclaration declaration) {
        int actions = Declarations.actions(declaration).size();
        long parallelGroups = declaration.stages().stream()
                .flatMap(stage -> Declarations.groups(stage).stream())
                .filter(ActionGroup::isParallel)
                .count();

        assertThat(Machines.normalRun(compiled(declaration)))
                .hasSize((int) (declaration.stages().size() + actions + 2 + 2 * parallelGroups));
    }

    @Property(tries = 300)
    void aNormalRunPassesEveryGateAndRunsEveryActionOnce(@ForAll("declarations") PipelineDeclaration declaration) {
        assertThat(Machines.normalRun(compiled(declaration))).contains(actionStates(declaration)).contains(
                IntStream.rangeClosed(0, declaration.stages().size()).mapToObj(Compiler::gate).toArray(String[]::new));
    }

    @Property(tries = 300)
    void theEntriesAreTheLaterGatesAndTheFirstStateOfEachGroup(@ForAll("declarations") PipelineDeclaration declaration) {
        JsonNode entry = compiled(declaration).get("States").get("entry");

        Set<String> entries = new LinkedHashSet<>();
        for (int stage = 0; stage < declaration.stages().size(); stage++) {
            entries.add(Compiler.gate(stage + 1));
            int groups = Declarations.groups(declaration.stages().get(stage)).size();
            for (int group = 0; group < groups; group++) {
                entries.add(Compiler.group(declaration, stage, group));
            }
        }
        assertThat(entry.get("Choices")).hasSize(entries.size()).allSatisfy(rule -> {
            assertThat(entries).contains(rule.get("StringEquals").textValue());
            assertThat(rule.get("Next")).isEqualTo(rule.get("StringEquals"));
        });
        assertThat(entry.get("Default").textValue()).isEqualTo("gate-0");
    }

    @Property(tries = 300)
    void aParallelPipelineNeverHasMoreLanesThanItsLimit(@ForAll("declarations") PipelineDeclaration declaration) {
        PipelineDeclaration parallel = Declared.with(declaration, it -> it.executionMode("PARALLEL"));

        assertThat(compiled(parallel).get("States"))
                .allSatisfy(state -> assertThat(state.path("Branches").size()).isLessThanOrEqualTo(5));
    }

    /** AWS's largest pipeline in its longest, its widest and its most wordy form, with names as long as AWS allows. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 20})
    void aThousandActionsStayBelowTheDefinitionLimit(int actionsPerGroup) {
        StageDeclaration[] stages = IntStream.range(0, 50)
                .mapToObj(stage -> Declared.stage("Stage" + stage, actions(stage, actionsPerGroup)))
                .toArray(StageDeclaration[]::new);

        String definition = Compiler.compile(normalized(Declared.pipeline(stages)), Machines.target(5));

        assertThat(definition.getBytes(StandardCharsets.UTF_8).length).isLessThan(DEFINITION_LIMIT);
    }

    private static ActionDeclaration[] actions(int stage, int actionsPerGroup) {
        return IntStream.range(0, 20)
                .mapToObj(action -> Declared.with(
                        stage == 0 ? Declared.s3Source("Fetch" + action, "App" + action) : Declared.codeBuild("Build" + action),
                        it -> it.runOrder(1 + action / actionsPerGroup)))
                .toArray(ActionDeclaration[]::new);
    }

    @Test
    void approvalsMayWaitLongerThanTheirTypeSays() {
        PipelineDeclaration pipeline = Declared.working(
                Declared.with(Declared.approval("Approve"), it -> it.timeoutInMinutes(86_400)));

        assertThat(compiled(pipeline).at("/States/stage-1-action-0/TimeoutSeconds").longValue())
                .isEqualTo(86_400 * 60 + 3_600);
    }

    private static JsonNode compiled(PipelineDeclaration declaration) {
        return Machines.parse(Compiler.compile(normalized(declaration), Machines.target(5)));
    }

    private static PipelineDeclaration normalized(PipelineDeclaration declaration) {
        return Normalizer.normalize(declaration, 7, Optional.empty());
    }

    private static String[] actionStates(PipelineDeclaration declaration) {
        return Declarations.actions(declaration).stream()
                .map(position -> "stage-" + position.stage() + "-action-" + position.action())
                .toArray(String[]::new);
    }
}
