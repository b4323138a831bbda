package io.pipewright.statemachine.definition;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pipewright.statemachine.actiontypes.ActionTypes;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

class PipelineRulesGoldenTest {

    private static final Context CONTEXT = new Context("us-east-1", Limits.AWS, ActionTypes::find);

    @TestFactory
    List<DynamicTest> declarationsHaveTheFindingsBesideThem() {
        return GoldenFiles.tests(PipelineRulesGoldenTest.class, ".findings.json", (pipeline, findings) -> {
            JsonNode expected = GoldenFiles.json(findings);
            JsonNode actual = new ObjectMapper().valueToTree(PipelineRules.check(DeclarationJson.read(pipeline), CONTEXT));

            assertThat(actual.toPrettyString()).isEqualTo(expected == null ? "" : expected.toPrettyString());
        });
    }
}
