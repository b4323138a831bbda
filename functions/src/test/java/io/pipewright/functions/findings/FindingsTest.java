package io.pipewright.functions.findings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pipewright.statemachine.definition.Finding;
import io.pipewright.statemachine.definition.Limits;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
    private static final String SOURCE = """
            {"name": "S", "actions": [{"name": "S3",
              "actionTypeId": {"category": "Source", "owner": "AWS", "provider": "S3", "version": "1"},
              "configuration": {"S3Bucket": "b", "S3ObjectKey": "k"}, "outputArtifacts": [{"name": "A"}]}]}""";
    private static final String APPROVAL = """
            {"name": "A", "actions": [{"name": "A",
              "actionTypeId": {"category": "Approval", "owner": "AWS", "provider": "Manual", "version": "1"}}]}""";

    @Test
    void aRightPipelineHasNone() {
        assertThat(findings(pipeline("p", SOURCE, APPROVAL))).isEmpty();
    }

    @Test
    void membersThatTheModelDoesNotHaveAreNamedWithTheNearestThatItHas() {
        assertThat(findings(pipeline("p", SOURCE, APPROVAL.replace("\"actions\"", "\"Actions\": [], \"actions\""))))
                .extracting(Finding::path, Finding::remedy)
                .containsExactly(tuple("stages[1].Actions", "Did you mean actions?"));
    }

    @Test
    void valuesOfAnotherJsonTypeAreNamedWithTheirPlace() {
        assertThat(findings(pipeline("p", SOURCE.replace("\"b\"", "1"), APPROVAL)))
                .extracting(Finding::path, Finding::message, Finding::remedy)
                .containsExactly(tuple("stages[0].actions[0].configuration.S3Bucket", "Found 1.", "Write text in quotes."));
    }

    @Test
    void brokenConstraintsOfTheModelHaveTheirPlaceInTheFormOfAllFindings() {
        assertThat(findings(pipeline("a b", SOURCE, APPROVAL.replace("\"name\": \"A\", \"actions\"", "\"actions\""))))
                .extracting(Finding::path, Finding::remedy)
                .containsExactly(
                        tuple("name", "Use only what the pattern allows."),
                        tuple("stages[1].name", "Add it; it is required."));
    }

    @Test
    void allBrokenConstraintsAreThereAndNotOnlyTheTenThatTheServiceNames() {
        String[] nameless = new String[15];
        Arrays.fill(nameless, "{\"actions\": []}");
        assertThat(findings(pipeline("p", nameless))).hasSize(15);
    }

    @Test
    void brokenRulesAreFoundWhenTheValuesFit() {
        assertThat(findings(pipeline("p", SOURCE, APPROVAL, APPROVAL)))
                .extracting(Finding::ruleId, Finding::path)
                .contains(tuple("stage-names-unique", "stages[2].name"));
    }

    @Test
    void linesSayWhereWhatAndWhatToDo() {
        assertThat(Findings.lines("f.json", List.of(new Finding("rule", "SomeException", "stages[0]", "Wrong.\n", "Right it."))))
                .containsExactly("f.json has 1 finding:", "", "1. stages[0]", "   Wrong.", "   → Right it.", "   (rule, SomeException)");
    }

    private static String pipeline(String name, String... stages) {
        return "{\"pipeline\": {\"name\": \"" + name + "\", \"roleArn\": \"arn:aws:iam::000000000000:role/r\","
                + " \"artifactStore\": {\"type\": \"S3\", \"location\": \"bucket\"}, \"stages\": [" + String.join(",", stages) + "]}}";
    }

    private static List<Finding> findings(String json) {
        try {
            return Findings.of((ObjectNode) new ObjectMapper().readTree(json), Limits.AWS, "us-east-1");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
