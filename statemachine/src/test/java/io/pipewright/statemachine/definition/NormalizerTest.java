package io.pipewright.statemachine.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.codepipeline.model.ActionDeclaration;
import software.amazon.awssdk.services.codepipeline.model.ExecutionMode;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;
import software.amazon.awssdk.services.codepipeline.model.PipelineType;

class NormalizerTest {

    private static final PipelineDeclaration BARE = DeclarationJson.read("{\"name\":\"shop\",\"stages\":[{\"name\":\"Deploy\","
            + "\"actions\":[{\"name\":\"Approve\"},{\"name\":\"Upload\",\"runOrder\":2,"
            + "\"configuration\":{\"ObjectKey\":\"k\",\"BucketName\":\"b\",\"Extract\":\"true\"}}]}]}");

    @Test
    void actionsGetTheDefaultsOfTheService() {
        ActionDeclaration action = normalized(BARE).stages().get(0).actions().get(0);

        assertThat(action.runOrder()).isEqualTo(1);
        assertThat(action.hasConfiguration() && action.configuration().isEmpty()).isTrue();
        assertThat(action.hasInputArtifacts() && action.inputArtifacts().isEmpty()).isTrue();
        assertThat(action.hasOutputArtifacts() && action.outputArtifacts().isEmpty()).isTrue();
    }

    @Test
    void whatHasNoDefaultStaysAbsent() {
        PipelineDeclaration pipeline = normalized(BARE);
        ActionDeclaration action = pipeline.stages().get(0).actions().get(0);

        assertThat(pipeline.hasVariables() || pipeline.hasTriggers() || pipeline.hasArtifactStores()).isFalse();
        assertThat(action.region()).isNull();
        assertThat(action.namespace()).isNull();
        assertThat(action.hasCommands() || action.hasEnvironmentVariables() || action.hasOutputVariables()).isFalse();
    }

    @Test
    void anEmptyListOfVariablesStaysAnEmptyList() {
        PipelineDeclaration pipeline = normalized(Declared.with(BARE, it -> it.variables(List.of())));

        assertThat(pipeline.hasVariables() && pipeline.variables().isEmpty()).isTrue();
    }

    @Test
    void configurationKeysAreSortedByName() {
        ActionDeclaration action = normalized(BARE).stages().get(0).actions().get(1);

        assertThat(action.configuration().keySet()).containsExactly("BucketName", "Extract", "ObjectKey");
        assertThat(action.runOrder()).isEqualTo(2);
    }

    @Test
    void modeAndTypeOfANewPipelineAreTheOldestOnes() {
        PipelineDeclaration pipeline = normalized(BARE);

        assertThat(pipeline.executionMode()).isEqualTo(ExecutionMode.SUPERSEDED);
        assertThat(pipeline.pipelineType()).isEqualTo(PipelineType.V1);
    }

    @Test
    void aTypeLeftOutOfAnUpdateStaysWhatItWas() {
        assertThat(Normalizer.normalize(BARE, 2, Optional.of(PipelineType.V2)).pipelineType()).isEqualTo(PipelineType.V2);
    }

    @Test
    void givenModeAndTypeStay() {
        PipelineDeclaration given = Declared.with(BARE, it -> it.executionMode("QUEUED").pipelineType("V2"));

        assertThat(Normalizer.normalize(given, 2, Optional.of(PipelineType.V1)))
                .returns(ExecutionMode.QUEUED, PipelineDeclaration::executionMode)
                .returns(PipelineType.V2, PipelineDeclaration::pipelineType);
    }

    @Test
    void theVersionIsTheCallersAndNotTheDeclarations() {
        assertThat(Normalizer.normalize(Declared.with(BARE, it -> it.version(9)), 2, Optional.empty()).version()).isEqualTo(2);
    }

    @Test
    void normalizingTwiceChangesNothing() {
        assertThat(normalized(normalized(BARE))).isEqualTo(normalized(BARE));
    }

    private static PipelineDeclaration normalized(PipelineDeclaration pipeline) {
        return Normalizer.normalize(pipeline, 1, Optional.empty());
    }
}
