package io.pipewright.statemachine.definition;

import static io.pipewright.statemachine.definition.Declared.approval;
import static io.pipewright.statemachine.definition.Declared.codeBuild;
import static io.pipewright.statemachine.definition.Declared.s3Source;
import static io.pipewright.statemachine.definition.Declared.stage;
import static io.pipewright.statemachine.definition.Declared.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.List;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

class DeclarationsTest {

    private static final PipelineDeclaration PIPELINE = Declared.pipeline(
            stage("Source", s3Source("FetchApp", "App"), s3Source("FetchTests", "Tests")),
            stage("Build",
                    at(20, approval("Last")),
                    at(3, with(codeBuild("First", "Out"), it -> it.namespace("Built"))),
                    at(20, approval("AlsoLast")),
                    approval("Start")));

    @Test
    void groupsFollowRunOrderAndTheirActionsTheDeclaration() {
        assertThat(Declarations.groups(PIPELINE.stages().get(1))).containsExactly(
                new ActionGroup(1, List.of(3)), new ActionGroup(3, List.of(1)), new ActionGroup(20, List.of(0, 2)));
    }

    @Test
    void producersAndNamespacesNameTheirActions() {
        assertThat(Declarations.producers(PIPELINE)).containsExactly(
                entry("App", new ActionPosition(0, 0)),
                entry("Tests", new ActionPosition(0, 1)),
                entry("Out", new ActionPosition(1, 1)));
        assertThat(Declarations.namespaces(PIPELINE)).containsExactly(entry("Built", new ActionPosition(1, 1)));
    }

    @Test
    void sourceActionsAreThoseOfTheirCategory() {
        assertThat(Declarations.sourceActions(PIPELINE))
                .containsExactly(new ActionPosition(0, 0), new ActionPosition(0, 1));
    }

    @Test
    void anActionRunsSurelyBeforeLaterStagesAndHigherRunOrders() {
        ActionPosition first = new ActionPosition(1, 1);

        assertThat(Declarations.runsBefore(PIPELINE, new ActionPosition(0, 1), first)).isTrue();
        assertThat(Declarations.runsBefore(PIPELINE, first, new ActionPosition(1, 0))).isTrue();
        assertThat(Declarations.runsBefore(PIPELINE, new ActionPosition(1, 0), new ActionPosition(1, 2))).isFalse();
        assertThat(Declarations.runsBefore(PIPELINE, new ActionPosition(1, 0), first)).isFalse();
        assertThat(Declarations.runsBefore(PIPELINE, first, first)).isFalse();
    }

    @Test
    void stagesAndActionsAreFoundByName() {
        assertThat(Declarations.stageIndex(PIPELINE, "Build")).hasValue(1);
        assertThat(Declarations.actionIndex(PIPELINE.stages().get(1), "AlsoLast")).hasValue(2);
        assertThat(Declarations.stageIndex(PIPELINE, "build")).isEmpty();
        assertThat(Declarations.actionIndex(PIPELINE.stages().get(1), "Nobody")).isEmpty();
    }

    private static ActionDeclaration at(int runOrder, ActionDeclaration action) {
        return with(action, it -> it.runOrder(runOrder));
    }
}
