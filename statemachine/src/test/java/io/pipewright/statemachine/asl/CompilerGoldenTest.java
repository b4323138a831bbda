package io.pipewright.statemachine.asl;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pipewright.statemachine.definition.DeclarationJson;
import io.pipewright.statemachine.definition.GoldenFiles;
import io.pipewright.statemachine.definition.Normalizer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.services.codepipeline.model.PipelineDeclaration;

class CompilerGoldenTest {

    static final Target TARGET = new Target(
            "generation", 3, handler -> "arn:aws:lambda:eu-west-1:123456789012:function:pipewright-" + handler, 2);

    @TestFactory
    List<DynamicTest> declarationsCompileToTheMachineBesideThem() {
        return GoldenFiles.tests(CompilerGoldenTest.class, ".machine.json", (pipeline, machine) -> {
            PipelineDeclaration declaration =
                    Normalizer.normalize(DeclarationJson.read(pipeline), 3, Optional.empty());
            JsonNode expected = GoldenFiles.json(machine);

            assertThat(Compiler.compile(declaration, TARGET)).isEqualTo(expected == null ? "" : expected.toString());
        });
    }
}
